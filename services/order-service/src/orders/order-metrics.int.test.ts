import type { SQL } from 'drizzle-orm'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fillOrders, recordingDb, scansOf } from '../test-many-orders.ts'
import { openTestShop, type TestShop } from '../test-shop.ts'
import { createLongReserving } from './long-reserving.ts'
import { addOrderStateGauges } from './order-metrics.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openTestShop()
  await shop.consume({ type: 'ProductChanged', data: { sku: 'tea-01', title: 't', priceFen: 12_900, version: 1 } })
})
afterAll(() => shop?.close())

async function newOrder(): Promise<string> {
  const body = { customerId: 'payer', items: [{ sku: 'tea-01', quantity: 1 }], waitMs: 0 }
  const { orderId } = (await shop.send('POST', '/orders', body)).body.order
  await shop.consume({ type: 'StockReserved', data: { orderId } })
  return orderId
}

const paid = (orderId: string, tradeNo: string, more: object) => ({
  type: 'PaymentSucceeded' as const,
  data: {
    orderId,
    outTradeNo: orderId,
    tradeNo,
    amountFen: 12_900,
    source: 'notify' as const,
    ...{ paidAt: '' },
    ...more,
  },
})

/** A series' value in the shop's metrics. */
async function readValue(series: string): Promise<number> {
  const line = (await shop.registry.metrics()).split('\n').find(one => one.startsWith(`${series} `))
  return Number(line?.slice(series.length + 1))
}

it('observes once how late an order is paid, and only for the trade that paid it', async () => {
  const orderId = await newOrder()
  const paidAt = new Date(Date.now() - 8_000).toISOString()
  await shop.consume(paid(orderId, 'first', { paidAt }))
  await shop.consume(paid(orderId, 'first', { paidAt }), paid(orderId, 'second', { paidAt }))
  expect(await readValue('order_paid_delay_seconds_count{via="notify"}')).toBe(1)
  expect(await readValue('order_paid_delay_seconds_bucket{le="5",via="notify"}')).toBe(0)
  expect(await readValue('order_paid_delay_seconds_sum{via="notify"}')).toBeGreaterThanOrEqual(8)
  expect(await readValue('order_notify_to_paid_seconds_count')).toBe(1)
  await shop.consume(paid(await newOrder(), 'third', { paidAt, source: 'query' }))
  expect(await readValue('order_paid_delay_seconds_count{via="query"}')).toBe(1)
  expect(await readValue('order_notify_to_paid_seconds_count')).toBe(1)
})

it('observes the wait of a late payment for its stock as its own way', async () => {
  const orderId = await newOrder()
  const [paidAt, tradeNo] = [new Date().toISOString(), 'late']
  const cancelling = shop.send('POST', `/orders/${orderId}/cancel`, { customerId: 'payer' })
  await expect.poll(() => shop.outboxOf(orderId)).toContain('OrderClosing')
  await shop.consume({ type: 'PaymentClosed', data: { orderId } })
  await cancelling
  await shop.consume(paid(orderId, tradeNo, { paidAt }))
  await shop.consume({ type: 'StockReserved', data: { orderId, tradeNo } })
  expect(await readValue('order_paid_delay_seconds_count{via="reinstated"}')).toBe(1)
})

it('observes how late a due order is closed, and no cancelled one', async () => {
  const orderId = await newOrder()
  await shop.database.client`
    update orders set created_at = now() - interval '1 hour', expires_at = now() - interval '40 s' where order_id = ${orderId}`
  await shop.createCloser().runNow()
  await shop.consume({ type: 'PaymentClosed', data: { orderId } })
  expect(await readValue('order_close_lateness_seconds_count')).toBe(1)
  expect(await readValue('order_close_lateness_seconds_bucket{le="30"}')).toBe(0)
  expect(await readValue('order_close_lateness_seconds_bucket{le="60"}')).toBe(1)
})

it('counts orders in passing states with a bounded read, however many orders there are', async () => {
  await shop.database.client`truncate orders`
  // All are older than an hour; of the newest 300, which are unpaid, 30 are RESERVING.
  await fillOrders(shop.database, 100_000, new Date(Date.now() - 3_600_000))
  const { db, statements } = recordingDb(shop.database)
  const registry = new Registry()
  addOrderStateGauges({ db, registry, ttlMs: 1_800_000 })
  const metrics = await registry.metrics()
  expect(metrics).toContain('orders_in_state{state="RESERVING"} 30')
  expect(metrics).toContain('orders_in_state{state="CLOSING"} 10')
  expect(metrics).toContain('orders_in_state{state="REINSTATING"} 10')
  const ageS = /orders_in_state_oldest_age_seconds\{state="RESERVING"\} (\S+)/.exec(metrics)?.[1]
  expect(Number(ageS)).toBeGreaterThan(3_600)
  await expectBounded(statements)
})

const threeHoursMs = 3 * 3_600_000

async function expectBounded(statements: readonly SQL[]): Promise<void> {
  expect(statements.length).toBeGreaterThan(0)
  for (const statement of statements) {
    const { types, rows } = await scansOf(shop.database, statement)
    expect(types).not.toContain('Seq Scan')
    expect(rows).toBeLessThanOrEqual(10_000)
  }
}

/** 100,000 orders, of which the newest 30,000 are unpaid for up to 100 minutes; those with these numbers are RESERVING. */
async function fillUnpaid(...reserving: number[]): Promise<string[]> {
  await shop.database.client`truncate orders`
  await fillOrders(shop.database, 100_000, new Date())
  const rows = await shop.database.client<{ id: string; n: string }[]>`
    update orders set payment = null, reinstating_from = null, accepted_late_at = null, refunded_fen = 0, refunds = '[]',
      expires_at = created_at + interval '3 hours',
      status = case when n = any(${reserving}::int[]) then 'RESERVING' else 'PENDING_PAYMENT' end
    from (select order_id as id, row_number() over (order by created_at desc) as n from orders) numbered
    where order_id = id and n <= 30000 returning id, n`
  await shop.database.client`vacuum analyze orders`
  return reserving.flatMap(wanted => rows.find(({ n }) => Number(n) === wanted)?.id ?? [])
}

it('reports an order that is stuck in RESERVING behind more than 10,000 newer and older ones', async () => {
  await fillUnpaid(15_000)
  const { db, statements } = recordingDb(shop.database)
  const registry = new Registry()
  addOrderStateGauges({ db, registry, ttlMs: threeHoursMs })
  // The first read examines the oldest 10,000, the next one the following.
  await expect.poll(() => registry.metrics(), { timeout: 60_000 }).toContain('orders_in_state{state="RESERVING"} 1')
  const ageS = /orders_in_state_oldest_age_seconds\{state="RESERVING"\} (\S+)/.exec(await registry.metrics())?.[1]
  expect(Number(ageS)).toBeGreaterThanOrEqual(3_000)
  await expectBounded(statements)
}, 120_000)

it('follows an order that is long in RESERVING until it leaves the state, and no younger one', async () => {
  const [, oldId = ''] = await fillUnpaid(1, 20_000)
  const longReserving = createLongReserving(shop.database.db, threeHoursMs)
  expect(await longReserving.find()).toEqual([])
  for (let times = 0; times < 4; times++) expect(await longReserving.find()).toEqual([oldId])
  await shop.database.client`update orders set status = 'PENDING_PAYMENT' where order_id = ${oldId}`
  expect(await longReserving.find()).toEqual([])
})

it('follows at most 1,000 orders, the oldest, and finds the others once those have left the state', async () => {
  await fillUnpaid(...Array.from({ length: 1_500 }, (_, index) => 10_000 + index))
  const longReserving = createLongReserving(shop.database.db, threeHoursMs)
  const fill = async () => {
    for (let times = 0; times < 4; times++) await longReserving.find()
    return longReserving.find()
  }
  const first = await fill()
  expect(first).toHaveLength(1_000)
  await shop.database.client`update orders set status = 'PENDING_PAYMENT' where order_id = any(${first})`
  const second = await fill()
  expect(second).toHaveLength(500)
  expect(new Set([...first, ...second]).size).toBe(1_500)
  expect(first.every(id => second.every(other => id < other))).toBe(true)
})
