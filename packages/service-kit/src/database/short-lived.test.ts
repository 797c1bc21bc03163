import { isInYoungGeneration } from '@alipay-checkout/test-support'
import { expect, test } from 'vitest'
import { openDatabase } from './database.ts'

test('a statement and the session that sends it leave nothing behind in the old generation', () => {
  // Neither connects: a statement goes out when it is waited for.
  const { client } = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', name: 'test' })
  expect(isInYoungGeneration(client.unsafe)).toBe(true)
  const statement = client.unsafe('select 1') as unknown as { resolve: () => void; reject: () => void }
  expect(isInYoungGeneration(statement.resolve)).toBe(true)
  expect(isInYoungGeneration(statement.reject)).toBe(true)
})
