import type { NewEvent, PaymentEvent } from '@alipay-checkout/contracts'
import { type Refund, unitsOf } from './refund.ts'

/** The trade of a refund. `refundedFen`: all of its refunds so far, this one included. Units: fen. */
export interface RefundedTrade {
  readonly tradeNo: string
  readonly paidFen: number
  readonly refundedFen: number
  readonly traceparent: string | undefined
}

/** The event about a refund that Alipay has confirmed at `at`. */
export function paymentRefunded(refund: Refund, trade: RefundedTrade, at: Date): NewEvent<PaymentEvent> {
  const { tradeNo, paidFen, refundedFen, traceparent } = trade
  const lines = refund.lines && unitsOf(refund.lines)
  const returned = refund.returnToStock ? (lines ?? []) : []
  const refundedAt = at.toISOString()
  return {
    type: 'PaymentRefunded',
    ...headerOf(refund, traceparent),
    data: { ...dataOf(refund), tradeNo, refundedFen, paidFen, returned, ...(lines ? { lines } : {}), refundedAt },
  }
}

/** The event about a refund that Alipay refused for good. */
export function refundFailed(refund: Refund, traceparent: string | undefined): NewEvent<PaymentEvent> {
  return {
    type: 'RefundFailed',
    ...headerOf(refund, traceparent),
    data: { ...dataOf(refund), why: refund.why ?? 'refused' },
  }
}

function headerOf({ orderId }: Refund, traceparent: string | undefined) {
  return { key: orderId, ...(traceparent ? { traceparent } : {}) }
}

function dataOf({ orderId, refundId, outTradeNo, amountFen, reason }: Refund) {
  return { orderId, refundId, outTradeNo, amountFen, reason }
}
