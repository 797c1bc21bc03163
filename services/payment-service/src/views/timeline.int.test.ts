import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestDatabase, type PaymentDatabase } from '../test-database.ts'
import { notifiesOfOrder } from './timeline.ts'

let database: PaymentDatabase

beforeAll(async () => {
  database = await openTestDatabase()
  const { client } = database
  await client`
    insert into payments (order_id, customer_id, amount_fen, status, expires_at)
    select 'o' || n, 'c', 100, 'EXPECTED', now() from generate_series(1, 1000) n`
  await client`
    insert into attempts (out_trade_no, order_id, number, status, method, opened_at, time_expire)
    select 'o' || n || case number when 1 then '' else '_2' end, 'o' || n, number, 'OPENED', 'alipay_page', now(), now()
    from generate_series(1, 1000) n, generate_series(1, 2) number`
  await client`
    insert into notifies (notify_id, result, out_trade_no, trade_status, body)
    select 'n' || n || suffix, 'paid', 'o' || n || suffix, 'TRADE_SUCCESS', 'b'
    from generate_series(1, 20000) n, unnest(array['', '_2']) suffix`
  await client.unsafe('analyze payments, attempts, notifies')
}, 120_000)
afterAll(() => database.drop())

it('has the notifies of every attempt, and those that name an unknown order', async () => {
  const numbersOf = async (orderId: string) =>
    (await notifiesOfOrder(database.db, orderId)).map(({ outTradeNo }) => outTradeNo).toSorted()
  expect(await numbersOf('o1')).toEqual(['o1', 'o1_2'])
  expect(await numbersOf('o20000')).toEqual(['o20000'])
  expect(await numbersOf('none')).toEqual([])
})

it('reads the notifies of one order by index, and no others', async () => {
  const { sql, params } = notifiesOfOrder(database.db, 'o1').toSQL()
  const rows = await database.client.unsafe(`explain (analyze, format json) ${sql}`, params as never[])
  const plan = JSON.stringify(rows)
  expect(plan).toContain('notifies_of_attempt')
  expect(plan).not.toContain('"Seq Scan"')
  const removed = [...plan.matchAll(/"Rows Removed by (?:Index Recheck|Filter)":(\d+)/g)].map(([, n]) => Number(n))
  expect(Math.max(...removed, 0)).toBe(0)
})
