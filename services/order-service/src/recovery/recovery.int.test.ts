import { uniqueName } from '@alipay-checkout/test-support'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestShop, type TestShop } from '../test-shop.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openTestShop()
  await shop.consume({
    type: 'ProductChanged',
    data: { sku: 'tea-01', title: '西湖龙井', priceFen: 12_900, version: 1 },
  })
})
afterAll(() => shop?.close())

async function place(): Promise<string> {
  const items = [{ sku: 'tea-01', quantity: 2 }]
  const placed = await shop.send('POST', '/orders', { customerId: uniqueName('mei'), items, waitMs: 0 })
  return placed.body.order.orderId
}

const statusOf = async (orderId: string) => {
  const [row] = await shop.database.db.execute<{ status: string }>(
    sql`select status from orders where order_id = ${orderId}`,
  )
  return row?.status
}

const payment = (orderId: string) => ({
  ...{ outTradeNo: orderId, tradeNo: `t${orderId}`, amountFen: 25_800, paidAt: '2026-11-23T02:31:00.000Z' },
})

it('publishes an order’s state again with new ids', async () => {
  const orderId = await place()
  await shop.consume({ type: 'StockReserved', data: { orderId } })
  await shop.consume({ type: 'PaymentSucceeded', data: { orderId, ...payment(orderId), source: 'notify' } })
  const answer = await shop.send('POST', '/recovery/republish', { orderIds: [orderId] })
  expect(answer).toMatchObject({ status: 200, body: { orders: 1, events: 3 } })
  expect(await shop.outboxOf(orderId)).toEqual([
    ...['OrderCreated', 'OrderPaid'],
    ...['OrderCreated', 'OrderReinstating', 'OrderPaid'],
  ])
  expect(await statusOf(orderId)).toBe('PAID')
})

it('publishes no OrderPaid of an order that was refunded before it was PAID', async () => {
  const orderId = await place()
  const paid = payment(orderId)
  await shop.consume({ type: 'PaymentSucceeded', data: { orderId, ...paid, source: 'notify' } })
  expect(await statusOf(orderId)).toBe('REINSTATING')
  const { paidAt, ...trade } = paid
  const refund = {
    ...{ orderId, ...trade, refundId: `ref_${orderId.slice(4)}`, refundedFen: paid.amountFen, paidFen: paid.amountFen },
    ...{ reason: 'requested' as const, returned: [], refundedAt: paidAt },
  }
  await shop.consume({ type: 'PaymentRefunded', data: refund })
  expect(await statusOf(orderId)).toBe('REFUNDED')
  await shop.send('POST', '/recovery/republish', { orderIds: [orderId] })
  expect(await shop.outboxOf(orderId)).toEqual([
    ...['OrderCreated', 'OrderReinstating', 'OrderCancelled', 'OrderRefunded'],
    ...['OrderCreated', 'OrderClosing', 'OrderCancelled', 'OrderRefunded'],
  ])
})

it('rebuilds a lost order once, and the payment that arrives pays it', async () => {
  const orderId = await place()
  await shop.database.db.execute(sql`delete from orders where order_id = ${orderId}`)
  const lost = {
    orderId,
    payment: {
      ...{
        customerId: 'mei',
        amountFen: 25_800,
        status: 'PAID',
        expiresAt: '2026-11-23T03:00:00.000Z',
        shippingFen: 0,
      },
      lines: [{ sku: 'tea-01', quantity: 2, unitPriceFen: 12_900 }],
    },
    stock: { status: 'RESERVED', lines: [{ sku: 'tea-01', quantity: 2 }] },
  }
  const rebuild = () => shop.send('POST', '/recovery/rebuild', { orders: [lost] })
  expect(await rebuild()).toMatchObject({ status: 200, body: { rebuilt: [orderId], notRebuilt: [] } })
  expect(await statusOf(orderId)).toBe('PENDING_PAYMENT')
  await shop.consume({ type: 'PaymentSucceeded', data: { orderId, ...payment(orderId), source: 'query' } })
  expect(await statusOf(orderId)).toBe('PAID')
  expect(await rebuild()).toMatchObject({ body: { rebuilt: [] } })
  expect(await statusOf(orderId)).toBe('PAID')
})

it('names a lost order that it would have to guess', async () => {
  const orderId = `ord_${'0192f3a4b5c6'.padEnd(32, '0')}`
  const stock = { status: 'RESERVED', lines: [{ sku: 'unknown', quantity: 1 }] }
  const answer = await shop.send('POST', '/recovery/rebuild', { orders: [{ orderId, stock }] })
  expect(answer.body).toEqual({ rebuilt: [], notRebuilt: [{ orderId, reason: 'no_price' }] })
})
