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
const came: Input = { type: 'paymentSucceeded', payment }
const cameAgain: Input = { type: 'paymentSucceeded', payment: otherPayment }

describe('what the buyer is told about money', () => {
  it('has nothing to say of an order that was paid in time', () => {
    expect(notesAfter('PENDING_PAYMENT', came)).toEqual([])
  })

  it('says that late money was accepted', () => {
    expect(notesAfter('EXPIRED', came, { type: 'stockReserved', tradeNo })).toEqual([
      `late_payment_accepted ${amountFen}`,
    ])
  })

  it('says that late money is on its way back, and then that it is back', () => {
    const gone: Input[] = [came, { type: 'stockRejected', shortages, tradeNo }]
    expect(notesAfter('EXPIRED', ...gone)).toEqual([`late_payment_returning ${amountFen}`])
    expect(notesAfter('EXPIRED', ...gone, lateRefunded)).toEqual([`late_payment_returned ${amountFen}`])
  })

  it('says that money came twice, and that the second went back', () => {
    const refundId = refundIdOf(orderId, otherPayment.tradeNo, 'second_payment')
    expect(notesAfter('PAID', cameAgain)).toEqual([`second_payment_returning ${amountFen}`])
    const back = refunded(amountFen, { refundId, ...otherPayment, reason: 'second_payment' })
    expect(notesAfter('PAID', cameAgain, back)).toEqual([`second_payment_returned ${amountFen}`])
  })

  it('says what was refunded, each time, in the order of time', () => {
    const later = refunded(200, { refundedFen: 300, refundedAt: '2026-11-25T00:00:00.000Z' })
    expect(notesAfter('PAID', later, refunded(100))).toEqual(['refunded 100', 'refunded 200'])
  })

  it('says that a refund is delayed, until it is done after all', () => {
    const { refundId } = lateRefunded.refund
    const failed = refundFailed({ refundId, amountFen, reason: 'late_payment' })
    expect(notesAfter('EXPIRED, refund requested', failed)).toEqual([`refund_delayed ${amountFen}`])
    expect(notesAfter('EXPIRED, refund requested', failed, lateRefunded)).toEqual([
      `late_payment_returned ${amountFen}`,
    ])
  })
})

describe('money that a person gave back before we could', () => {
  const byHand = refunded(amountFen)

  it('is told once: what was asked for is settled, and the trade is still not taken for new money', () => {
    expect(notesAfter('EXPIRED, refund requested', byHand)).toEqual([`refunded ${amountFen}`])
    expect(notesAfter('EXPIRED, refund requested', byHand, came)).toEqual([`refunded ${amountFen}`])
  })

  it('settles a refund that had failed', () => {
    expect(notesAfter('PAID', refundFailed(), refunded(100, { refundedFen: 100 }))).toHaveLength(2)
    expect(notesAfter('PAID', refundFailed(), byHand)).toEqual([`refunded ${amountFen}`])
  })
})

describe('hearing of the same refund again', () => {
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

  it('money that is back stays back', () => {
    const { refundId } = refunded(100).refund
    expect(outcomes(refunded(100), refundFailed({ refundId }))).toEqual(['changed', 'already_refunded'])
  })
})

it('the id of a refund is the same for the same trade and reason, and for nothing else', () => {
  const ids = [
    refundIdOf(orderId, 't1', 'late_payment'),
    refundIdOf(orderId, 't1', 'late_payment'),
    refundIdOf(orderId, 't1', 'second_payment'),
    refundIdOf(orderId, 't2', 'late_payment'),
  ]
  expect(new Set(ids).size).toBe(3)
  for (const id of ids) expect(id).toMatch(/^ref_[0-9a-f]{32}$/)
})

it('a refund is asked for with an id, a trade and a reason', () => {
  const { events } = decideAll([orderIn('PAID')], [{ orderId, input: cameAgain, cause: 'a test' }], now)
  const { outTradeNo } = otherPayment
  const reason = 'second_payment'
  const refundId = refundIdOf(orderId, otherPayment.tradeNo, reason)
  expect(events.map(({ data }) => data)).toEqual([
    { orderId, refundId, outTradeNo, tradeNo: otherPayment.tradeNo, amountFen, reason },
  ])
})
