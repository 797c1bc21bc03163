import { expect, it } from 'vitest'
import {
  closeTrade,
  type Decision,
  expireIfDue,
  finishTrade,
  openTrade,
  type PaymentRequest,
  payTrade,
  payTradeLate,
  type Trade,
} from './trade.ts'

const OPENED = 1_000_000
const NOW = OPENED + 60_000
const EXPIRES = OPENED + 1_800_000

const request: PaymentRequest = {
  outTradeNo: 'ord_1',
  appId: 'app',
  sellerId: 'seller',
  totalFen: 25_800,
  subject: '茶',
  productCode: 'FAST_INSTANT_TRADE_PAY',
  expiry: { at: EXPIRES },
}
const first = { buyerId: '1', logonId: 'a' }
const second = { buyerId: '2', logonId: 'b' }
const { expiry: _expiry, ...terms } = request
const waiting: Trade = {
  ...terms,
  tradeNo: 'T1',
  buyer: first,
  createdAt: OPENED,
  expiresAt: EXPIRES,
  state: { status: 'WAIT_BUYER_PAY' },
}
const paid: Trade = { ...waiting, state: { status: 'TRADE_SUCCESS', paidAt: OPENED } }
const closed: Trade = { ...waiting, state: { status: 'TRADE_CLOSED', closedAt: OPENED, reason: 'closed' } }

const refunded: Trade = {
  ...waiting,
  state: { status: 'TRADE_CLOSED', closedAt: NOW, reason: 'refunded', paidAt: OPENED },
}
const finished: Trade = { ...waiting, state: { status: 'TRADE_FINISHED', paidAt: OPENED } }

const open = (trade: Trade | undefined, asked = request, buyer = first, now = NOW) =>
  openTrade(trade, asked, buyer, 'T1', now)

function name(decision: Decision): string {
  return decision.kind === 'refused' ? decision.refusal : `${decision.kind} ${decision.trade.state.status}`
}

const rows: [state: string, input: string, decision: Decision, answer: string][] = [
  ['no trade', 'open', open(undefined), 'changed WAIT_BUYER_PAY'],
  ['no trade', 'open after time_expire', open(undefined, request, first, EXPIRES), 'LINK_EXPIRED'],
  ['no trade', 'pay', payTrade(undefined, NOW), 'TRADE_NOT_EXIST'],
  ['no trade', 'close', closeTrade(undefined, NOW), 'TRADE_NOT_EXIST'],
  ['waiting', 'open again', open(waiting), 'unchanged WAIT_BUYER_PAY'],
  ['waiting', 'open with another amount', open(waiting, { ...request, totalFen: 1 }), 'CONTEXT_INCONSISTENT'],
  ['waiting', 'open with another subject', open(waiting, { ...request, subject: '咖啡' }), 'CONTEXT_INCONSISTENT'],
  [
    'waiting',
    'open with another return_url',
    open(waiting, { ...request, returnUrl: 'http://b/' }),
    'unchanged WAIT_BUYER_PAY',
  ],
  ['waiting', 'open by another buyer', open(waiting, request, second), 'TRADE_BUYER_NOT_MATCH'],
  ['waiting', 'pay', payTrade(waiting, NOW), 'changed TRADE_SUCCESS'],
  ['waiting', 'close', closeTrade(waiting, NOW), 'changed TRADE_CLOSED'],
  ['paid', 'open', open(paid), 'TRADE_HAS_SUCCESS'],
  ['paid', 'pay', payTrade(paid, NOW), 'TRADE_HAS_SUCCESS'],
  ['paid', 'close', closeTrade(paid, NOW), 'TRADE_STATUS_ERROR'],
  ['paid', 'pay late', payTradeLate(paid, undefined, NOW), 'TRADE_HAS_SUCCESS'],
  ['paid', 'finish', finishTrade(paid), 'changed TRADE_FINISHED'],
  ['closed', 'pay late', payTradeLate(closed, undefined, NOW), 'changed TRADE_SUCCESS'],
  ['closed', 'finish', finishTrade(closed), 'TRADE_STATUS_ERROR'],
  ['refunded', 'open', open(refunded), 'TRADE_HAS_CLOSE'],
  ['refunded', 'pay', payTrade(refunded, NOW), 'TRADE_HAS_CLOSE'],
  ['refunded', 'pay late', payTradeLate(refunded, undefined, NOW), 'TRADE_HAS_CLOSE'],
  ['refunded', 'close', closeTrade(refunded, NOW), 'TRADE_STATUS_ERROR'],
  ['finished', 'open', open(finished), 'TRADE_HAS_SUCCESS'],
  ['finished', 'pay', payTrade(finished, NOW), 'TRADE_HAS_SUCCESS'],
  ['finished', 'close', closeTrade(finished, NOW), 'TRADE_STATUS_ERROR'],
  ['finished', 'finish', finishTrade(finished), 'TRADE_STATUS_ERROR'],
  ['no trade', 'pay late', payTradeLate(undefined, undefined, NOW), 'TRADE_NOT_EXIST'],
  ['no trade', 'finish', finishTrade(undefined), 'TRADE_NOT_EXIST'],
  ['closed', 'open', open(closed), 'TRADE_HAS_CLOSE'],
  ['closed', 'pay', payTrade(closed, NOW), 'TRADE_HAS_CLOSE'],
  ['closed', 'close', closeTrade(closed, NOW), 'TRADE_STATUS_ERROR'],
]

it.each(rows)('%s: %s', (_state, _input, decision, answer) => expect(name(decision)).toBe(answer))

it('closes an unpaid trade as of its time_expire, and never a paid one', () => {
  expect(expireIfDue(waiting, EXPIRES - 1)).toBe(waiting)
  expect(expireIfDue(waiting, EXPIRES + 5).state).toEqual({
    status: 'TRADE_CLOSED',
    closedAt: EXPIRES,
    reason: 'expired',
  })
  expect(expireIfDue(paid, EXPIRES + 5)).toBe(paid)
})

it('counts timeout_express from the opening of the cashier', () => {
  const decision = open(undefined, { ...request, expiry: { afterMs: 60_000 } })
  expect(decision).toMatchObject({ kind: 'changed', trade: { createdAt: NOW, expiresAt: NOW + 60_000 } })
})
