import { expect, it } from 'vitest'
import { decide } from '../orders/order.ts'
import type { Decision, Order } from '../orders/order-state.ts'
import { now, orderIn, payment, refunded, type StateName } from '../test-orders.ts'
import { openRefundRequests, stateEvents } from './state-events.ts'

const sold = { isSold: true }
const typesOf = (state: StateName) => stateEvents(orderIn(state), sold).map(({ type }) => type)

it.each<[state: StateName, types: string[]]>([
  ['RESERVING', ['OrderCreated']],
  ['PENDING_PAYMENT', ['OrderCreated']],
  ['CLOSING expired', ['OrderCreated', 'OrderClosing']],
  ['CLOSING unreserved', ['OrderCreated', 'OrderClosing']],
  ['EXPIRED', ['OrderCreated', 'OrderClosing', 'OrderExpired']],
  ['CANCELLED', ['OrderCreated', 'OrderClosing', 'OrderCancelled']],
  ['REJECTED', ['OrderCreated', 'OrderRejected']],
  ['REINSTATING from EXPIRED', ['OrderCreated', 'OrderReinstating']],
  ['PAID', ['OrderCreated', 'OrderReinstating', 'OrderPaid']],
  ['REFUNDED', ['OrderCreated', 'OrderClosing', 'OrderPaid']],
])('republishes an order that is %s as %s', (state, types) => {
  expect(typesOf(state)).toEqual(types)
})

it.each<[state: StateName, amountFen: number, isWhole: boolean]>([
  ['PAID', 100, false],
  ['REFUNDED', payment.amountFen, true],
])('republishes the refunds of an order that is %s after its OrderPaid', (state, amountFen, isWhole) => {
  const { outTradeNo, tradeNo } = payment
  const refund = { refundId: 'ref_1', reason: 'requested', outTradeNo, tradeNo, amountFen, progress: 'done' } as const
  const order = { ...orderIn(state), refundedFen: amountFen, refunds: [{ ...refund, at: '2026-11-23T03:00:00.000Z' }] }
  const events = stateEvents(order as Order, sold)
  expect(events.slice(-2)).toMatchObject([
    { type: 'OrderPaid' },
    { type: 'OrderRefunded', data: { refundId: 'ref_1', amountFen, refundedFen: amountFen, isWhole } },
  ])
})

it('republishes an order that was refunded before its stock was reserved again as it ended', () => {
  const late = orderIn('REINSTATING from EXPIRED')
  const ended = decide(late, refunded(payment.amountFen), now) as Decision & { outcome: 'changed' }
  expect(ended.events.map(({ type }) => type)).toEqual(['OrderCancelled', 'OrderRefunded'])
  const [created, closing, ...end] = stateEvents(ended.order, { isSold: false })
  expect([created?.type, closing?.type]).toEqual(['OrderCreated', 'OrderClosing'])
  expect(end).toEqual(ended.events)
})

it('requests again only the refunds that the order requested and whose end it does not know', () => {
  expect(openRefundRequests(orderIn('EXPIRED, refund requested')).map(({ type }) => type)).toEqual(['RefundRequested'])
  const order = orderIn('EXPIRED, refund requested')
  const done = { ...order, refunds: order.refunds.map(refund => ({ ...refund, progress: 'done' as const })) }
  expect(openRefundRequests(done)).toEqual([])
  const bySomeone = { ...order, refunds: order.refunds.map(refund => ({ ...refund, reason: 'requested' as const })) }
  expect(openRefundRequests(bySomeone)).toEqual([])
})
