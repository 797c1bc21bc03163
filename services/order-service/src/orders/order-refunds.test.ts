import { describe, expect, it } from 'vitest'
import {
  lateRefunded,
  now,
  orderId,
  orderIn,
  otherPayment,
  payment,
  refunded,
  refundFailed,
  type StateName,
  shortages,
} from '../test-orders.ts'
import { decideAll } from './decide-all.ts'
import { moneyNotes } from './order-body.ts'
import { refundIdOf } from './order-refunds.ts'
import type { Input } from './order-state.ts'

const { tradeNo, amountFen } = payment

function notesAfter(state: StateName, ...inputs: Input[]): string[] {
  const before = orderIn(state)
  const { changed } = decideAll(
    [before],
    inputs.map(input => ({ orderId, input, cause: 'a test' })),
    now,
  )
  return moneyNotes(changed[0] ?? before).map(note => `${note.kind} ${note.amountFen}`)
}
const paid: Input = { type: 'paymentSucceeded', payment }
const paidAgain: Input = { type: 'paymentSucceeded', payment: otherPayment }

describe('moneyNotes', () => {
  it('is empty for an order that was paid in time', () => {
    expect(notesAfter('PENDING_PAYMENT', paid)).toEqual([])
  })

  it('reports an accepted late payment', () => {
    expect(notesAfter('EXPIRED', paid, { type: 'stockReserved', tradeNo })).toEqual([
      `late_payment_accepted ${amountFen}`,
    ])
  })

  it('reports the refund of a late payment as requested, then as done', () => {
    const soldOut: Input[] = [paid, { type: 'stockRejected', shortages, tradeNo }]
    expect(notesAfter('EXPIRED', ...soldOut)).toEqual([`late_payment_returning ${amountFen}`])
    expect(notesAfter('EXPIRED', ...soldOut, lateRefunded)).toEqual([`late_payment_returned ${amountFen}`])
  })

  it('reports the refund of a second payment as requested, then as done', () => {
    const refundId = refundIdOf(orderId, otherPayment.tradeNo, 'second_payment')
    expect(notesAfter('PAID', paidAgain)).toEqual([`second_payment_returning ${amountFen}`])
    const done = refunded(amountFen, { refundId, ...otherPayment, reason: 'second_payment' })
    expect(notesAfter('PAID', paidAgain, done)).toEqual([`second_payment_returned ${amountFen}`])
  })

  it('reports every refund, oldest first', () => {
    const later = refunded(200, { refundedFen: 300, refundedAt: '2026-11-25T00:00:00.000Z' })
    expect(notesAfter('PAID', later, refunded(100))).toEqual(['refunded 100', 'refunded 200'])
  })

  it('reports a failed refund as delayed until it is done', () => {
    const { refundId } = lateRefunded.refund
    const failed = refundFailed({ refundId, amountFen, reason: 'late_payment' })
    expect(notesAfter('EXPIRED, refund requested', failed)).toEqual([`refund_delayed ${amountFen}`])
    expect(notesAfter('EXPIRED, refund requested', failed, lateRefunded)).toEqual([
      `late_payment_returned ${amountFen}`,
    ])
  })
})

describe('a refund by hand of a trade whose refund is requested', () => {
  const byHand = refunded(amountFen)

  it('settles the requested refund, and the trade does not count as a new payment', () => {
    expect(notesAfter('EXPIRED, refund requested', byHand)).toEqual([`refunded ${amountFen}`])
    expect(notesAfter('EXPIRED, refund requested', byHand, paid)).toEqual([`refunded ${amountFen}`])
  })

  it('settles a failed refund', () => {
    expect(notesAfter('PAID', refundFailed(), refunded(100, { refundedFen: 100 }))).toHaveLength(2)
    expect(notesAfter('PAID', refundFailed(), byHand)).toEqual([`refunded ${amountFen}`])
  })
})

describe('a repeated refund event', () => {
  const outcomes = (...inputs: Input[]) =>
    decideAll(
      [orderIn('PAID')],
      inputs.map(input => ({ orderId, input, cause: 'a test' })),
      now,
    ).decisions.map(decision => (decision.outcome === 'changed' ? 'changed' : decision.reason))

  it('changes nothing', () => {
    expect(outcomes(refunded(100), refunded(100))).toEqual(['changed', 'already_refunded'])
    expect(outcomes(refundFailed(), refundFailed())).toEqual(['changed', 'already_failed'])
  })

  it('does not turn a refund that is done into a failed one', () => {
    const { refundId } = refunded(100).refund
    expect(outcomes(refunded(100), refundFailed({ refundId }))).toEqual(['changed', 'already_refunded'])
  })
})

it('derives the refund id from the trade and the reason', () => {
  const ids = [
    refundIdOf(orderId, 't1', 'late_payment'),
    refundIdOf(orderId, 't1', 'late_payment'),
    refundIdOf(orderId, 't1', 'second_payment'),
    refundIdOf(orderId, 't2', 'late_payment'),
  ]
  expect(new Set(ids).size).toBe(3)
  for (const id of ids) expect(id).toMatch(/^ref_[0-9a-f]{32}$/)
})

it('publishes RefundRequested with an id, a trade and a reason', () => {
  const { events } = decideAll([orderIn('PAID')], [{ orderId, input: paidAgain, cause: 'a test' }], now)
  const { outTradeNo } = otherPayment
  const reason = 'second_payment'
  const refundId = refundIdOf(orderId, otherPayment.tradeNo, reason)
  expect(events.map(({ data }) => data)).toEqual([
    { orderId, refundId, outTradeNo, tradeNo: otherPayment.tradeNo, amountFen, reason },
  ])
})
