import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AuditReport, audit } from './audit.ts'
import { checkParked } from './check-parked.ts'
import { withSnapshots } from './databases.ts'
import type { Break } from './promises.ts'
import { openTestBooks, orderId, type TestBooks, totalFen } from './test-books.ts'

let books: TestBooks

beforeAll(async () => {
  books = await openTestBooks()
})
beforeEach(() => books.reset())
afterAll(() => books?.close())

const run = (settleSeconds = 60): Promise<AuditReport> => audit({ databases: books.urls, settleSeconds })

it('finds nothing in a shop whose books are right', async () => {
  expect(await run()).toEqual({ orders: 8, moving: 0, alipay: 'not asked', counts: {}, breaks: [] })
})

it('leaves out what changed a moment ago: the rest of it may be on its way', async () => {
  await books.orders`update orders set updated_at = now(), status = 'CLOSING', close_reason = 'expired'
    where order_id = ${orderId('waiting')}`
  expect(await run()).toMatchObject({ orders: 7, moving: 1, breaks: [] })
  expect((await run(0)).breaks).toMatchObject([{ promise: 10 }])
})

/** Something that no service would do, and what the audit must say about it. */
interface Planted {
  name: string
  plant: (books: TestBooks) => Promise<unknown>
  found: { promise: Break['promise']; about?: string; what: RegExp }[]
}

const planted: Planted[] = [
  {
    name: 'units that are on sale and sold at once',
    async plant({ inventory }) {
      await inventory`alter table stock_levels drop constraint stock_levels_add_up`
      await inventory`update stock_levels set available = available + 1`
      return () => inventory`
        alter table stock_levels add constraint stock_levels_add_up check (available + held + sold = supplied) not valid`
    },
    found: [{ promise: 1, about: 'tea', what: /are not the 100 supplied/ }],
  },
  {
    name: 'units held for nobody',
    plant: ({ inventory }) => inventory`update stock_levels set held = held + 1, available = available - 1`,
    found: [{ promise: 1, about: 'tea', what: /3 held, and orders hold 2/ }],
  },
  {
    name: 'stock that is still held for an order that expired',
    async plant({ inventory }) {
      await inventory`update reservations set status = 'HELD' where order_id = ${orderId('expired')}`
      await inventory`update stock_levels set held = held + 2, available = available - 2`
    },
    found: [{ promise: 1, about: orderId('expired'), what: /it is EXPIRED, and its stock is HELD/ }],
  },
  {
    name: 'two orders’ keys that name one order',
    plant: ({ orders }) => orders`update idempotency_keys set order_id = ${orderId('paid')} where key = 'key-waiting'`,
    found: [{ promise: 2, about: orderId('paid'), what: /2 keys name it/ }],
  },
  {
    name: 'a payment that the order never heard of',
    async plant({ payments }) {
      await payments`
        update attempts set status = 'PAID', trade_no = 't', paid_at = now() - interval '1 hour', paid_fen = ${totalFen}
        where order_id = ${orderId('waiting')}`
      await payments`
        update payments set status = 'PAID', paid_out_trade_no = order_id where order_id = ${orderId('waiting')}`
    },
    found: [{ promise: 3, about: orderId('waiting'), what: /the order is PENDING_PAYMENT, and the money did not/ }],
  },
  {
    name: 'an order that is PAID by nobody',
    async plant({ payments }) {
      const id = orderId('paid')
      await payments`update payments set status = 'CLOSED', paid_out_trade_no = null where order_id = ${id}`
      await payments`
        update attempts set status = 'CLOSED', trade_no = null, paid_at = null, paid_fen = null where order_id = ${id}`
    },
    found: [{ promise: 3, about: orderId('paid'), what: /it is PAID by .* which payment-service has not as paid/ }],
  },
  {
    name: 'a refund that does not come to an end',
    async plant({ orders, payments }) {
      const id = orderId('partly')
      await orders`update orders set refunded_fen = 0 where order_id = ${id}`
      await payments`
        update refunds set status = 'PENDING', finished_at = null, next_step = 'query', next_try_at = now()
        where order_id = ${id} and status = 'SUCCEEDED'`
      await payments`update attempts set refunded_fen = 0 where order_id = ${id}`
    },
    found: [{ promise: 3, about: orderId('partly'), what: /is PENDING and does not come to an end/ }],
  },
  {
    name: 'a failed refund that nobody is told of',
    plant: ({ payments }) => payments`truncate cases, case_trail`,
    found: [{ promise: 3, about: orderId('partly'), what: /failed, and no case says so/ }],
  },
  {
    name: 'a second payment that is kept',
    async plant({ payments }) {
      await payments`delete from refunds where order_id = ${orderId('twice')}`
      await payments`update attempts set refunding_fen = 0, refunded_fen = 0 where order_id = ${orderId('twice')}`
    },
    found: [{ promise: 4, about: orderId('twice'), what: /2 payments are kept/ }],
  },
  {
    name: 'late money that is kept',
    async plant({ payments }) {
      await payments`delete from refunds where order_id = ${orderId('late')}`
      await payments`update attempts set refunding_fen = 0, refunded_fen = 0 where order_id = ${orderId('late')}`
    },
    found: [{ promise: 5, about: orderId('late'), what: /the order is CANCELLED, and the money did not go back/ }],
  },
  {
    name: 'a refund that was paid out twice',
    async plant({ payments }) {
      await payments`
        insert into refunds (refund_id, order_id, out_trade_no, amount_fen, reason, requested_by, status,
          requested_at, finished_at)
        select refund_id || '-again', order_id, out_trade_no, amount_fen, reason, requested_by, status,
          requested_at, finished_at
        from refunds where order_id = ${orderId('late')}`
    },
    found: [
      { promise: 6, about: orderId('late'), what: /2000 fen of .* went back, and only 1000 had come/ },
      { promise: 6, about: orderId('late'), what: /counts 1000 of 1000 fen as gone back, its refunds 2000 of 2000/ },
    ],
  },
  {
    name: 'an event that was never published',
    plant: ({ orders }) => orders`
      insert into outbox (topic, key, headers, value, created_at)
      values ('order.events', ${orderId('paid')}, '{"ce_type": "OrderPaid"}', '{}', now() - interval '1 hour')`,
    found: [{ promise: 7, about: orderId('paid'), what: /OrderPaid waits in the outbox of orders since/ }],
  },
  {
    name: 'an order that inventory-service never heard of',
    async plant({ inventory }) {
      await inventory`delete from reservations where order_id = ${orderId('waiting')}`
      await inventory`update stock_levels set held = 0, available = available + 2`
    },
    found: [{ promise: 7, about: orderId('waiting'), what: /inventory-service never heard of it/ }],
  },
  {
    name: 'an order whose stock was taken twice',
    async plant({ inventory }) {
      await inventory`update reservations set quantity = 4 where order_id = ${orderId('paid')}`
      await inventory`update stock_levels set sold = sold + 2, available = available - 2`
    },
    found: [{ promise: 8, about: orderId('paid'), what: /2 of tea were ordered, and 4 reserved/ }],
  },
  {
    name: 'an order that is due and open',
    plant: ({ orders }) =>
      orders`update orders set expires_at = now() - interval '5 minutes' where order_id = ${orderId('waiting')}`,
    found: [{ promise: 10, about: orderId('waiting'), what: /its time to pay is over/ }],
  },
  {
    name: 'a signed notify of another amount that nobody is told of',
    plant: ({ payments }) => payments`
      insert into notifies (notify_id, verdict, out_trade_no, trade_status, body, received_at)
      values ('n1', 'amount_differs', ${orderId('waiting')}, 'TRADE_SUCCESS', '…', now() - interval '1 hour')`,
    found: [{ promise: 12, about: orderId('waiting'), what: /n1 was judged amount_differs, and no case says so/ }],
  },
]

describe('finds what is planted, and nothing else', () => {
  it.each(planted)('$name', async ({ plant, found }) => {
    const undo = await plant(books)
    const { breaks } = await run()
    expect(breaks).toEqual(found.map(({ what, ...one }) => ({ ...one, what: expect.stringMatching(what) })))
    if (typeof undo === 'function') {
      await books.reset()
      await undo()
    }
  })
})

it('finds a parked message about money that has no case', async () => {
  const letter = { groupId: 'order-service', reason: 'unknown_order', parkedAt: '2026-01-02T03:04:05.000Z' }
  const parked = [
    { ...letter, id: '0/1', topic: 'payment.events', type: 'PaymentSucceeded' },
    { ...letter, id: '0/2', topic: 'payment.events', type: 'PaymentSucceeded' },
    { ...letter, id: '0/3', topic: 'inventory.events', type: 'StockReserved' },
    { ...letter, id: '0/4', topic: 'payment.events', type: 'PaymentClosed', parkedAt: new Date().toISOString() },
  ]
  await books.payments`
    insert into cases (case_id, key, kind, summary, evidence, proposed_action, proposed_why)
    values ('case_1', 'parked_message:order-service:0/1', 'parked_message', 'parked', '{}', 'none', 'why')`
  const found = await withSnapshots(books.urls, look => checkParked(parked, look, Date.now() - 60_000))
  expect(found).toEqual([
    {
      promise: 9,
      about: 'order-service 0/2',
      what: 'PaymentSucceeded is parked (unknown_order), and no case says so',
    },
  ])
})

it('keeps the first hundred of a kind, and counts the rest', async () => {
  await books.inventory`truncate reservations, stock_levels`
  await books.orders`
    insert into orders (order_id, customer_id, status, total_fen, lines, created_at, expires_at, updated_at)
    select 'ord_' || md5(n::text), 'ann', 'RESERVING', 1, '[{"sku": "tea", "quantity": 1}]',
      now() - interval '1 day', now(), now() - interval '1 day'
    from generate_series(1, 2500) n`
  const { counts, breaks, orders } = await run()
  expect(orders).toBe(2508)
  expect(counts[7]).toBeGreaterThan(2500)
  expect(breaks.filter(({ promise }) => promise === 7)).toHaveLength(100)
})
