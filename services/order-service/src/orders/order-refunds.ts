import { createHash } from 'node:crypto'
import type { CapturedPayment, LineUnits, RefundReason } from '@alipay-checkout/contracts'
import { mergeUnits } from './units.ts'

/**
 * A refund of money that was paid for an order. The order requests refunds of late and second payments itself
 * (`requested`); they are `done` when payment-service reports so. A refund that the shop requests is stored when it is
 * `done` or `failed`, which opens a case. `settled`: another refund has returned all of the trade's money.
 */
export interface OrderRefund {
  readonly refundId: string
  readonly reason: RefundReason
  readonly outTradeNo: string
  /** Absent where only the failure was reported. */
  readonly tradeNo?: string
  readonly amountFen: number
  readonly progress: 'requested' | 'done' | 'failed' | 'settled'
  /** When this progress was reached. */
  readonly at: string
  /** The units that this refund took; for the whole, all that were not refunded before. They may not be shipped. */
  readonly lines?: readonly LineUnits[]
  /** Units to return to stock once the order is PAID, because it was REINSTATING when this refund was done. */
  readonly returns?: readonly LineUnits[]
}

/** The id of the refund of one trade for one reason, the same for every repeat. */
export function refundIdOf(orderId: string, tradeNo: string, reason: RefundReason): string {
  const digest = createHash('sha256').update(`${orderId} ${tradeNo} ${reason}`).digest('hex')
  return `ref_${digest.slice(0, 32)}`
}

/** Whether the order itself has requested the refund of this trade, whatever the state of that refund. */
export function isRefundRequested(refunds: readonly OrderRefund[], tradeNo: string): boolean {
  return refunds.some(refund => refund.tradeNo === tradeNo && refund.reason !== 'requested')
}

/** The refunds of a trade that are done, in the order in which they were done. */
export function doneRefundsOf(refunds: readonly OrderRefund[], tradeNo: string): OrderRefund[] {
  return refunds
    .filter(refund => refund.tradeNo === tradeNo && refund.progress === 'done')
    .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))
}

/** What refunds of a payment that are done took of it, fen. */
export function refundedFenOf(refunds: readonly OrderRefund[], payment: CapturedPayment): number {
  const done = doneRefundsOf(refunds, payment.tradeNo)
  return Math.min(
    payment.amountFen,
    done.reduce((sum, { amountFen }) => sum + amountFen, 0),
  )
}

/** The units that refunds of a trade took, by SKU. */
export function refundedUnitsOf(refunds: readonly OrderRefund[], tradeNo: string): LineUnits[] {
  return mergeUnits(doneRefundsOf(refunds, tradeNo).flatMap(({ lines = [] }) => lines))
}

/** The list with this refund, which replaces what is stored with the same id. */
export function upsertRefund(refunds: readonly OrderRefund[], refund: OrderRefund): OrderRefund[] {
  const isKnown = refunds.some(({ refundId }) => refundId === refund.refundId)
  return isKnown
    ? refunds.map(known => (known.refundId === refund.refundId ? { ...known, ...refund } : known))
    : [...refunds, refund]
}

/** The list once all money of a trade is refunded: its other refunds that are not done become settled. */
export function settleTrade(refunds: readonly OrderRefund[], outTradeNo: string): OrderRefund[] {
  return refunds.map(refund =>
    refund.outTradeNo === outTradeNo && refund.progress !== 'done' ? { ...refund, progress: 'settled' } : refund,
  )
}
