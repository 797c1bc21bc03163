import { join } from 'node:path'
import { expect, it } from 'vitest'
import { repositoryRoot } from '../paths.ts'
import { isMigrated } from './migrations.ts'

it.each([
  ['that is none', 'postgres://u:p#x@127.0.0.1/orders'],
  ['where nothing listens', 'postgres://u:p@127.0.0.1:1/orders'],
])('a database at an address %s counts as not migrated', async (_, address) => {
  expect(await isMigrated(address, join(repositoryRoot, 'services/order-service/drizzle'))).toBe(false)
})
