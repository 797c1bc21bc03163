import type { RefundPreview, RefundReason } from '@alipay-checkout/contracts'
import type { Actor } from '@alipay-checkout/service-kit'
import { type AuditedChange, auditInserts, auditLog } from '@alipay-checkout/service-kit/audit-log'
import { runAll, type Tx } from '@alipay-checkout/service-kit/database'
import { and, desc, eq, sql } from 'drizzle-orm'
import { appendLog } from '../payments/payment-log.ts'
import { isKnownOrder, type LockedTrade, lockPaidTrade, takeBalance } from './paid-trade-store.ts'
import { decideRefund, type Permitted, permitRefund, type Refund, type RefundLimits } from './refund.ts'
import {
  type RefundSize,
  type RetrySize,
  sizeRefund,
  sizeRetry,
  type TakenByLine,
  type WantedRefund,
} from './refund-amount.ts'
import { findRefund, findTakenByLine, insertRefund, lockWaiting, sumRequestedBy, updateRefund } from './refund-store.ts'

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
  | { readonly outcome: 'key_reused' }
  | RefundRefused

/** Why a refund cannot be requested. */
export type RefundRefused =
  | { readonly outcome: 'unknown_order' | 'not_paid' }
  | Exclude<RefundSize, { outcome: 'fits' }>
  | Exclude<Permitted, { outcome: 'permitted' }>

/** A person who requests a refund, and what limits the refunds of that person. */
export interface Requester {
  readonly actor: Actor
  readonly limits: RefundLimits
}

/**
 * Takes a refund's amount from its trade's balance, under the trade's lock, and makes it due; the job calls Alipay after
 * the commit. An amount that exceeds the balance is refused; with `upTo`, what is left is refunded instead, and with it
 * what waits for an approval. `requester` is the person in whose name it is requested, for the audit log; the system's
 * own refunds have none and no limits.
 */
export async function requestRefund(
  tx: Tx,
  request: RequestedRefund,
  { upTo = false, requester }: { upTo?: boolean; requester?: Requester } = {},
): Promise<RequestRefundResult> {
  const { orderId, refundId, idempotencyKey, requestedBy } = request
  let trade = await lockTradeFor(tx, request, requester)
  if (!trade) return { outcome: (await isKnownOrder(tx, orderId)) ? 'not_paid' : 'unknown_order' }
  const before =
    (await findRefund(tx, { refundId })) ?? (idempotencyKey && (await findRefund(tx, { orderId, idempotencyKey })))
  if (before) {
    return before.requestHash === request.requestHash
      ? { outcome: 'repeated', refund: before }
      : { outcome: 'key_reused' }
  }
  if (upTo) trade = await withoutWaiting(tx, trade, requestedBy)
  const leftFen = trade.paidFen - trade.refundingFen
  const wanted = upTo && request.amountFen ? { ...request, amountFen: Math.min(request.amountFen, leftFen) } : request
  const sized = await sizeFor(tx, trade, wanted, requester)
  if (sized.outcome !== 'fits') return sized
  const { amountFen, lines, shippingFen, needsApproval } = sized
  const { reason, returnToStock, note, requestHash } = request
  const what = { refundId, amountFen, lines, shippingFen, reason, returnToStock, note }
  const refund = await insertRefund(tx, trade, { ...what, requestedBy, idempotencyKey, requestHash, needsApproval })
  if (requester) await runAll(tx, auditInserts([changeOf(requester.actor, 'refund.request', undefined, refund, note)]))
  return { outcome: 'requested', refund }
}

/**
 * Rejects the refunds of a trade that wait for a second person, because all of its money goes back at once. Else a later
 * rejection would leave their amounts with the shop. Returns the trade with its new balance.
 */
async function withoutWaiting(tx: Tx, trade: LockedTrade, by: string): Promise<LockedTrade> {
  const reason = 'The order refunds all that is left of the payment.'
  let { refundingFen } = trade
  for (const refund of await lockWaiting(tx, trade.outTradeNo)) {
    const decision = decideRefund(refund, { type: 'rejected', by, reason, at: trade.now }, 0)
    if (decision.outcome !== 'changed') continue
    const { refundId, orderId, amountFen } = refund
    const detail = { refundId, amountFen, why: reason }
    const entry = { orderId, what: 'refund' as const, cause: `rejected by ${by}`, detail }
    await Promise.all([
      updateRefund(tx, decision.refund),
      takeBalance(tx, trade.outTradeNo, -amountFen),
      appendLog(tx, [entry]),
    ])
    refundingFen -= amountFen
  }
  return { ...trade, refundingFen }
}

/** What a refund would take, or why it cannot be requested, under the same lock and by the same rules. Stores nothing. */
export async function previewRefund(
  tx: Tx,
  request: RequestedRefund,
  requester: Requester,
): Promise<{ readonly outcome: 'fits'; readonly preview: RefundPreview } | RefundRefused> {
  const trade = await lockTradeFor(tx, request, requester)
  if (!trade) return { outcome: (await isKnownOrder(tx, request.orderId)) ? 'not_paid' : 'unknown_order' }
  const sized = await sizeFor(tx, trade, request, requester)
  if (sized.outcome !== 'fits') return sized
  const { amountFen, shippingFen, needsApproval } = sized
  const refundableAfterFen = trade.paidFen - trade.refundingFen - amountFen
  const { outTradeNo } = trade
  return {
    outcome: 'fits',
    preview: { preview: true, outTradeNo, amountFen, shippingFen, refundableAfterFen, needsApproval },
  }
}

/**
 * Locks the trade. Limits count the refunds of all trades of the order, so that with limits the payment is locked before:
 * the same sequence in which payments and attempts are locked everywhere.
 */
async function lockTradeFor(
  tx: Tx,
  { orderId, outTradeNo }: Pick<RequestedRefund, 'orderId' | 'outTradeNo'>,
  requester: Requester | undefined,
): Promise<LockedTrade | undefined> {
  if (hasLimits(requester?.limits)) {
    await tx.execute(sql`select from payments where order_id = ${orderId} for no key update`)
  }
  return lockPaidTrade(tx, { orderId, outTradeNo })
}

async function sizeFor(
  tx: Tx,
  trade: LockedTrade,
  request: RequestedRefund,
  requester: Requester | undefined,
): Promise<(RefundSize & { outcome: 'fits'; needsApproval: boolean }) | RefundRefused> {
  const taken = request.lines ? await findTakenByLine(tx, trade.outTradeNo) : nothingTaken
  const size = sizeRefund({ ...trade, taken }, request)
  if (size.outcome !== 'fits') return size
  if (!requester || !hasLimits(requester.limits)) return { ...size, needsApproval: false }
  const takenFen = await sumRequestedBy(tx, request)
  const permitted = permitRefund(size.amountFen, takenFen, requester.limits)
  return permitted.outcome === 'permitted' ? { ...size, needsApproval: permitted.needsApproval } : permitted
}

function hasLimits(limits: RefundLimits | undefined): boolean {
  return limits?.limitFen !== undefined || limits?.secondPersonAboveFen !== undefined
}

/** Only refunds by line depend on what others took by line. */
const nothingTaken: TakenByLine = { lines: [], shippingFen: 0 }

export type RetryAnswer =
  | { readonly outcome: 'retried'; readonly refund: Refund }
  /** The same person has retried it, and it has not failed since. */
  | { readonly outcome: 'repeated'; readonly refund: Refund }
  | { readonly outcome: 'not_failed'; readonly refund: Refund }
  | { readonly outcome: 'unknown_refund' }
  | Exclude<RetrySize, { outcome: 'fits' }>

/**
 * Makes a failed refund due again with the same `out_request_no`, so that Alipay refunds at most once, and takes its
 * amount from the balance again. One that no second person has approved needs an approval where its requester's refunds
 * of the order exceed `secondPersonAboveFen` by now.
 */
export async function retryRefund(
  tx: Tx,
  refundId: string,
  { actor, secondPersonAboveFen }: { actor: Actor; secondPersonAboveFen: number | undefined },
): Promise<RetryAnswer> {
  const found = await findRefund(tx, { refundId })
  if (!found) return { outcome: 'unknown_refund' }
  const { requestedBy, orderId } = found
  const limits = found.reason === 'requested' && found.approvedBy === undefined ? { secondPersonAboveFen } : {}
  const trade = await lockTradeFor(tx, found, { actor, limits })
  const refund = await findRefund(tx, { refundId }, { lock: true })
  if (!trade || !refund) return { outcome: 'unknown_refund' }
  const { amountFen, lines } = refund
  const takenFen = hasLimits(limits) ? await sumRequestedBy(tx, { orderId, requestedBy, except: refundId }) : 0
  const permitted = permitRefund(amountFen, takenFen, limits)
  const needsApproval = permitted.outcome === 'permitted' && permitted.needsApproval
  const decision = decideRefund(refund, { type: 'retryRequested', needsApproval, at: trade.now }, 0)
  if (decision.outcome === 'ignored') {
    const isRepeat = (await lastActorOf(tx, 'refund.retry', refundId)) === actor.id
    return { outcome: isRepeat ? 'repeated' : 'not_failed', refund }
  }
  const taken = lines ? await findTakenByLine(tx, trade.outTradeNo) : nothingTaken
  const size = sizeRetry({ ...trade, taken }, refund)
  if (size.outcome !== 'fits') return size
  await Promise.all([
    updateRefund(tx, decision.refund),
    takeBalance(tx, trade.outTradeNo, amountFen),
    appendLog(tx, [{ orderId, what: 'refund', cause: `retried by ${actor.id}`, detail: { refundId } }]),
    runAll(tx, auditInserts([changeOf(actor, 'refund.retry', refund, decision.refund)])),
  ])
  return { outcome: 'retried', refund: decision.refund }
}

/** Who did this last to an object; undefined where nobody has. */
async function lastActorOf(tx: Tx, action: string, object: string): Promise<string | undefined> {
  const [row] = await tx
    .select({ actor: auditLog.actor })
    .from(auditLog)
    .where(and(eq(auditLog.object, object), eq(auditLog.action, action)))
    .orderBy(desc(auditLog.auditId))
    .limit(1)
  return row?.actor
}

/** The row of the audit log about a change of a refund. */
export function changeOf(
  actor: Actor,
  action: `refund.${'request' | 'approve' | 'reject' | 'retry'}`,
  before: Refund | undefined,
  after: Refund,
  reason?: string | undefined,
): AuditedChange {
  const { refundId, orderId, outTradeNo, amountFen, status, lines } = after
  return {
    actor,
    action,
    object: refundId,
    orderId,
    ...(before ? { before: { status: before.status } } : {}),
    after: { status, amountFen, outTradeNo, ...(lines ? { lines } : {}) },
    reason,
  }
}
