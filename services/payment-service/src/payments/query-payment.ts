import { Problem } from '@alipay-checkout/service-kit'
import type { CallPriority } from '../alipay/call-budget.ts'
import type { AlipayClient, Unknown } from '../alipay/client.ts'
import { describeReply } from '../alipay/reply.ts'
import type { Trade } from '../alipay/trade.ts'
import type { AlipayCall, ResultDecision } from './alipay-result.ts'
import type { TradeSource } from './payment.ts'
import type { RecordAlipayResult } from './record-alipay-result.ts'

export interface AlipayAccess {
  alipay: AlipayClient
  recordAlipayResult: RecordAlipayResult
}

/**
 * The state of an attempt at Alipay. `decision` is what it changed here. `waiting`: a buyer has scanned or logged in and
 * may still pay. `no_trade`: no buyer has, and the link can still be paid until it expires.
 */
export type PaymentState =
  | { readonly state: 'paid'; readonly trade: Trade; readonly decision: ResultDecision }
  | { readonly state: 'closed'; readonly decision: ResultDecision }
  | { readonly state: 'waiting' }
  | { readonly state: 'no_trade' }
  | { readonly state: 'unknown'; readonly answer: Unknown }

/**
 * Queries Alipay about an attempt and applies the answer. Every query about a payment goes through here. `call` is the
 * entry of the timeline, and `source` that of PaymentSucceeded.
 */
export async function queryPayment(
  outTradeNo: string,
  { alipay, recordAlipayResult }: AlipayAccess,
  { call, source, priority = 'money' }: { call: AlipayCall; source: TradeSource; priority?: CallPriority },
): Promise<PaymentState> {
  const answer = await alipay.query(outTradeNo, priority)
  switch (answer.outcome) {
    case 'paid': {
      const { trade } = answer
      const decision = await recordAlipayResult({ outTradeNo, input: { type: 'paid', trade, source }, call })
      return { state: 'paid', trade, decision }
    }
    case 'closed':
      return { state: 'closed', decision: await recordClosed(outTradeNo, recordAlipayResult, call) }
    case 'waiting':
    case 'no_trade':
      return { state: answer.outcome }
    case 'unknown':
      return { state: 'unknown', answer }
  }
}

/** As PaymentState. `not_closed`: Alipay has refused to close it, and a buyer may still pay. */
export type ClosedState =
  | Exclude<PaymentState, { state: 'waiting' }>
  | { readonly state: 'not_closed'; readonly detail: string }

/** Closes an attempt at Alipay, queries it where the answer is unclear, and applies what Alipay reports. */
export async function closePayment(
  outTradeNo: string,
  access: AlipayAccess,
  {
    cause,
    source,
    requester,
    priority = 'money',
  }: Omit<AlipayCall, 'what'> & { source: 'query' | 'close'; priority?: CallPriority },
): Promise<ClosedState> {
  const by = requester ? { requester } : {}
  const close = await access.alipay.close(outTradeNo, priority)
  // Nothing was called. The query would wait for the same budget.
  if (close.outcome === 'unknown' && close.reason === 'over_budget') return { state: 'unknown', answer: close }
  if (close.outcome === 'no_trade') return { state: 'no_trade' }
  if (close.outcome === 'closed') {
    const decision = await recordClosed(outTradeNo, access.recordAlipayResult, { what: 'close', cause, ...by })
    return { state: 'closed', decision }
  }
  // Refused, most likely because it is paid, or unanswered: it may be closed all the same.
  const queried = await queryPayment(outTradeNo, access, { call: { what: source, cause, ...by }, source, priority })
  return queried.state === 'waiting' ? { state: 'not_closed', detail: close.detail } : queried
}

/**
 * Makes sure that an attempt cannot be paid any more, so that another payer or method gets the next one. `no_trade`: no
 * buyer has used it, and it can still be paid until it expires. Throws the problem `alipay-failed` or `alipay-timeout`
 * where it is not certain. Waits for the budget as an opening does, because the shopper can switch as often as they like,
 * and the attempt is closed with its order anyway.
 */
export async function closeForNextAttempt(
  outTradeNo: string,
  access: AlipayAccess,
  cause: string,
): Promise<'paid' | 'closed' | 'no_trade'> {
  const result = await closePayment(outTradeNo, access, { cause, source: 'query', priority: 'sync' })
  if (result.state === 'unknown') throw noAnswerProblem(result.answer)
  if (result.state === 'not_closed') throw noAnswerProblem({ reason: 'failed' })
  return result.state
}

function recordClosed(
  outTradeNo: string,
  recordAlipayResult: RecordAlipayResult,
  call: AlipayCall,
): Promise<ResultDecision> {
  return recordAlipayResult({ outTradeNo, input: { type: 'closedAtAlipay', outTradeNo }, call })
}

/** The problem `alipay-timeout` or `alipay-failed` for a caller of this service. Nothing has changed then. */
export function noAnswerProblem({ reason, unverified }: Pick<Unknown, 'reason' | 'unverified'>): Problem {
  const again = 'The order can still be paid: try again in a moment.'
  if (reason === 'timeout') return new Problem('alipay-timeout', `Alipay did not answer in time. ${again}`)
  if (!unverified) return new Problem('alipay-failed', `The call to Alipay failed. ${again}`)
  const quoted = `Alipay’s reply could not be verified; it says: ${describeReply(unverified)}.`
  return new Problem('alipay-failed', `${quoted} ${again}`, { unverified })
}
