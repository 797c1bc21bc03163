import { waitUntil } from '@alipay-checkout/test-support'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestShop, type TestShop } from '../test-shop.ts'

let shop: TestShop

beforeAll(async () => {
  shop = await openTestShop()
  await shop.consume({
    type: 'ProductChanged',
    data: { sku: 'tea-01', title: '西湖龙井', priceFen: 12900, version: 1 },
  })
})

afterAll(() => shop?.close())

const send: TestShop['send'] = (...request) => shop.send(...request)

async function payable(customerId = 'payer'): Promise<string> {
  const items = [{ sku: 'tea-01', quantity: 2 }]
  const { orderId } = (await send('POST', '/orders', { customerId, items, waitMs: 0 })).body.order
  await shop.consume({ type: 'StockReserved', data: { orderId } })
  return orderId
}

const statusOf = async (orderId: string): Promise<unknown> =>
  (await send('GET', `/orders/${orderId}/status`)).body.orderStatus
const payment = (orderId: string, amountFen = 25800) => ({
  type: 'PaymentSucceeded' as const,
  data: {
    orderId,
    outTradeNo: orderId,
    tradeNo: `t${orderId}`,
    amountFen,
    paidAt: '2026-11-23T02:31:00.000Z',
    source: 'notify' as const,
  },
})

describe('an order', () => {
  it('becomes PAID by its payment and publishes OrderPaid', async () => {
    const orderId = await payable()
    await shop.consume(payment(orderId))
    expect((await send('GET', `/orders/${orderId}`)).body).toMatchObject({
      status: 'PAID',
      paidAt: '2026-11-23T02:31:00.000Z',
    })
    expect(await shop.outboxOf(orderId)).toEqual(['OrderCreated', 'OrderPaid'])
  })

  it('rejects a payment of another amount, which dead-letters its event', async () => {
    const orderId = await payable()
    await expect(shop.consume(payment(orderId, 1))).rejects.toThrow(`amount_differs: paymentSucceeded for ${orderId}`)
    expect(await statusOf(orderId)).toBe('PENDING_PAYMENT')
  })

  it('answers a cancel with CANCELLED once the payment is closed', async () => {
    const orderId = await payable()
    const cancelling = send('POST', `/orders/${orderId}/cancel`, { customerId: 'payer' })
    await waitUntil(async () => (await statusOf(orderId)) === 'CLOSING', { what: 'the order is CLOSING' })
    await shop.consume({ type: 'PaymentClosed', data: { orderId } })
    expect(await cancelling).toMatchObject({ status: 200, body: { status: 'FAILED', orderStatus: 'CANCELLED' } })
    expect(await shop.outboxOf(orderId)).toEqual(['OrderCreated', 'OrderClosing', 'OrderCancelled'])
  })

  it('refuses to cancel a paid order, and the order of another customer', async () => {
    const orderId = await payable()
    await shop.consume(payment(orderId))
    expect(await send('POST', `/orders/${orderId}/cancel`, { customerId: 'payer' })).toMatchObject({
      status: 409,
      body: { type: '/problems/order-not-cancellable', orderStatus: 'PAID' },
    })
    expect((await send('POST', `/orders/${orderId}/cancel`, { customerId: 'other-customer' })).status).toBe(404)
  })

  it('closes each due order once, in bounded batches, when two replicas run at the same time', async () => {
    await shop.database.db.execute(sql`
      insert into orders (order_id, customer_id, status, total_fen, lines, created_at, expires_at, updated_at)
      select 'ord_' || lpad(to_hex(n), 32, '0'), 'late', 'PENDING_PAYMENT', 1, '[]', now(), now() - interval '1 second', now()
      from generate_series(1, 2500) as n`)
    const open = await payable('in-time')
    const replica = () => shop.createCloser().runNow()
    await Promise.all([replica(), replica()])
    const [row] = await shop.database.db.execute<{ closing: number; events: number }>(sql`
      select (select count(*)::int from orders where customer_id = 'late' and status = 'CLOSING') as closing,
             (select count(*)::int from outbox where headers ->> 'ce_type' = 'OrderClosing' and value like '%expired%') as events`)
    expect(row).toEqual({ closing: 2500, events: 2500 })
    expect(await statusOf(open)).toBe('PENDING_PAYMENT')
  })

  it('is EXPIRED once the payment of a due order is closed', async () => {
    const orderId = await payable('late-2')
    await shop.database.db.execute(
      sql`update orders set expires_at = now() - interval '1 second' where order_id = ${orderId}`,
    )
    await shop.createCloser().runNow()
    expect(await statusOf(orderId)).toBe('CLOSING')
    await shop.consume({ type: 'PaymentClosed', data: { orderId } })
    expect(await statusOf(orderId)).toBe('EXPIRED')
    expect(await shop.outboxOf(orderId)).toEqual(['OrderCreated', 'OrderClosing', 'OrderExpired'])
  })
})
