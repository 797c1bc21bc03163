import type { RefundReason } from '@alipay-checkout/contracts'
import type { Tx } from '@alipay-checkout/service-kit/database'
import { appendLog } from '../payments/payment-log.ts'
import { isKnownOrder, lockPaidTrade, takeBalance } from './paid-trade-store.ts'
import { decideRefund, type Refund } from './refund.ts'
import {
  type RefundSize,
  type RetrySize,
  sizeRefund,
  sizeRetry,
  type TakenByLine,
  type WantedRefund,
} from './refund-amount.ts'
import { findRefund, findTakenByLine, insertRefund, updateRefund } from './refund-store.ts'

/** A request for a refund: of which order, how much, why, and by whom. */
export interface RequestedRefund extends WantedRefund {
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

export type RequestRefundResult =
  | { readonly outcome: 'requested'; readonly refund: Refund }
  /** It was requested before, by its id or its key. */
  | { readonly outcome: 'repeated'; readonly refund: Refund }
  | { readonly outcome: 'unknown_order' | 'not_paid' | 'key_reused' }
  | Exclude<RefundSize, { outcome: 'fits' }>

/**
 * Takes a refund's amount from its trade's balance, under the trade's lock, and makes it due; the job calls Alipay after
 * the commit. An amount that exceeds the balance is refused; with `upTo`, what is left is refunded instead.
 */
export async function requestRefund(
  tx: Tx,
  request: RequestedRefund,
  { upTo = false } = {},
): Promise<RequestRefundResult> {
  const { orderId, refundId, idempotencyKey } = request
  const trade = await lockPaidTrade(tx, request)
  if (!trade) return { outcome: (await isKnownOrder(tx, orderId)) ? 'not_paid' : 'unknown_order' }
  const before =
    (await findRefund(tx, { refundId })) ?? (idempotencyKey && (await findRefund(tx, { orderId, idempotencyKey })))
  if (before) {
    return before.requestHash === request.requestHash
      ? { outcome: 'repeated', refund: before }
      : { outcome: 'key_reused' }
  }
  const taken = request.lines ? await findTakenByLine(tx, trade.outTradeNo) : nothingTaken
  const leftFen = trade.paidFen - trade.refundingFen
  const wanted = upTo && request.amountFen ? { amountFen: Math.min(request.amountFen, leftFen) } : request
  const size = sizeRefund({ ...trade, taken }, wanted)
  if (size.outcome !== 'fits') return size
  const { amountFen, lines, shippingFen } = size
  const { reason, returnToStock, note, requestedBy, requestHash } = request
  const what = { refundId, amountFen, lines, shippingFen, reason, returnToStock, note }
  const refund = { ...what, requestedBy, idempotencyKey, requestHash }
  return { outcome: 'requested', refund: await insertRefund(tx, trade, refund) }
}

/** Only refunds by line depend on what others took by line. */
const nothingTaken: TakenByLine = { lines: [], shippingFen: 0 }

export type RetryAnswer =
  | { readonly outcome: 'retried'; readonly refund: Refund }
  | { readonly outcome: 'unknown_refund' | 'not_failed' }
  | Exclude<RetrySize, { outcome: 'fits' }>

/**
 * Makes a failed refund due again with the same `out_request_no`, so that Alipay refunds at most once, and takes its
 * amount from the balance again. `by` is the person who requested it, for the timeline.
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
  const taken = lines ? await findTakenByLine(tx, trade.outTradeNo) : nothingTaken
  const size = sizeRetry({ ...trade, taken }, refund)
  if (size.outcome !== 'fits') return size
  await Promise.all([
    updateRefund(tx, decision.refund),
    takeBalance(tx, trade.outTradeNo, amountFen),
    appendLog(tx, [{ orderId: trade.orderId, what: 'refund', cause: `retried by ${by}`, detail: { refundId } }]),
  ])
  return { outcome: 'retried', refund: decision.refund }
}
