import { join } from 'node:path'
import { expect, it } from 'vitest'
import { repositoryRoot } from '../paths.ts'
import { isMigrated } from './prepare-app.ts'

it.each([
  ['that is invalid', 'postgres://u:p#x@127.0.0.1/orders'],
  ['where nothing listens', 'postgres://u:p@127.0.0.1:1/orders'],
])('treats a database at an address %s as not migrated', async (_, address) => {
  expect(await isMigrated(address, join(repositoryRoot, 'services/order-service/drizzle'))).toBe(false)
})
