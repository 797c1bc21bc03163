import type { Actor } from '@alipay-checkout/service-kit'
import { auditInserts } from '@alipay-checkout/service-kit/audit-log'
import { runAll, type Tx } from '@alipay-checkout/service-kit/database'
import { appendLog } from '../payments/payment-log.ts'
import { lockPaidTrade, takeBalance } from './paid-trade-store.ts'
import { decideRefund, type Refund } from './refund.ts'
import { findRefund, updateRefund } from './refund-store.ts'
import { changeOf } from './request-refund.ts'

/** What the second person decides about a refund. */
export type Review = { readonly type: 'approved' } | { readonly type: 'rejected'; readonly reason: string }

export type ReviewResult =
  | { readonly outcome: 'decided'; readonly refund: Refund }
  /** The same person has decided the same before. */
  | { readonly outcome: 'repeated'; readonly refund: Refund }
  | { readonly outcome: 'own_request' | 'not_awaiting'; readonly refund: Refund }
  | { readonly outcome: 'unknown_refund' }

/**
 * Approves a refund that waits for a second person, which makes it due at once, or rejects it, which returns its amount to
 * the balance. Under the locks of its trade and of itself, so that of several decisions at once one is made.
 */
export async function reviewRefund(tx: Tx, refundId: string, review: Review, actor: Actor): Promise<ReviewResult> {
  const found = await findRefund(tx, { refundId })
  const trade = found && (await lockPaidTrade(tx, found))
  const refund = trade && (await findRefund(tx, { refundId }, { lock: true }))
  if (!refund) return { outcome: 'unknown_refund' }
  const decision = decideRefund(refund, { ...review, by: actor.id, at: trade.now }, 0)
  if (decision.outcome === 'ignored') {
    if (decision.reason === 'decided_before') return { outcome: 'repeated', refund }
    return { outcome: decision.reason === 'own_request' ? 'own_request' : 'not_awaiting', refund }
  }
  const isRejected = review.type === 'rejected'
  const reason = isRejected ? review.reason : undefined
  const { orderId, outTradeNo, amountFen } = refund
  const cause = `${review.type} by ${actor.id}`
  const action = isRejected ? 'refund.reject' : 'refund.approve'
  await Promise.all([
    updateRefund(tx, decision.refund),
    isRejected && takeBalance(tx, outTradeNo, -amountFen),
    appendLog(tx, [
      { orderId, what: 'refund', cause, detail: { refundId, amountFen, ...(reason ? { why: reason } : {}) } },
    ]),
    runAll(tx, auditInserts([changeOf(actor, action, refund, decision.refund, reason)])),
  ])
  return { outcome: 'decided', refund: decision.refund }
}
