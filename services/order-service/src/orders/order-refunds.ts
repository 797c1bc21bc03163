import { createHash } from 'node:crypto'
import type { RefundReason, ReturnedLine } from '@alipay-checkout/contracts'

/**
 * Money that goes back, or went. Late and second money is `asked` back by us and `done` when payment-service says so;
 * a refund that the shop asked for is heard of only when it is `done`, or has `failed` and a person looks at it.
 * `settled`: the money went back by another refund, so there is nothing left to say about this one.
 */
export interface OrderRefund {
  readonly refundId: string
  readonly reason: RefundReason
  readonly outTradeNo: string
  /** Absent where only a failure was heard of. */
  readonly tradeNo?: string
  readonly amountFen: number
  readonly progress: 'asked' | 'done' | 'failed' | 'settled'
  /** When this progress was reached. */
  readonly at: string
  /** Refunded while the order was REINSTATING: units that are back on sale once the order's stock is sold. */
  readonly returns?: readonly ReturnedLine[]
}

/** The id of the refund of one trade for one reason: the same however often it is asked for. */
export function refundIdOf(orderId: string, tradeNo: string, reason: RefundReason): string {
  const digest = createHash('sha256').update(`${orderId} ${tradeNo} ${reason}`).digest('hex')
  return `ref_${digest.slice(0, 32)}`
}

/** Whether this trade's money is not the order's any more: it was asked back, whatever has become of that. */
export function isRefundRequested(refunds: readonly OrderRefund[], tradeNo: string): boolean {
  return refunds.some(back => back.tradeNo === tradeNo && back.reason !== 'requested')
}

/** The refunds of a trade whose units wait for the order's stock to be sold. */
export function returnsOf(
  refunds: readonly OrderRefund[],
  tradeNo: string,
): { readonly refundId: string; readonly returns: readonly ReturnedLine[] }[] {
  return refunds.flatMap(back =>
    back.tradeNo === tradeNo && back.returns ? [{ refundId: back.refundId, returns: back.returns }] : [],
  )
}

/** The list with `back` in it: in the place of what was known of the same refund, else at the end. */
export function remember(refunds: readonly OrderRefund[], back: OrderRefund): OrderRefund[] {
  const isKnown = refunds.some(({ refundId }) => refundId === back.refundId)
  return isKnown
    ? refunds.map(known => (known.refundId === back.refundId ? { ...known, ...back } : known))
    : [...refunds, back]
}

/** The list once all of a trade has gone back: whatever was still hoped for of it has been settled. */
export function settle(refunds: readonly OrderRefund[], outTradeNo: string): OrderRefund[] {
  return refunds.map(back =>
    back.outTradeNo === outTradeNo && back.progress !== 'done' ? { ...back, progress: 'settled' } : back,
  )
}
