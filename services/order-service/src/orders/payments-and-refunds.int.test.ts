import { randomBytes } from 'node:crypto'
import type { Order as OrderBody, PaymentRefunded, Timeline } from '@alipay-checkout/contracts'
import { runAll } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { details, now, orderIn, payment as paymentOf, type StateName, states } from '../test-orders.ts'
import { openTestShop, serviceToken, type TestShop } from '../test-shop.ts'
import { refundIdOf } from './order-refunds.ts'
import { decisionWrites, lockOrders, orderInserts } from './order-store.ts'

let shop: TestShop

beforeAll(async () => {
  shop = await openTestShop()
})
afterAll(() => shop?.close())

const newOrderId = () => `ord_${randomBytes(16).toString('hex')}`
const shortages = [{ sku: 'tea-01', requested: 2, available: 1 }]

async function read<Body>(path: string): Promise<Body> {
  const answer = await shop.app.inject({ url: path, headers: { 'x-service-token': serviceToken } })
  return answer.json() as Body
}
const order = (orderId: string) => read<OrderBody>(`/orders/${orderId}`)
const notesOf = async (orderId: string) => (await order(orderId)).moneyNotes?.map(note => note.kind)

const reserved = (orderId: string, tradeNo?: string) => ({
  type: 'StockReserved' as const,
  data: { orderId, ...(tradeNo ? { tradeNo } : {}) },
})
const rejected = (orderId: string, tradeNo: string) => ({
  type: 'StockRejected' as const,
  data: { orderId, shortages, tradeNo },
})
const money = (orderId: string, tradeNo: string) => ({
  type: 'PaymentSucceeded' as const,
  data: { ...paymentOf, orderId, outTradeNo: orderId, tradeNo, source: 'notify' as const },
})
const refund = (
  orderId: string,
  { tradeNo, reason = 'requested', refundedFen = 25800, ...more }: Partial<PaymentRefunded['data']>,
) => {
  const refundId =
    reason === 'requested' ? `ref_${randomBytes(16).toString('hex')}` : refundIdOf(orderId, `${tradeNo}`, reason)
  return {
    type: 'PaymentRefunded' as const,
    data: {
      orderId,
      refundId,
      outTradeNo: orderId,
      tradeNo: `${tradeNo}`,
      amountFen: refundedFen,
      refundedFen,
      paidFen: 25800,
      reason,
      returned: [],
      refundedAt: '2026-11-24T02:30:11.000Z',
      ...more,
    },
  }
}

/** Saves an order in PENDING_PAYMENT. */
async function payable(): Promise<string> {
  const orderId = newOrderId()
  await shop.database.db.transaction(tx => runAll(tx, orderInserts([{ ...details, orderId }])))
  await shop.consume(reserved(orderId))
  return orderId
}

/** Saves an order in EXPIRED, without a payment. */
async function expired(): Promise<string> {
  const orderId = await payable()
  await shop.database.db.execute(
    sql`update orders set status = 'CLOSING', close_reason = 'expired', reserved = true where order_id = ${orderId}`,
  )
  await shop.consume({ type: 'PaymentClosed', data: { orderId } })
  return orderId
}

describe('a late payment', () => {
  it('reinstates the order when its stock is available', async () => {
    const orderId = await expired()
    await shop.consume(money(orderId, 'late'))
    expect(await order(orderId)).toMatchObject({ status: 'PENDING', orderStatus: 'REINSTATING' })
    await shop.consume(reserved(orderId, 'late'))
    expect(await order(orderId)).toMatchObject({ status: 'PAID', orderStatus: 'PAID', paidAt: paymentOf.paidAt })
    expect(await notesOf(orderId)).toEqual(['late_payment_accepted'])
    expect(await shop.outboxOf(orderId)).toEqual(['OrderExpired', 'OrderReinstating', 'OrderPaid'])
  })

  it('is refunded once when the stock is sold out, however often the event is repeated', async () => {
    const orderId = await expired()
    await shop.consume(money(orderId, 'late'), money(orderId, 'late'))
    await shop.consume(rejected(orderId, 'late'))
    await shop.consume(money(orderId, 'late'))
    expect(await order(orderId)).toMatchObject({ status: 'FAILED', orderStatus: 'EXPIRED' })
    expect(await notesOf(orderId)).toEqual(['late_payment_returning'])
    expect(await shop.outboxOf(orderId)).toEqual(['OrderExpired', 'OrderReinstating', 'RefundRequested'])
    await shop.consume(refund(orderId, { tradeNo: 'late', reason: 'late_payment' }))
    expect(await notesOf(orderId)).toEqual(['late_payment_returned'])
    expect((await order(orderId)).orderStatus).toBe('EXPIRED')
  })

  it('reinstates the order by another trade after an earlier one was refunded', async () => {
    const orderId = await expired()
    await shop.consume(money(orderId, 'late-1'))
    await shop.consume(rejected(orderId, 'late-1'))
    await shop.consume(money(orderId, 'late-2'))
    await shop.consume(reserved(orderId, 'late-2'))
    expect((await order(orderId)).orderStatus).toBe('PAID')
    expect(await notesOf(orderId)).toEqual(['late_payment_returning', 'late_payment_accepted'])
  })
})

describe('a second payment', () => {
  it('is refunded and leaves the order PAID', async () => {
    const orderId = await payable()
    await shop.consume(money(orderId, 'first'), money(orderId, 'second'))
    await shop.consume(money(orderId, 'second'), money(orderId, 'first'))
    expect(await shop.outboxOf(orderId)).toEqual(['OrderPaid', 'RefundRequested'])
    expect(await notesOf(orderId)).toEqual(['second_payment_returning'])
    await shop.consume(refund(orderId, { tradeNo: 'second', reason: 'second_payment' }))
    expect(await order(orderId)).toMatchObject({ orderStatus: 'PAID' })
    expect(await notesOf(orderId)).toEqual(['second_payment_returned'])
  })

  it('is refunded while the first one, a late payment, waits for its stock result', async () => {
    const orderId = await expired()
    await shop.consume(money(orderId, 'first'), money(orderId, 'second'))
    await shop.consume(rejected(orderId, 'first'))
    const rows = await shop.database.db.execute<{ value: string }>(
      sql`select value from outbox where key = ${orderId} and headers ->> 'ce_type' = 'RefundRequested' order by id`,
    )
    expect(rows.map(row => JSON.parse(row.value))).toMatchObject([
      { tradeNo: 'second', reason: 'second_payment', amountFen: 25800 },
      { tradeNo: 'first', reason: 'late_payment', amountFen: 25800 },
    ])
  })
})

describe('a paid order', () => {
  async function paid(): Promise<string> {
    const orderId = await payable()
    await shop.consume(money(orderId, 'first'))
    return orderId
  }

  it('stays PAID after a partial refund and becomes REFUNDED after the whole', async () => {
    const orderId = await paid()
    await shop.consume(refund(orderId, { tradeNo: 'first', amountFen: 800, refundedFen: 800 }))
    expect(await order(orderId)).toMatchObject({
      orderStatus: 'PAID',
      moneyNotes: [{ kind: 'refunded', amountFen: 800 }],
    })
    await shop.consume(refund(orderId, { tradeNo: 'first', amountFen: 25000 }))
    expect(await order(orderId)).toMatchObject({ status: 'FAILED', orderStatus: 'REFUNDED', paidAt: paymentOf.paidAt })
    expect(await notesOf(orderId)).toEqual(['refunded', 'refunded'])
  })

  it('publishes OrderLinesReturned once, and only with returned units', async () => {
    const orderId = await paid()
    const returned = [{ sku: 'tea-01', quantity: 1 }]
    await shop.consume(refund(orderId, { tradeNo: 'first', refundedFen: 100 }))
    const withUnits = refund(orderId, { tradeNo: 'first', refundedFen: 13000, returned })
    await shop.consume(withUnits, withUnits)
    expect(await shop.outboxOf(orderId)).toEqual(['OrderPaid', 'OrderRefunded', 'OrderRefunded', 'OrderLinesReturned'])
  })

  describe('while a late payment waits for its stock result', () => {
    const returned = [{ sku: 'tea-01', quantity: 1 }]

    async function reinstating(tradeNo: string, orderId?: string): Promise<string> {
      const id = orderId ?? (await expired())
      await shop.consume(money(id, tradeNo))
      const units = refund(id, { tradeNo, amountFen: 12900, refundedFen: 12900, returned })
      await shop.consume(units, units)
      return id
    }

    it('returns units once the order is PAID, after OrderPaid', async () => {
      const orderId = await reinstating('late')
      expect(await shop.outboxOf(orderId)).toEqual(['OrderExpired', 'OrderReinstating'])
      await shop.consume(reserved(orderId, 'late'), reserved(orderId, 'late'))
      expect((await shop.outboxOf(orderId)).slice(2)).toEqual(['OrderPaid', 'OrderRefunded', 'OrderLinesReturned'])
      const [row] = await shop.database.db.execute<{ value: string }>(
        sql`select value from outbox where key = ${orderId} and headers ->> 'ce_type' = 'OrderLinesReturned'`,
      )
      expect(JSON.parse(row?.value ?? '')).toMatchObject({ orderId, lines: returned })
      expect(await order(orderId)).toMatchObject({ orderStatus: 'PAID' })
    })

    it('returns no units when the stock is sold out, nor by another trade that reserves it', async () => {
      const orderId = await reinstating('late-1')
      await shop.consume(rejected(orderId, 'late-1'))
      await shop.consume(money(orderId, 'late-2'), reserved(orderId, 'late-2'))
      expect((await shop.outboxOf(orderId)).slice(2)).toEqual(['RefundRequested', 'OrderReinstating', 'OrderPaid'])
    })

    it('returns no units when the whole is refunded meanwhile, and ends the order', async () => {
      const orderId = await reinstating('late')
      await shop.consume(refund(orderId, { tradeNo: 'late', amountFen: 12900, returned }), reserved(orderId, 'late'))
      expect((await shop.outboxOf(orderId)).slice(2)).toEqual(['OrderCancelled', 'OrderRefunded', 'OrderRefunded'])
      expect(await order(orderId)).toMatchObject({ orderStatus: 'REFUNDED' })
    })
  })

  it('reports a failed refund as delayed and changes nothing else', async () => {
    const orderId = await paid()
    const { refundId, outTradeNo, amountFen, reason } = refund(orderId, { tradeNo: 'first' }).data
    const why = 'ACQ.TRADE_HAS_FINISHED'
    await shop.consume({ type: 'RefundFailed', data: { orderId, refundId, outTradeNo, amountFen, reason, why } })
    expect(await order(orderId)).toMatchObject({ orderStatus: 'PAID', moneyNotes: [{ kind: 'refund_delayed' }] })
  })

  it('is REFUNDED at the paid amount when an operator accepted another amount', async () => {
    const orderId = await payable()
    const { data } = money(orderId, 'odd')
    await shop.consume({ type: 'PaymentSucceeded', data: { ...data, amountFen: 1000, source: 'case' } })
    await shop.consume(refund(orderId, { tradeNo: 'odd', refundedFen: 400, paidFen: 1000 }))
    expect((await order(orderId)).orderStatus).toBe('PAID')
    await shop.consume(refund(orderId, { tradeNo: 'odd', amountFen: 600, refundedFen: 1000, paidFen: 1000 }))
    expect((await order(orderId)).orderStatus).toBe('REFUNDED')
  })

  it('rejects a refund of more than was paid, which dead-letters the event', async () => {
    const orderId = await paid()
    await expect(shop.consume(refund(orderId, { tradeNo: 'first', refundedFen: 25801 }))).rejects.toThrow(
      `refund_exceeds_payment: paymentRefunded for ${orderId}`,
    )
  })
})

it('lists every change in the timeline with its time and cause, and payments with their trade', async () => {
  const orderId = await expired()
  await shop.consume(money(orderId, 'late'))
  await shop.consume(reserved(orderId, 'late'))
  const timeline = await read<Timeline>(`/orders/${orderId}/timeline`)
  expect(timeline.orderId).toBe(orderId)
  const listed = timeline.entries.map(({ what, cause }) => `${what}, by ${cause.replace(/ [0-9a-f-]{36}/, '')}`)
  expect(listed).toEqual([
    'OrderCreated, by request of customer-7',
    'PENDING_PAYMENT, by StockReserved',
    'OrderExpired, by PaymentClosed',
    'OrderReinstating, by PaymentSucceeded (notify)',
    'OrderPaid, by StockReserved',
  ])
  expect(timeline.entries.at(3)).toMatchObject({
    service: 'order-service',
    detail: { from: 'EXPIRED', to: 'REINSTATING', about: 'late' },
  })
  const unknown = newOrderId()
  expect(await read(`/orders/${unknown}/timeline`)).toMatchObject({ type: '/problems/order-not-found' })
})

it.each(Object.keys(states) as StateName[])('reads an order as it was saved: %s', async state => {
  const saved = { ...orderIn(state), orderId: newOrderId() }
  await shop.database.db.transaction(async tx => {
    await runAll(tx, orderInserts([saved]))
    const history = new Map([[saved.orderId, []]])
    await runAll(tx, decisionWrites({ changed: [saved], history }, now))
    expect(await lockOrders(tx, [saved.orderId])).toEqual([saved])
  })
})
