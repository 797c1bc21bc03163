import { youngGenerationTest } from '@alipay-checkout/test-support'
import postgres from 'postgres'
import { expect, it } from 'vitest'

// A test of patches/postgres@3.4.9.patch inside postgres: from outside, it only shows as time for garbage collection.
it('allocates nothing of a query in the old generation', async () => {
  const isYoung = youngGenerationTest()
  const sql = postgres('postgres://localhost:1/none')
  const query = sql`select 1` as unknown as { resolve: object; reject: object }
  expect([isYoung(query.resolve), isYoung(query.reject)]).toEqual([true, true])
  await sql.end()
})
