import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fillOrders, recordingDb, scansOf } from '../test-many-orders.ts'
import { openTestShop, type TestShop } from '../test-shop.ts'
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
  addOrderStateGauges({ db, registry })
  const metrics = await registry.metrics()
  expect(metrics).toContain('orders_in_state{state="RESERVING"} 30')
  expect(metrics).toContain('orders_in_state{state="CLOSING"} 10')
  expect(metrics).toContain('orders_in_state{state="REINSTATING"} 10')
  const ageS = /orders_in_state_oldest_age_seconds\{state="RESERVING"\} (\S+)/.exec(metrics)?.[1]
  expect(Number(ageS)).toBeGreaterThan(3_600)
  for (const statement of statements) {
    const { types, rows } = await scansOf(shop.database, statement)
    expect(types).not.toContain('Seq Scan')
    expect(rows).toBeLessThanOrEqual(10_000)
  }
})
