import { describe, expect, test } from 'vitest'
import type { Trade } from '../alipay/trade.ts'
import { decideAll } from './decide-all.ts'
import { decide } from './decide-payment.ts'
import type { Decision, Input, Payment } from './payment.ts'

const orderId = 'ord_00000000000000000000000000000001'
const now = new Date('2026-01-02T03:04:05.000Z')
const seconds = (n: number) => new Date(now.getTime() + n * 1000)

const facts = { orderId, customerId: 'c-1', amountFen: 12_345, expiresAt: seconds(600), traceparent: '00-trace-01' }
const trade: Trade = { outTradeNo: orderId, tradeNo: 'T1', amountFen: 12_345, paidAt: now, buyerId: '2088' }
const attempt = { outTradeNo: orderId, number: 1 }
const created = { ...attempt, status: 'CREATED' } as const
const opened = { ...attempt, status: 'OPENED', timeExpire: seconds(600), nextCloseAt: null, closeTries: 0 } as const
const due = { ...opened, nextCloseAt: now }
const paidAttempt = { ...attempt, status: 'PAID', trade } as const
const closedAttempt = { ...attempt, status: 'CLOSED' } as const

const states = {
  none: undefined,
  expected: { ...facts, status: 'EXPECTED', attempts: [created] },
  opened: { ...facts, status: 'EXPECTED', attempts: [opened] },
  'attempt closed': { ...facts, status: 'EXPECTED', attempts: [closedAttempt] },
  'closing, expired': { ...facts, status: 'CLOSING', reason: 'expired', attempts: [due] },
  'closing, cancelled': { ...facts, status: 'CLOSING', reason: 'cancelled', attempts: [due] },
  'closing, ended': { ...facts, status: 'CLOSING', reason: 'ended', attempts: [due] },
  paid: { ...facts, status: 'PAID', trade, attempts: [paidAttempt] },
  closed: { ...facts, status: 'CLOSED', attempts: [closedAttempt] },
} satisfies Record<string, Payment | undefined>

const inputs = {
  'order created': { type: 'orderCreated', order: facts },
  'order is due': { type: 'closingRequested', reason: 'expired', at: now },
  'shopper cancels': { type: 'closingRequested', reason: 'cancelled', at: now },
  'order ended': { type: 'orderEnded', at: now },
  'money came': { type: 'paid', trade, source: 'notify' },
  'another trade': { type: 'paid', trade: { ...trade, tradeNo: 'T2' }, source: 'query' },
  'another amount': { type: 'paid', trade: { ...trade, amountFen: 1 }, source: 'notify' },
  'no money': { type: 'noMoney', outTradeNo: orderId, amountFen: 12_345, reason: 'waiting_for_buyer' },
  'no money, another amount': { type: 'noMoney', outTradeNo: orderId, amountFen: 1, reason: 'refund_notice' },
  'closed at Alipay': { type: 'closedAtAlipay', outTradeNo: orderId },
  'no trade, link alive': { type: 'noTradeAtAlipay', outTradeNo: orderId, at: now },
  'no trade, link dead': { type: 'noTradeAtAlipay', outTradeNo: orderId, at: seconds(600) },
  'outcome unknown': { type: 'outcomeUnknown', outTradeNo: orderId, at: now },
} satisfies Record<string, Input>

/** State reached, what it was called, and the events: `PAID paid +PaymentSucceeded`. */
function inWords(decision: Decision): string {
  if (decision.outcome !== 'changed') return `${decision.outcome}: ${decision.reason}`
  const { payment, as, events } = decision
  const statuses = [payment.status, ...payment.attempts.map(({ status }) => status.toLowerCase())].join('/')
  return [`${statuses} ${as}`, ...events.map(({ type }) => `+${type}`)].join(' ')
}

const paid = 'PAID/paid paid +PaymentSucceeded'
const late = 'PAID/paid paid_late +PaymentSucceeded'
const table: Record<keyof typeof states, Record<keyof typeof inputs, string>> = {
  none: {
    'order created': 'EXPECTED/created expected',
    'order is due': 'rejected: unknown_order',
    'shopper cancels': 'rejected: unknown_order',
    'order ended': 'ignored: nothing_to_close',
    'money came': 'rejected: unknown_order',
    'another trade': 'rejected: unknown_order',
    'another amount': 'rejected: unknown_order',
    'no money': 'rejected: unknown_order',
    'no money, another amount': 'rejected: unknown_order',
    'closed at Alipay': 'rejected: unknown_order',
    'no trade, link alive': 'rejected: unknown_order',
    'no trade, link dead': 'rejected: unknown_order',
    'outcome unknown': 'rejected: unknown_order',
  },
  expected: {
    'order created': 'ignored: already_expected',
    'order is due': 'CLOSED/closed closed +PaymentClosed',
    'shopper cancels': 'CLOSED/closed closed +PaymentClosed',
    'order ended': 'CLOSED/closed closed',
    'money came': paid,
    'another trade': paid,
    'another amount': 'rejected: amount_differs',
    'no money': 'ignored: waiting_for_buyer',
    'no money, another amount': 'rejected: amount_differs',
    'closed at Alipay': 'EXPECTED/closed attempt_closed',
    'no trade, link alive': 'ignored: not_closing',
    'no trade, link dead': 'ignored: not_closing',
    'outcome unknown': 'ignored: not_closing',
  },
  opened: {
    'order created': 'ignored: already_expected',
    'order is due': 'CLOSING/opened closing',
    'shopper cancels': 'CLOSING/opened closing',
    'order ended': 'CLOSING/opened closing',
    'money came': paid,
    'another trade': paid,
    'another amount': 'rejected: amount_differs',
    'no money': 'ignored: waiting_for_buyer',
    'no money, another amount': 'rejected: amount_differs',
    'closed at Alipay': 'EXPECTED/closed attempt_closed',
    'no trade, link alive': 'ignored: not_closing',
    'no trade, link dead': 'ignored: not_closing',
    'outcome unknown': 'ignored: not_closing',
  },
  'attempt closed': {
    'order created': 'ignored: already_expected',
    'order is due': 'CLOSED/closed closed +PaymentClosed',
    'shopper cancels': 'CLOSED/closed closed +PaymentClosed',
    'order ended': 'CLOSED/closed closed',
    'money came': paid,
    'another trade': paid,
    'another amount': 'rejected: amount_differs',
    'no money': 'ignored: waiting_for_buyer',
    'no money, another amount': 'rejected: amount_differs',
    'closed at Alipay': 'ignored: already_closed',
    'no trade, link alive': 'ignored: not_closing',
    'no trade, link dead': 'ignored: not_closing',
    'outcome unknown': 'ignored: not_closing',
  },
  'closing, expired': {
    'order created': 'ignored: already_expected',
    'order is due': 'ignored: already_closing',
    'shopper cancels': 'ignored: already_closing',
    'order ended': 'ignored: already_closing',
    'money came': paid,
    'another trade': paid,
    'another amount': 'rejected: amount_differs',
    'no money': 'ignored: waiting_for_buyer',
    'no money, another amount': 'rejected: amount_differs',
    'closed at Alipay': 'CLOSED/closed closed +PaymentClosed',
    'no trade, link alive': 'CLOSING/opened retried_later',
    'no trade, link dead': 'CLOSED/closed closed +PaymentClosed',
    'outcome unknown': 'CLOSING/opened retried_later',
  },
  'closing, cancelled': {
    'order created': 'ignored: already_expected',
    'order is due': 'ignored: already_closing',
    'shopper cancels': 'ignored: already_closing',
    'order ended': 'ignored: already_closing',
    'money came': paid,
    'another trade': paid,
    'another amount': 'rejected: amount_differs',
    'no money': 'ignored: waiting_for_buyer',
    'no money, another amount': 'rejected: amount_differs',
    'closed at Alipay': 'CLOSED/closed closed +PaymentClosed',
    'no trade, link alive': 'CLOSED/closed closed +PaymentClosed',
    'no trade, link dead': 'CLOSED/closed closed +PaymentClosed',
    'outcome unknown': 'CLOSING/opened retried_later',
  },
  'closing, ended': {
    'order created': 'ignored: already_expected',
    'order is due': 'ignored: already_closing',
    'shopper cancels': 'ignored: already_closing',
    'order ended': 'ignored: already_closing',
    'money came': paid,
    'another trade': paid,
    'another amount': 'rejected: amount_differs',
    'no money': 'ignored: waiting_for_buyer',
    'no money, another amount': 'rejected: amount_differs',
    'closed at Alipay': 'CLOSED/closed closed',
    'no trade, link alive': 'CLOSING/opened retried_later',
    'no trade, link dead': 'CLOSED/closed closed',
    'outcome unknown': 'CLOSING/opened retried_later',
  },
  paid: {
    'order created': 'ignored: already_expected',
    'order is due': 'ignored: already_paid',
    'shopper cancels': 'ignored: already_paid',
    'order ended': 'ignored: already_paid',
    'money came': 'ignored: already_paid',
    'another trade': 'rejected: attempt_has_another_trade',
    'another amount': 'rejected: amount_differs',
    'no money': 'ignored: waiting_for_buyer',
    'no money, another amount': 'rejected: amount_differs',
    'closed at Alipay': 'ignored: already_paid',
    'no trade, link alive': 'ignored: not_closing',
    'no trade, link dead': 'ignored: not_closing',
    'outcome unknown': 'ignored: not_closing',
  },
  closed: {
    'order created': 'ignored: already_expected',
    'order is due': 'ignored: already_closed',
    'shopper cancels': 'ignored: already_closed',
    'order ended': 'ignored: already_closed',
    'money came': late,
    'another trade': late,
    'another amount': 'rejected: amount_differs',
    'no money': 'ignored: waiting_for_buyer',
    'no money, another amount': 'rejected: amount_differs',
    'closed at Alipay': 'ignored: already_closed',
    'no trade, link alive': 'ignored: not_closing',
    'no trade, link dead': 'ignored: not_closing',
    'outcome unknown': 'ignored: not_closing',
  },
}

describe.each(Object.keys(states) as (keyof typeof states)[])('a payment that is: %s', state => {
  test.each(Object.keys(inputs) as (keyof typeof inputs)[])('%s', input => {
    expect(inWords(decide(states[state], inputs[input]))).toBe(table[state][input])
  })
})

describe('a notice of a refund', () => {
  const notice = (refundedFen: number, origin: 'ours' | 'outside' | 'outside_known' = 'outside'): Input => ({
    type: 'refundNoticed',
    trade,
    refund: { requestNo: 'HZ01RF001', refundedFen, at: seconds(60) },
    origin,
  })
  const part = notice(45)
  const whole = notice(12_345)
  const detected = 'outside_refund +OutsideRefundDetected'
  // A person is told all the same: see the cases.
  const noPayment = 'ignored: refund_notice'
  const table: Record<keyof typeof states, [part: string, whole: string]> = {
    none: ['rejected: unknown_order', 'rejected: unknown_order'],
    expected: [noPayment, `EXPECTED/closed ${detected}`],
    opened: [noPayment, `EXPECTED/closed ${detected}`],
    'attempt closed': [noPayment, `EXPECTED/closed ${detected}`],
    'closing, expired': [noPayment, 'CLOSED/closed outside_refund +PaymentClosed +OutsideRefundDetected'],
    'closing, cancelled': [noPayment, 'CLOSED/closed outside_refund +PaymentClosed +OutsideRefundDetected'],
    'closing, ended': [noPayment, `CLOSED/closed ${detected}`],
    paid: [`PAID/paid ${detected}`, `PAID/paid ${detected}`],
    closed: [noPayment, `CLOSED/closed ${detected}`],
  }
  test.each(Object.entries(table))('made elsewhere, of a payment that is: %s', (state, [afterPart, afterWhole]) => {
    const payment = states[state as keyof typeof states]
    expect(inWords(decide(payment, part))).toBe(afterPart)
    expect(inWords(decide(payment, whole))).toBe(afterWhole)
  })

  test('that is ours, or has a case already, changes nothing', () => {
    expect(inWords(decide(states.paid, notice(45, 'ours')))).toBe('ignored: refund_notice')
    expect(inWords(decide(states.paid, notice(12_345, 'ours')))).toBe('ignored: trade_closed')
    expect(inWords(decide(states.paid, notice(45, 'outside_known')))).toBe('ignored: refund_notice')
  })

  test('of another amount, or of another trade, is refused', () => {
    const other = (change: Partial<Trade>) => ({ ...part, trade: { ...trade, ...change } }) as Input
    expect(inWords(decide(states.paid, other({ amountFen: 1 })))).toBe('rejected: amount_differs')
    expect(inWords(decide(states.paid, other({ tradeNo: 'T2' })))).toBe('rejected: attempt_has_another_trade')
  })

  test('of all the money, before the payment was heard of: a later word of that payment pays nothing', () => {
    const { payment } = decide(states.opened, whole) as { payment: Payment }
    expect(inWords(decide(payment, inputs['money came']))).toBe('ignored: refunded_before_recorded')
    expect(inWords(decide(payment, notice(12_345, 'outside_known')))).toBe('ignored: refund_notice')
  })
})

const second = { outTradeNo: `${orderId}_2`, number: 2 }
const secondTrade: Trade = { ...trade, outTradeNo: second.outTradeNo, tradeNo: 'T2' }

test('money for another attempt of a paid order is said once more, and the first trade stays the one that paid', () => {
  const payment: Payment = {
    ...facts,
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

test('a payment with several attempts is closed only when none of them can be paid any more', () => {
  const payment: Payment = { ...facts, status: 'CLOSING', reason: 'expired', attempts: [due, { ...due, ...second }] }
  const first = decide(payment, { type: 'closedAtAlipay', outTradeNo: orderId })
  expect(inWords(first)).toBe('CLOSING/closed/opened attempt_closed')
  const last = decide((first as { payment: Payment }).payment, {
    type: 'closedAtAlipay',
    outTradeNo: second.outTradeNo,
  })
  expect(inWords(last)).toBe('CLOSED/closed/closed closed +PaymentClosed')
})

test('an attempt that is not of this order changes nothing', () => {
  const strange = { ...trade, outTradeNo: 'ord_strange' }
  expect(inWords(decide(states.opened, { type: 'paid', trade: strange, source: 'notify' }))).toBe(
    'rejected: unknown_order',
  )
})

test('an unclear outcome is asked about again quickly at first, then once a minute, for ever', () => {
  let payment: Payment | undefined = states['closing, expired']
  const pausesS = Array.from({ length: 8 }, () => {
    const decision = decide(payment, { type: 'outcomeUnknown', outTradeNo: orderId, at: now })
    if (decision.outcome !== 'changed') throw new Error(inWords(decision))
    payment = decision.payment
    const [next] = decision.payment.attempts
    return next?.status === 'OPENED' ? (next.nextCloseAt!.getTime() - now.getTime()) / 1000 : Number.NaN
  })
  expect(pausesS).toEqual([2, 5, 15, 30, 60, 60, 60, 60])
})

test('a link that nobody had used is watched when its order was cancelled, unless its time is over', () => {
  const alive = decide(states['closing, cancelled'], inputs['no trade, link alive'])
  expect(alive).toMatchObject({ payment: { attempts: [{ status: 'CLOSED', linkAlive: true }] } })
  const dead = decide(states['closing, cancelled'], inputs['no trade, link dead'])
  expect((dead as { payment: Payment }).payment.attempts).toEqual([closedAttempt])
})

test('money for one attempt makes the others due for closing', () => {
  const payment: Payment = { ...facts, status: 'EXPECTED', attempts: [closedAttempt, { ...opened, ...second }] }
  expect(decide(payment, inputs['money came'])).toMatchObject({
    as: 'paid',
    payment: { attempts: [{ status: 'PAID' }, { status: 'OPENED', nextCloseAt: trade.paidAt }] },
  })
})

test('another amount counts only when a person has looked at it, and the same trade again is then known', () => {
  const other: Trade = { ...trade, amountFen: 1 }
  const taken = decide(states.opened, { type: 'paid', trade: other, source: 'case' })
  expect(inWords(taken)).toBe(paid)
  const { payment } = taken as { payment: Payment }
  for (const source of ['notify', 'query', 'reconciliation'] as const) {
    expect(inWords(decide(payment, { type: 'paid', trade: other, source }))).toBe('ignored: already_paid')
    expect(inWords(decide(states.opened, { type: 'paid', trade: other, source }))).toBe('rejected: amount_differs')
  }
})

test('a link that is still payable is asked about again just after it has run out', () => {
  const decision = decide(states['closing, expired'], { type: 'noTradeAtAlipay', outTradeNo: orderId, at: now })
  expect(decision).toMatchObject({ payment: { attempts: [{ nextCloseAt: seconds(601), closeTries: 0 }] } })
})

test('events carry the facts, the order as their key, and the trace of the order', () => {
  expect(decide(states.opened, inputs['money came'])).toMatchObject({
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

describe('a batch', () => {
  test('lets a later input see what an earlier one made of the same order', () => {
    const decided = decideAll(new Map(), [
      { orderId, input: inputs['order created'] },
      { orderId, input: inputs['order is due'] },
      { orderId, input: inputs['order ended'] },
    ])
    expect(decided.decisions.map(inWords)).toEqual([
      'EXPECTED/created expected',
      'CLOSED/closed closed +PaymentClosed',
      'ignored: already_closed',
    ])
    expect(decided).toMatchObject({ created: [{ status: 'CLOSED' }], changed: [], events: [{ type: 'PaymentClosed' }] })
  })

  test('says PaymentSucceeded once for the same trade, and writes only the attempts that changed', () => {
    const payment: Payment = { ...facts, status: 'EXPECTED', attempts: [opened, { ...created, ...second }] }
    const decided = decideAll(new Map([[orderId, payment]]), [
      { orderId, input: inputs['money came'] },
      { orderId, input: inputs['money came'] },
    ])
    expect(decided.events).toHaveLength(1)
    expect(decided.changedAttempts).toEqual([paidAttempt])
  })
})
