import type { Trade } from '../alipay/trade.ts'
import type { Decision, Input, Payment } from './payment.ts'

export const orderId = 'ord_00000000000000000000000000000001'
export const now = new Date('2026-01-02T03:04:05.000Z')
export const seconds = (n: number) => new Date(now.getTime() + n * 1000)

export const details = {
  orderId,
  customerId: 'c-1',
  amountFen: 12_345,
  expiresAt: seconds(600),
  traceparent: '00-trace-01',
}
export const trade: Trade = { outTradeNo: orderId, tradeNo: 'T1', amountFen: 12_345, paidAt: now, buyerId: '2088' }
const attempt = { outTradeNo: orderId, number: 1 }
export const created = { ...attempt, status: 'CREATED' } as const
export const opened = {
  ...attempt,
  status: 'OPENED',
  timeExpire: seconds(600),
  nextCloseAt: null,
  closeTries: 0,
} as const
export const due = { ...opened, nextCloseAt: now }
export const paidAttempt = { ...attempt, status: 'PAID', trade } as const
export const closedAttempt = { ...attempt, status: 'CLOSED' } as const

export const states = {
  none: undefined,
  expected: { ...details, status: 'EXPECTED', attempts: [created] },
  opened: { ...details, status: 'EXPECTED', attempts: [opened] },
  'attempt closed': { ...details, status: 'EXPECTED', attempts: [closedAttempt] },
  'closing, expired': { ...details, status: 'CLOSING', reason: 'expired', attempts: [due] },
  'closing, cancelled': { ...details, status: 'CLOSING', reason: 'cancelled', attempts: [due] },
  'closing, ended': { ...details, status: 'CLOSING', reason: 'ended', attempts: [due] },
  paid: { ...details, status: 'PAID', trade, attempts: [paidAttempt] },
  closed: { ...details, status: 'CLOSED', attempts: [closedAttempt] },
} satisfies Record<string, Payment | undefined>

export const inputs = {
  'order created': { type: 'orderCreated', order: details },
  'order is due': { type: 'closingRequested', reason: 'expired', at: now },
  'shopper cancels': { type: 'closingRequested', reason: 'cancelled', at: now },
  'order ended': { type: 'orderEnded', at: now },
  paid: { type: 'paid', trade, source: 'notify' },
  'another trade': { type: 'paid', trade: { ...trade, tradeNo: 'T2' }, source: 'query' },
  'another amount': { type: 'paid', trade: { ...trade, amountFen: 1 }, source: 'notify' },
  'not paid': { type: 'noMoney', outTradeNo: orderId, amountFen: 12_345, reason: 'waiting_for_buyer' },
  'not paid, another amount': { type: 'noMoney', outTradeNo: orderId, amountFen: 1, reason: 'refund_notice' },
  'closed at Alipay': { type: 'closedAtAlipay', outTradeNo: orderId },
  'no trade, link payable': { type: 'noTradeAtAlipay', outTradeNo: orderId, at: now },
  'no trade, link expired': { type: 'noTradeAtAlipay', outTradeNo: orderId, at: seconds(600) },
  'outcome unknown': { type: 'outcomeUnknown', outTradeNo: orderId, at: now },
} satisfies Record<string, Input>

/** The state reached, the name of the change, and the events: `PAID/paid paid +PaymentSucceeded`. */
export function describeDecision(decision: Decision): string {
  if (decision.outcome !== 'changed') return `${decision.outcome}: ${decision.reason}`
  const { payment, as, events } = decision
  const statuses = [payment.status, ...payment.attempts.map(({ status }) => status.toLowerCase())].join('/')
  return [`${statuses} ${as}`, ...events.map(({ type }) => `+${type}`)].join(' ')
}

/** A further attempt of the order, and its trade. */
export const second = { outTradeNo: `${orderId}_2`, number: 2 }
export const secondTrade: Trade = { ...trade, outTradeNo: second.outTradeNo, tradeNo: 'T2' }
