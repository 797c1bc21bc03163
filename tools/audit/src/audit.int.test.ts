import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest'
import { type AuditReport, audit } from './audit.ts'
import { checkDeadLetters } from './check-dead-letters.ts'
import { withSnapshots } from './databases.ts'
import { openTestShop, orderId, type TestShop } from './test-shop.ts'

let shop: TestShop

beforeAll(async () => {
  shop = await openTestShop()
})
beforeEach(() => shop.reset())
afterAll(() => shop?.close())

const run = (settleSeconds = 60): Promise<AuditReport> => audit({ databases: shop.urls, settleSeconds })

it('finds nothing in a healthy shop', async () => {
  expect(await run()).toEqual({ orders: 8, moving: 0, alipay: 'not asked', counts: {}, breaks: [] })
})

it('reads without the time limits that services have', async () => {
  const limits = ['statement_timeout', 'idle_in_transaction_session_timeout']
  const connections = [shop.orders, shop.payments, shop.inventory]
  const alterAll = async (change: string) => {
    for (const sql of connections) {
      const [row] = await sql<{ name: string }[]>`select quote_ident(current_database()) as name`
      for (const limit of limits) await sql.unsafe(`alter database ${row?.name} ${change.replace('LIMIT', limit)}`)
    }
  }
  await alterAll(`set LIMIT = '30s'`)
  onTestFinished(() => alterAll('reset LIMIT'))
  const found = await withSnapshots(shop.urls, ({ orders, payments, inventory }) =>
    Promise.all(
      [orders, payments, inventory].map(
        sql => sql`select name, setting, reset_val from pg_settings where name = any(${limits}) order by name desc`,
      ),
    ),
  )
  const lifted = limits.map(name => ({ name, setting: '0', reset_val: '30000' }))
  expect(found).toEqual([lifted, lifted, lifted])
})

it('leaves out an order that has just changed', async () => {
  await shop.orders`update orders set updated_at = now(), status = 'CLOSING', close_reason = 'expired'
    where order_id = ${orderId('waiting')}`
  expect(await run()).toMatchObject({ orders: 7, moving: 1, breaks: [] })
  expect((await run(0)).breaks).toMatchObject([{ promise: 10 }])
})

it('finds a dead letter of any group that has no case', async () => {
  const letter = { groupId: 'order-service', reason: 'unknown_order', deadLetteredAt: '2026-01-02T03:04:05.000Z' }
  const letters = [
    { ...letter, id: '0/1', topic: 'payment.events', type: 'PaymentSucceeded' },
    { ...letter, id: '0/2', topic: 'payment.events', type: 'PaymentSucceeded' },
    { ...letter, groupId: 'inventory-service', id: '0/3', topic: 'order.events', type: 'OrderLinesReturned' },
    { ...letter, id: '0/4', topic: 'payment.events', type: 'PaymentClosed', deadLetteredAt: new Date().toISOString() },
  ]
  await shop.payments`
    insert into cases (case_id, key, kind, summary, evidence, proposed_action, proposed_why)
    values ('case_1', 'parked_message:order-service:0/1', 'parked_message', 'dead-lettered', '{}', 'none', 'why')`
  const found = await withSnapshots(shop.urls, snapshots => checkDeadLetters(letters, snapshots, Date.now() - 60_000))
  expect(found).toEqual([
    {
      promise: 9,
      about: 'order-service 0/2',
      what: 'PaymentSucceeded was dead-lettered (unknown_order) without a case',
    },
    {
      promise: 9,
      about: 'inventory-service 0/3',
      what: 'OrderLinesReturned was dead-lettered (unknown_order) without a case',
    },
  ])
})

it('accepts another amount that an admin has accepted', async () => {
  const id = orderId('paid')
  await shop.orders`update orders set payment = payment || '{"amountFen": 999}' where order_id = ${id}`
  await shop.payments`update attempts set paid_fen = 999 where order_id = ${id}`
  expect((await run()).breaks).toMatchObject([{ promise: 3, about: id }])
  await shop.payments`
    insert into cases (case_id, key, kind, order_id, out_trade_no, summary, evidence, proposed_action, proposed_why,
      status, approved_action, approved_by, resolved_at)
    values ('case_1', 'amount_mismatch', 'amount_mismatch', ${id}, ${id}, 'another amount', '{}', 'query_trade', 'why',
      'RESOLVED', 'accept_payment', 'ann', now())`
  expect((await run()).breaks).toEqual([])
})

it('lists the first hundred breaks of a promise and counts the rest', async () => {
  await shop.inventory`truncate reservations, stock_levels`
  await shop.orders`
    insert into orders (order_id, customer_id, status, total_fen, lines, created_at, expires_at, updated_at)
    select 'ord_' || md5(n::text), 'ann', 'RESERVING', 1, '[{"sku": "tea", "quantity": 1}]',
      now() - interval '1 day', now(), now() - interval '1 day'
    from generate_series(1, 2500) n`
  const { counts, breaks, orders } = await run()
  expect(orders).toBe(2508)
  expect(counts[7]).toBeGreaterThan(2500)
  expect(breaks.filter(({ promise }) => promise === 7)).toHaveLength(100)
})
