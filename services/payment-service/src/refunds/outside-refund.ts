import { createHash } from 'node:crypto'
import type { NewEvent, PaymentEvent } from '@alipay-checkout/contracts'
import type { Tx } from '@alipay-checkout/service-kit/database'
import { isRefundedBeforeRecorded } from '../payments/attempt-store.ts'
import { appendLog } from '../payments/payment-log.ts'
import { countRefunded, lockPaidTrade, takeBalance } from './paid-trade-store.ts'
import { findRefund, insertOutsideRefund } from './refund-store.ts'

/** A refund as Alipay's signed answer confirms it. */
export interface ConfirmedRefund {
  readonly outTradeNo: string
  readonly requestNo: string
  readonly amountFen: number
  readonly at: Date
}

export type Booking =
  /** `event` is to be stored in the same transaction. */
  | {
      readonly outcome: 'booked'
      readonly refundId: string
      readonly event: NewEvent<PaymentEvent>
      readonly now: Date
    }
  | { readonly outcome: 'booked_before'; readonly refundId: string }
  /** It is a refund that payment-service made. */
  | { readonly outcome: 'ours' }
  /** The money was paid and fully refunded before the payment was recorded, so the ledger has neither. */
  | { readonly outcome: 'refunded_before_recorded' }
  | { readonly outcome: 'not_paid' }
  /** Refunds that payment-service has started have taken what is left of the trade. */
  | { readonly outcome: 'exceeds_balance'; readonly leftFen: number }

/**
 * Enters a refund that Alipay has confirmed: its amount leaves the trade's balance, and `PaymentRefunded` is published as
 * after a refund of payment-service. The same refund is entered once, however often this is called.
 */
export async function bookOutsideRefund(
  tx: Tx,
  { outTradeNo, requestNo, amountFen, at }: ConfirmedRefund,
  { orderId, by, note }: { orderId: string; by: string; note: string },
): Promise<Booking> {
  const trade = await lockPaidTrade(tx, { orderId, outTradeNo })
  if (!trade)
    return { outcome: (await isRefundedBeforeRecorded(tx, outTradeNo)) ? 'refunded_before_recorded' : 'not_paid' }
  const derivedId = outsideRefundId(outTradeNo, requestNo)
  if (await findRefund(tx, { refundId: derivedId })) return { outcome: 'booked_before', refundId: derivedId }
  const ours = await findRefund(tx, { refundId: requestNo })
  if (ours?.outTradeNo === outTradeNo) return { outcome: 'ours' }
  // A number of this system whose row a restore has lost: order-service may know the refund by it.
  const refundId = !ours && ourNumber.test(requestNo) ? requestNo : derivedId
  const leftFen = trade.paidFen - trade.refundingFen
  if (amountFen > leftFen) return { outcome: 'exceeds_balance', leftFen }
  const { tradeNo, paidFen, traceparent } = trade
  const refundedFen = trade.refundedFen + amountFen
  const details = { orderId, refundId, outTradeNo, amountFen, reason: 'requested' as const }
  const event: NewEvent<PaymentEvent> = {
    type: 'PaymentRefunded',
    key: orderId,
    data: { ...details, tradeNo, refundedFen, paidFen, returned: [], refundedAt: at.toISOString() },
    ...(traceparent ? { traceparent } : {}),
  }
  await Promise.all([
    insertOutsideRefund(tx, { ...details, outsideRequestNo: requestNo, note, requestedBy: by, finishedAt: at }),
    takeBalance(tx, outTradeNo, amountFen),
    countRefunded(tx, outTradeNo, amountFen),
    appendLog(tx, [
      { orderId, what: 'refund', cause: 'made elsewhere, booked', detail: { refundId, requestNo, amountFen } },
    ]),
  ])
  return { outcome: 'booked', refundId, event, now: trade.now }
}

/** Numbers that this system gives to its refunds. */
const ourNumber = /^ref_[0-9a-f]{32}$/

/** Its id in the ledger, derived so that booking it again gives the same one. */
function outsideRefundId(outTradeNo: string, requestNo: string): string {
  const digest = createHash('sha256').update(`outside ${outTradeNo} ${requestNo}`).digest('hex')
  return `ref_${digest.slice(0, 32)}`
}
