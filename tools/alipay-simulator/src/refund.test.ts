import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type RefundDecision, refundedFen, refundsOf, refundTrade } from './refund.ts'
import type { Trade } from './trade.ts'

const PAID = 1_000_000
const NOW = PAID + 60_000
const GAP = 3_000

const waiting: Trade = {
  outTradeNo: 'ord_1',
  appId: 'app',
  sellerId: 'seller',
  totalFen: 1_000,
  subject: '茶',
  productCode: 'FAST_INSTANT_TRADE_PAY',
  tradeNo: 'T1',
  buyer: { buyerId: '1', logonId: 'a' },
  createdAt: PAID,
  expiresAt: PAID + 1_800_000,
  state: { status: 'WAIT_BUYER_PAY' },
}
const paid: Trade = { ...waiting, state: { status: 'TRADE_SUCCESS', paidAt: PAID } }
const closed: Trade = { ...waiting, state: { status: 'TRADE_CLOSED', closedAt: PAID, reason: 'closed' } }
const finished: Trade = { ...waiting, state: { status: 'TRADE_FINISHED', paidAt: PAID } }
const partly: Trade = { ...paid, refunds: [{ requestNo: 'r1', amountFen: 400, at: NOW - GAP }] }
const wholly = changed(refundTrade(partly, { requestNo: 'r2', amountFen: 600 }, GAP, NOW))

function changed(decision: RefundDecision): Trade {
  if (decision.kind !== 'changed') throw new Error(JSON.stringify(decision))
  return decision.trade
}

const ask = (trade: Trade | undefined, requestNo: string | undefined, amountFen: number, now = NOW) =>
  refundTrade(trade, { requestNo, amountFen }, GAP, now)

function name(decision: RefundDecision): string {
  if (decision.kind === 'refused') return decision.refusal
  return `${decision.kind} ${decision.trade.state.status} ${refundedFen(decision.trade)}`
}

const rows: [state: string, input: string, decision: RefundDecision, answer: string][] = [
  ['no trade', 'refund', ask(undefined, 'r1', 1), 'TRADE_NOT_EXIST'],
  ['waiting', 'refund', ask(waiting, 'r1', 1), 'TRADE_STATUS_ERROR'],
  ['closed unpaid', 'refund', ask(closed, 'r1', 1), 'TRADE_STATUS_ERROR'],
  ['finished', 'refund', ask(finished, 'r1', 1), 'TRADE_HAS_FINISHED'],
  ['paid', 'a part', ask(paid, 'r1', 400), 'changed TRADE_SUCCESS 400'],
  ['paid', 'all', ask(paid, 'r1', 1_000), 'changed TRADE_CLOSED 1000'],
  ['paid', 'all, without a number', ask(paid, undefined, 1_000), 'changed TRADE_CLOSED 1000'],
  ['paid', 'a part, without a number', ask(paid, undefined, 400), 'REFUND_AMT_NOT_EQUAL_TOTAL'],
  ['paid', 'too much', ask(paid, 'r1', 1_001), 'REASON_TRADE_REFUND_FEE_ERR'],
  ['partly refunded', 'the rest', ask(partly, 'r2', 600), 'changed TRADE_CLOSED 1000'],
  ['partly refunded', 'more than the rest', ask(partly, 'r2', 601), 'REASON_TRADE_REFUND_FEE_ERR'],
  ['partly refunded', 'too soon', ask(partly, 'r2', 600, NOW - 1), 'TOO_SOON'],
  ['partly refunded', 'the same again, at once', ask(partly, 'r1', 400, NOW - GAP), 'repeated TRADE_SUCCESS 400'],
  ['partly refunded', 'the same number, another amount', ask(partly, 'r1', 401), 'DISCORDANT_REPEAT_REQUEST'],
  ['wholly refunded', 'the same again', ask(wholly, 'r2', 600), 'repeated TRADE_CLOSED 1000'],
  ['wholly refunded', 'another', ask(wholly, 'r3', 1), 'TRADE_STATUS_ERROR'],
]

it.each(rows)('%s: %s', (_state, _input, decision, answer) => expect(name(decision)).toBe(answer))

it('never refunds more than was paid, and each number once', () => {
  const request = fc.record({
    requestNo: fc.constantFrom('a', 'b', 'c', 'd'),
    amountFen: fc.integer({ min: 1, max: 700 }),
  })
  fc.assert(
    fc.property(fc.array(request, { maxLength: 12 }), requests => {
      let trade = paid
      for (const asked of requests) {
        const decision = refundTrade(trade, asked, 0, NOW)
        if (decision.kind === 'changed') trade = decision.trade
      }
      expect(refundedFen(trade)).toBeLessThanOrEqual(paid.totalFen)
      expect(new Set(refundsOf(trade).map(refund => refund.requestNo)).size).toBe(refundsOf(trade).length)
      expect(trade.state.status).toBe(refundedFen(trade) === paid.totalFen ? 'TRADE_CLOSED' : 'TRADE_SUCCESS')
    }),
  )
})
