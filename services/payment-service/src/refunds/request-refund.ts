import type { RefundReason } from '@alipay-checkout/contracts'
import type { Tx } from '@alipay-checkout/service-kit/database'
import { appendLog } from '../payments/payment-log.ts'
import { isKnownOrder, lockPaidTrade, takeBalance } from './paid-trade-store.ts'
import { decideRefund, type Refund } from './refund.ts'
import { type RefundSize, sizeRefund, type WantedRefund } from './refund-amount.ts'
import { findRefund, insertRefund, linesTaken, updateRefund } from './refund-store.ts'

/** Who wants money back, why, and how much. */
export interface RefundWish extends WantedRefund {
  readonly refundId: string
  readonly orderId: string
  /** Of this trade; without it of the one that paid the order. */
  readonly outTradeNo?: string | undefined
  readonly reason: RefundReason
  readonly returnToStock?: boolean | undefined
  readonly note?: string | undefined
  readonly requestedBy: string
  /** The same key again is the same refund; with another `requestHash` it is refused. */
  readonly idempotencyKey?: string | undefined
  readonly requestHash?: string | undefined
}

export type RefundWishAnswer =
  | { readonly outcome: 'requested'; readonly refund: Refund }
  /** It was asked for before, by its id or its key. */
  | { readonly outcome: 'repeated'; readonly refund: Refund }
  | { readonly outcome: 'unknown_order' | 'not_paid' | 'key_reused' }
  | Exclude<RefundSize, { outcome: 'fits' }>

/**
 * Takes a refund's amount from its trade's balance, under the trade's lock, and makes it due. Alipay is asked after the
 * commit, by the job. Whoever asks for less than all must find it there; `upTo` takes what is left instead.
 */
export async function requestRefund(tx: Tx, wish: RefundWish, { upTo = false } = {}): Promise<RefundWishAnswer> {
  const { orderId, refundId, idempotencyKey } = wish
  const trade = await lockPaidTrade(tx, wish)
  if (!trade) return { outcome: (await isKnownOrder(tx, orderId)) ? 'not_paid' : 'unknown_order' }
  const before =
    (await findRefund(tx, { refundId })) ?? (idempotencyKey && (await findRefund(tx, { orderId, idempotencyKey })))
  if (before) {
    return before.requestHash === wish.requestHash ? { outcome: 'repeated', refund: before } : { outcome: 'key_reused' }
  }
  const linesBefore = wish.lines ? await linesTaken(tx, trade.outTradeNo) : []
  const left = trade.paidFen - trade.refundingFen
  const wanted = upTo && wish.amountFen ? { amountFen: Math.min(wish.amountFen, left) } : wish
  const size = sizeRefund({ ...trade, linesBefore }, wanted)
  if (size.outcome !== 'fits') return size
  const { amountFen, lines } = size
  const { reason, returnToStock, note, requestedBy, requestHash } = wish
  const facts = { refundId, amountFen, lines, reason, returnToStock, note, requestedBy, idempotencyKey, requestHash }
  return { outcome: 'requested', refund: await insertRefund(tx, trade, facts) }
}

export type RetryAnswer =
  | { readonly outcome: 'retried'; readonly refund: Refund }
  | { readonly outcome: 'unknown_refund' | 'not_failed' }
  | Exclude<RefundSize, { outcome: 'fits' }>

/**
 * Makes a failed refund due again, with the same `out_request_no`: what Alipay may have done all the same is not done
 * twice. Its amount is taken from the balance again. `by` is who wants it, for the timeline.
 */
export async function retryRefund(tx: Tx, refundId: string, by: string): Promise<RetryAnswer> {
  const found = await findRefund(tx, { refundId })
  if (!found) return { outcome: 'unknown_refund' }
  const trade = await lockPaidTrade(tx, found)
  const refund = await findRefund(tx, { refundId }, { lock: true })
  if (!trade || !refund) return { outcome: 'unknown_refund' }
  const decision = decideRefund(refund, { type: 'retryRequested', at: trade.now }, 0)
  if (decision.outcome === 'ignored') return { outcome: 'not_failed' }
  const { amountFen, lines } = refund
  const linesBefore = lines ? await linesTaken(tx, trade.outTradeNo) : []
  const size = sizeRefund({ ...trade, linesBefore }, lines ? { lines } : { amountFen })
  if (size.outcome !== 'fits') return size
  await Promise.all([
    updateRefund(tx, decision.refund),
    takeBalance(tx, trade.outTradeNo, amountFen),
    appendLog(tx, [{ orderId: trade.orderId, what: 'refund', cause: `retried by ${by}`, detail: { refundId } }]),
  ])
  return { outcome: 'retried', refund: decision.refund }
}
