import { createHash } from 'node:crypto'
import type { PaymentEvent } from '@alipay-checkout/contracts'
import { appendEvents } from '@alipay-checkout/messaging'
import type { Tx } from '@alipay-checkout/service-kit/database'
import { isRefundedBeforeRecorded } from '../payments/attempt-store.ts'
import { appendLog } from '../payments/payment-log.ts'
import { serviceName } from '../payments/payment-store.ts'
import { countRefunded, lockPaidTrade, takeBalance } from './paid-trade-store.ts'
import { findRefund, insertOutsideRefund } from './refund-store.ts'

/** What Alipay's signed answer says about the refund. */
export interface ConfirmedRefund {
  readonly outTradeNo: string
  readonly requestNo: string
  readonly amountFen: number
  readonly at: Date
}

export type Booking =
  | { readonly outcome: 'booked'; readonly refundId: string }
  | { readonly outcome: 'booked_before'; readonly refundId: string }
  /** It is a refund that payment-service made. */
  | { readonly outcome: 'ours' }
  /** The money came and went back before it counted here, so that the ledger has neither. */
  | { readonly outcome: 'refunded_before_recorded' }
  | { readonly outcome: 'not_paid' }
  /** Refunds of ours that are on their way have taken what is left. */
  | { readonly outcome: 'exceeds_balance'; readonly leftFen: number }

/**
 * Enters a refund that Alipay has confirmed: its amount leaves the trade's balance, and `PaymentRefunded` tells the order,
 * as after a refund of ours. The same refund is entered once, however often this is called.
 */
export async function bookOutsideRefund(
  tx: Tx,
  { outTradeNo, requestNo, amountFen, at }: ConfirmedRefund,
  { orderId, by, note }: { orderId: string; by: string; note: string },
): Promise<Booking> {
  const trade = await lockPaidTrade(tx, { orderId, outTradeNo })
  if (!trade)
    return { outcome: (await isRefundedBeforeRecorded(tx, outTradeNo)) ? 'refunded_before_recorded' : 'not_paid' }
  const refundId = outsideRefundId(outTradeNo, requestNo)
  if (await findRefund(tx, { refundId })) return { outcome: 'booked_before', refundId }
  const ours = await findRefund(tx, { refundId: requestNo })
  if (ours?.outTradeNo === outTradeNo) return { outcome: 'ours' }
  const leftFen = trade.paidFen - trade.refundingFen
  if (amountFen > leftFen) return { outcome: 'exceeds_balance', leftFen }
  const { tradeNo, paidFen, traceparent } = trade
  const refundedFen = trade.refundedFen + amountFen
  const about = { orderId, refundId, outTradeNo, amountFen, reason: 'requested' as const }
  const event = {
    type: 'PaymentRefunded',
    key: orderId,
    data: { ...about, tradeNo, refundedFen, paidFen, returned: [], refundedAt: at.toISOString() },
    ...(traceparent ? { traceparent } : {}),
  } satisfies Pick<PaymentEvent, 'type' | 'key' | 'data'>
  await Promise.all([
    insertOutsideRefund(tx, { ...about, outsideRequestNo: requestNo, note, requestedBy: by, finishedAt: at }),
    takeBalance(tx, outTradeNo, amountFen),
    countRefunded(tx, outTradeNo, amountFen),
    appendEvents(tx, serviceName, [event], trade.now),
    appendLog(tx, [
      { orderId, what: 'refund', cause: 'made elsewhere, booked', detail: { refundId, requestNo, amountFen } },
    ]),
  ])
  return { outcome: 'booked', refundId }
}

/** Our id for it: the same however often it is booked. */
function outsideRefundId(outTradeNo: string, requestNo: string): string {
  const digest = createHash('sha256').update(`outside ${outTradeNo} ${requestNo}`).digest('hex')
  return `ref_${digest.slice(0, 32)}`
}
