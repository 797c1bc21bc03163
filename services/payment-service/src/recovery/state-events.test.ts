import type { NewEvent, PaymentEvent } from '@alipay-checkout/contracts'
import { expect, it } from 'vitest'
import type { Attempt, Payment } from '../payments/payment.ts'
import type { Refund } from '../refunds/refund.ts'
import { stateEvents } from './state-events.ts'

const orderId = 'ord_0192f3a4b5c67d8e9fa0b1c2d3e4f506'
const minute = (n: number) => new Date(Date.UTC(2026, 10, 23, 3, n))
const trade = (outTradeNo: string, amountFen = 1_000, at = minute(0)) => ({
  outTradeNo,
  tradeNo: `t-${outTradeNo}`,
  amountFen,
  paidAt: at,
})
const paidAttempt = (number: number, amountFen = 1_000): Attempt & { status: 'PAID' } => {
  const outTradeNo = number === 1 ? orderId : `${orderId}_${number}`
  return {
    outTradeNo,
    number,
    method: 'alipay_page',
    status: 'PAID',
    trade: trade(outTradeNo, amountFen, minute(number)),
  }
}
const details = { orderId, customerId: 'mei', amountFen: 1_000, expiresAt: minute(30) }
const paidBy = (...attempts: (Attempt & { status: 'PAID' })[]): Payment => ({
  ...details,
  attempts,
  status: 'PAID',
  trade: attempts[0]?.trade ?? trade(orderId),
})
const refund = (id: number, more: Partial<Refund> = {}): Refund => ({
  refundId: `ref_${String(id).padStart(32, '0')}`,
  orderId,
  outTradeNo: orderId,
  amountFen: 100,
  reason: 'requested',
  shippingFen: 0,
  returnToStock: false,
  requestedBy: 'ann',
  status: 'SUCCEEDED',
  tries: 1,
  requestedAt: minute(10),
  finishedAt: minute(10 + id),
  ...more,
})
const brief = (events: NewEvent<PaymentEvent>[]) =>
  events.map(({ type, data }) => [type, 'outTradeNo' in data ? data.outTradeNo : data.orderId])

it('reports nothing of a payment that is still expected', () => {
  const attempts: Attempt[] = [{ outTradeNo: orderId, number: 1, status: 'CREATED' }]
  expect(stateEvents({ ...details, attempts, status: 'EXPECTED' }, [])).toEqual([])
})

it('reports that a payment is closed', () => {
  const attempts: Attempt[] = [{ outTradeNo: orderId, number: 1, status: 'CLOSED' }]
  expect(brief(stateEvents({ ...details, attempts, status: 'CLOSED' }, []))).toEqual([['PaymentClosed', orderId]])
})

it('reports every paid trade, the first one first', () => {
  expect(brief(stateEvents(paidBy(paidAttempt(2), paidAttempt(1)), []))).toEqual([
    ['PaymentSucceeded', orderId],
    ['PaymentSucceeded', `${orderId}_2`],
  ])
})

it('reports another amount than the order’s as accepted by a person', () => {
  const [event] = stateEvents(paidBy(paidAttempt(1, 900)), [])
  expect(event).toMatchObject({ data: { amountFen: 900, source: 'case' } })
})

it('reports refunds after their payment, each with the sum so far', () => {
  const failed = refund(3, { status: 'FAILED', why: 'TRADE_HAS_FINISHED' })
  const events = stateEvents(paidBy(paidAttempt(1)), [refund(2), failed, refund(1)])
  expect(events.map(({ type }) => type)).toEqual([
    'PaymentSucceeded',
    'PaymentRefunded',
    'PaymentRefunded',
    'RefundFailed',
  ])
  expect(events.slice(1, 3)).toMatchObject([
    { data: { refundId: refund(1).refundId, refundedFen: 100, paidFen: 1_000 } },
    { data: { refundId: refund(2).refundId, refundedFen: 200 } },
  ])
})

it('does not offer an order the money that it had refused, but reports the refund', () => {
  const late = refund(1, { reason: 'late_payment', amountFen: 1_000 })
  expect(brief(stateEvents(paidBy(paidAttempt(1), paidAttempt(2)), [late]))).toEqual([
    ['PaymentRefunded', orderId],
    ['PaymentSucceeded', `${orderId}_2`],
  ])
  const { finishedAt: _finishedAt, ...open } = late
  expect(brief(stateEvents(paidBy(paidAttempt(1)), [{ ...open, status: 'PENDING' }]))).toEqual([])
})
