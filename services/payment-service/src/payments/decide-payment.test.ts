import { describe, expect, it } from 'vitest'
import type { Trade } from '../alipay/trade.ts'
import { decideAll } from './decide-all.ts'
import { decide } from './decide-payment.ts'
import type { Input, Payment } from './payment.ts'
import {
  created,
  describeDecision,
  details,
  inputs,
  opened,
  orderId,
  paidAttempt,
  second,
  seconds,
  secondTrade,
  states,
  trade,
} from './test-payments.ts'

const paid = 'PAID/paid paid +PaymentSucceeded'
const late = 'PAID/paid paid_late +PaymentSucceeded'
const table: Record<keyof typeof states, Record<keyof typeof inputs, string>> = {
  none: {
    'order created': 'EXPECTED/created expected',
    'order is due': 'rejected: unknown_order',
    'shopper cancels': 'rejected: unknown_order',
    'order ended': 'ignored: nothing_to_close',
    paid: 'rejected: unknown_order',
    'another trade': 'rejected: unknown_order',
    'another amount': 'rejected: unknown_order',
    'not paid': 'rejected: unknown_order',
    'not paid, another amount': 'rejected: unknown_order',
    'closed at Alipay': 'rejected: unknown_order',
    'no trade, link payable': 'rejected: unknown_order',
    'no trade, link expired': 'rejected: unknown_order',
    'outcome unknown': 'rejected: unknown_order',
  },
  expected: {
    'order created': 'ignored: already_expected',
    'order is due': 'CLOSED/closed closed +PaymentClosed',
    'shopper cancels': 'CLOSED/closed closed +PaymentClosed',
    'order ended': 'CLOSED/closed closed',
    paid: paid,
    'another trade': paid,
    'another amount': 'rejected: amount_differs',
    'not paid': 'ignored: waiting_for_buyer',
    'not paid, another amount': 'rejected: amount_differs',
    'closed at Alipay': 'EXPECTED/closed attempt_closed',
    'no trade, link payable': 'ignored: not_closing',
    'no trade, link expired': 'ignored: not_closing',
    'outcome unknown': 'ignored: not_closing',
  },
  opened: {
    'order created': 'ignored: already_expected',
    'order is due': 'CLOSING/opened closing',
    'shopper cancels': 'CLOSING/opened closing',
    'order ended': 'CLOSING/opened closing',
    paid: paid,
    'another trade': paid,
    'another amount': 'rejected: amount_differs',
    'not paid': 'ignored: waiting_for_buyer',
    'not paid, another amount': 'rejected: amount_differs',
    'closed at Alipay': 'EXPECTED/closed attempt_closed',
    'no trade, link payable': 'ignored: not_closing',
    'no trade, link expired': 'ignored: not_closing',
    'outcome unknown': 'ignored: not_closing',
  },
  'attempt closed': {
    'order created': 'ignored: already_expected',
    'order is due': 'CLOSED/closed closed +PaymentClosed',
    'shopper cancels': 'CLOSED/closed closed +PaymentClosed',
    'order ended': 'CLOSED/closed closed',
    paid: paid,
    'another trade': paid,
    'another amount': 'rejected: amount_differs',
    'not paid': 'ignored: waiting_for_buyer',
    'not paid, another amount': 'rejected: amount_differs',
    'closed at Alipay': 'ignored: already_closed',
    'no trade, link payable': 'ignored: not_closing',
    'no trade, link expired': 'ignored: not_closing',
    'outcome unknown': 'ignored: not_closing',
  },
  'closing, expired': {
    'order created': 'ignored: already_expected',
    'order is due': 'ignored: already_closing',
    'shopper cancels': 'ignored: already_closing',
    'order ended': 'ignored: already_closing',
    paid: paid,
    'another trade': paid,
    'another amount': 'rejected: amount_differs',
    'not paid': 'ignored: waiting_for_buyer',
    'not paid, another amount': 'rejected: amount_differs',
    'closed at Alipay': 'CLOSED/closed closed +PaymentClosed',
    'no trade, link payable': 'CLOSING/opened retried_later',
    'no trade, link expired': 'CLOSED/closed closed +PaymentClosed',
    'outcome unknown': 'CLOSING/opened retried_later',
  },
  'closing, cancelled': {
    'order created': 'ignored: already_expected',
    'order is due': 'ignored: already_closing',
    'shopper cancels': 'ignored: already_closing',
    'order ended': 'ignored: already_closing',
    paid: paid,
    'another trade': paid,
    'another amount': 'rejected: amount_differs',
    'not paid': 'ignored: waiting_for_buyer',
    'not paid, another amount': 'rejected: amount_differs',
    'closed at Alipay': 'CLOSED/closed closed +PaymentClosed',
    'no trade, link payable': 'CLOSED/closed closed +PaymentClosed',
    'no trade, link expired': 'CLOSED/closed closed +PaymentClosed',
    'outcome unknown': 'CLOSING/opened retried_later',
  },
  'closing, ended': {
    'order created': 'ignored: already_expected',
    'order is due': 'ignored: already_closing',
    'shopper cancels': 'ignored: already_closing',
    'order ended': 'ignored: already_closing',
    paid: paid,
    'another trade': paid,
    'another amount': 'rejected: amount_differs',
    'not paid': 'ignored: waiting_for_buyer',
    'not paid, another amount': 'rejected: amount_differs',
    'closed at Alipay': 'CLOSED/closed closed',
    'no trade, link payable': 'CLOSING/opened retried_later',
    'no trade, link expired': 'CLOSED/closed closed',
    'outcome unknown': 'CLOSING/opened retried_later',
  },
  paid: {
    'order created': 'ignored: already_expected',
    'order is due': 'ignored: already_paid',
    'shopper cancels': 'ignored: already_paid',
    'order ended': 'ignored: already_paid',
    paid: 'ignored: already_paid',
    'another trade': 'rejected: attempt_has_another_trade',
    'another amount': 'rejected: amount_differs',
    'not paid': 'ignored: waiting_for_buyer',
    'not paid, another amount': 'rejected: amount_differs',
    'closed at Alipay': 'ignored: already_paid',
    'no trade, link payable': 'ignored: not_closing',
    'no trade, link expired': 'ignored: not_closing',
    'outcome unknown': 'ignored: not_closing',
  },
  closed: {
    'order created': 'ignored: already_expected',
    'order is due': 'ignored: already_closed',
    'shopper cancels': 'ignored: already_closed',
    'order ended': 'ignored: already_closed',
    paid: late,
    'another trade': late,
    'another amount': 'rejected: amount_differs',
    'not paid': 'ignored: waiting_for_buyer',
    'not paid, another amount': 'rejected: amount_differs',
    'closed at Alipay': 'ignored: already_closed',
    'no trade, link payable': 'ignored: not_closing',
    'no trade, link expired': 'ignored: not_closing',
    'outcome unknown': 'ignored: not_closing',
  },
}

describe.each(Object.keys(states) as (keyof typeof states)[])('a payment that is: %s', state => {
  it.each(Object.keys(inputs) as (keyof typeof inputs)[])('%s', input => {
    expect(describeDecision(decide(states[state], inputs[input]))).toBe(table[state][input])
  })
})

describe('a refund notice', () => {
  const notice = (refundedFen: number, origin: 'ours' | 'outside' | 'outside_known' = 'outside'): Input => ({
    type: 'refundNoticed',
    trade,
    refund: { requestNo: 'HZ01RF001', refundedFen, at: seconds(60) },
    origin,
  })
  const part = notice(45)
  const whole = notice(12_345)
  const detected = 'outside_refund +OutsideRefundDetected'
  const table: Record<keyof typeof states, [part: string, whole: string]> = {
    none: ['rejected: unknown_order', 'rejected: unknown_order'],
    expected: [`EXPECTED/created ${detected}`, `EXPECTED/closed ${detected}`],
    opened: [`EXPECTED/opened ${detected}`, `EXPECTED/closed ${detected}`],
    'attempt closed': [`EXPECTED/closed ${detected}`, `EXPECTED/closed ${detected}`],
    'closing, expired': [
      `CLOSING/opened ${detected}`,
      'CLOSED/closed outside_refund +PaymentClosed +OutsideRefundDetected',
    ],
    'closing, cancelled': [
      `CLOSING/opened ${detected}`,
      'CLOSED/closed outside_refund +PaymentClosed +OutsideRefundDetected',
    ],
    'closing, ended': [`CLOSING/opened ${detected}`, `CLOSED/closed ${detected}`],
    paid: [`PAID/paid ${detected}`, `PAID/paid ${detected}`],
    closed: [`CLOSED/closed ${detected}`, `CLOSED/closed ${detected}`],
  }
  it.each(Object.entries(table))(
    'about a refund made elsewhere, of a payment that is: %s',
    (state, [afterPart, afterWhole]) => {
      const payment = states[state as keyof typeof states]
      expect(describeDecision(decide(payment, part))).toBe(afterPart)
      expect(describeDecision(decide(payment, whole))).toBe(afterWhole)
    },
  )

  it('about its own refund, or one that has a case, changes nothing', () => {
    expect(describeDecision(decide(states.paid, notice(45, 'ours')))).toBe('ignored: refund_notice')
    expect(describeDecision(decide(states.paid, notice(12_345, 'ours')))).toBe('ignored: trade_closed')
    expect(describeDecision(decide(states.paid, notice(45, 'outside_known')))).toBe('ignored: refund_notice')
  })

  it('of a part before the payment is recorded is announced once, and leaves the payment to its own results', () => {
    const { payment } = decide(states.opened, part) as { payment: Payment }
    expect(describeDecision(decide(payment, notice(45, 'outside_known')))).toBe('ignored: refund_notice')
    expect(describeDecision(decide(payment, inputs.paid))).toBe(paid)
  })

  it('of an attempt that never counted does not stop the shipment that another attempt has paid', () => {
    const other: Input = { ...part, trade: secondTrade } as Input
    const payment: Payment = {
      ...details,
      status: 'PAID',
      trade,
      attempts: [paidAttempt, { ...opened, ...second }],
    }
    expect(describeDecision(decide(payment, other))).toBe('ignored: refund_notice')
    const wholeOfOther = decide(payment, { ...whole, trade: secondTrade } as Input)
    expect(wholeOfOther).toMatchObject({ outcome: 'changed', payment: { status: 'PAID' }, events: [] })
  })

  it('with another amount or another trade is rejected', () => {
    const other = (change: Partial<Trade>) => ({ ...part, trade: { ...trade, ...change } }) as Input
    expect(describeDecision(decide(states.paid, other({ amountFen: 1 })))).toBe('rejected: amount_differs')
    expect(describeDecision(decide(states.paid, other({ tradeNo: 'T2' })))).toBe('rejected: attempt_has_another_trade')
  })

  it('about a full refund before the payment is recorded makes later results of the payment void', () => {
    const { payment } = decide(states.opened, whole) as { payment: Payment }
    expect(describeDecision(decide(payment, inputs.paid))).toBe('ignored: refunded_before_recorded')
    expect(describeDecision(decide(payment, notice(12_345, 'outside_known')))).toBe('ignored: refund_notice')
  })
})

it('publishes a second payment of a paid order once, and keeps the first trade as the one that paid', () => {
  const payment: Payment = {
    ...details,
    status: 'PAID',
    trade,
    attempts: [paidAttempt, { ...opened, ...second }],
  }
  const decision = decide(payment, { type: 'paid', trade: secondTrade, source: 'query' })
  expect(decision).toMatchObject({ as: 'paid_again', payment: { trade: { tradeNo: 'T1' } } })
  const again = (decision as { payment: Payment }).payment
  expect(decide(again, { type: 'paid', trade: secondTrade, source: 'notify' })).toEqual({
    outcome: 'ignored',
    reason: 'already_paid',
  })
})

it('rejects an attempt of another order', () => {
  const foreign = { ...trade, outTradeNo: 'ord_foreign' }
  expect(describeDecision(decide(states.opened, { type: 'paid', trade: foreign, source: 'notify' }))).toBe(
    'rejected: unknown_order',
  )
})

it('accepts another amount only from a case, and ignores the same trade after that', () => {
  const other: Trade = { ...trade, amountFen: 1 }
  const taken = decide(states.opened, { type: 'paid', trade: other, source: 'case' })
  expect(describeDecision(taken)).toBe(paid)
  const { payment } = taken as { payment: Payment }
  for (const source of ['notify', 'query', 'reconciliation'] as const) {
    expect(describeDecision(decide(payment, { type: 'paid', trade: other, source }))).toBe('ignored: already_paid')
    expect(describeDecision(decide(states.opened, { type: 'paid', trade: other, source }))).toBe(
      'rejected: amount_differs',
    )
  }
})

it('publishes events with the order id as key and the trace of the order', () => {
  expect(decide(states.opened, inputs.paid)).toMatchObject({
    events: [
      {
        type: 'PaymentSucceeded',
        key: orderId,
        traceparent: '00-trace-01',
        data: {
          orderId,
          outTradeNo: orderId,
          tradeNo: 'T1',
          amountFen: 12_345,
          paidAt: '2026-01-02T03:04:05.000Z',
          source: 'notify',
        },
      },
    ],
  })
})

describe('a batch of inputs', () => {
  it('applies a later input to the result of an earlier one of the same order', () => {
    const decided = decideAll(new Map(), [
      { orderId, input: inputs['order created'] },
      { orderId, input: inputs['order is due'] },
      { orderId, input: inputs['order ended'] },
    ])
    expect(decided.decisions.map(describeDecision)).toEqual([
      'EXPECTED/created expected',
      'CLOSED/closed closed +PaymentClosed',
      'ignored: already_closed',
    ])
    expect(decided).toMatchObject({ created: [{ status: 'CLOSED' }], changed: [], events: [{ type: 'PaymentClosed' }] })
  })

  it('publishes PaymentSucceeded once for the same trade, and writes only the attempts that changed', () => {
    const payment: Payment = { ...details, status: 'EXPECTED', attempts: [opened, { ...created, ...second }] }
    const decided = decideAll(new Map([[orderId, payment]]), [
      { orderId, input: inputs.paid },
      { orderId, input: inputs.paid },
    ])
    expect(decided.events).toHaveLength(1)
    expect(decided.changedAttempts).toEqual([paidAttempt])
  })
})
