import type {
  Adjustment,
  CapturedPayment,
  FulfilmentStatus,
  LineUnits,
  Metadata,
  NewEvent,
  OrderEvent,
  OrderLine,
  PaymentRefunded,
  RefundFailed,
  Shortage,
} from '@alipay-checkout/contracts'
import type { OrderRefund } from './order-refunds.ts'

export type CloseReason = 'expired' | 'cancelled'

/** What never changes once an order is saved. */
export interface OrderDetails {
  readonly orderId: string
  readonly customerId: string
  readonly totalFen: number
  readonly lines: readonly OrderLine[]
  /** Shipping, discounts and surcharges of the total. The lines have their shares. */
  readonly adjustments: readonly Adjustment[]
  /** The shop's own number, unique per customer. */
  readonly reference?: string | undefined
  readonly metadata?: Metadata | undefined
  /** The trace of the order, which every event of it continues. */
  readonly traceparent?: string | undefined
  readonly createdAt: Date
  readonly expiresAt: Date
}

/** `reserved`: StockReserved has arrived. An order can be due or cancelled before its stock result arrives. */
export type Closing = { readonly status: 'CLOSING'; readonly reason: CloseReason; readonly reserved: boolean }
/** The order ended unpaid, and its stock is released. */
export type Over =
  | { readonly status: 'EXPIRED' }
  | { readonly status: 'CANCELLED' }
  | { readonly status: 'REJECTED'; readonly shortages: readonly Shortage[] }
/** `acceptedLateAt`: when a payment that came after the order's end was accepted. `refundedFen`: refunded since. */
type Paid = { readonly payment: CapturedPayment; readonly refundedFen: number; readonly acceptedLateAt?: string }
/** The states from which a payment reinstates an order, because its stock may not be reserved. */
export type BeforeReinstating = { readonly status: 'RESERVING' } | Closing | Over

export type OrderState =
  | { readonly status: 'RESERVING' }
  | { readonly status: 'PENDING_PAYMENT' }
  | Closing
  | ({ readonly status: 'PAID' } & Paid)
  | Over
  | {
      readonly status: 'REINSTATING'
      readonly from: BeforeReinstating
      readonly payment: CapturedPayment
      readonly refundedFen: number
    }
  | ({ readonly status: 'REFUNDED' } & Paid)

/** A parcel of an order. `by` reported it. A repeat with its key is the same shipment. */
export interface OrderShipment {
  readonly shipmentId: string
  readonly carrier: string
  readonly trackingNumber: string
  readonly lines: readonly LineUnits[]
  readonly shippedAt: string
  readonly deliveredAt?: string
  readonly by: string
  readonly idempotencyKey?: string
  readonly requestHash?: string
}

/** What has left the shop. `completeAt`: when a delivered order is completed. */
export interface Fulfilment {
  readonly status: FulfilmentStatus
  /** Oldest first. */
  readonly shipments: readonly OrderShipment[]
  readonly completeAt?: Date
}

export const unfulfilled: Fulfilment = { status: 'UNFULFILLED', shipments: [] }

export type Order = OrderDetails & {
  readonly refunds: readonly OrderRefund[]
  readonly fulfilment: Fulfilment
} & OrderState

/**
 * What can happen to an order. The `tradeNo` of a stock result names the late payment that it is for; without it, the
 * result is for the order's creation. `anyAmount`: an operator accepted a payment of another amount.
 */
export type Input =
  | { readonly type: 'stockReserved'; readonly tradeNo?: string | undefined }
  | { readonly type: 'stockRejected'; readonly shortages: readonly Shortage[]; readonly tradeNo?: string | undefined }
  | { readonly type: 'paymentSucceeded'; readonly payment: CapturedPayment; readonly anyAmount?: boolean }
  | { readonly type: 'paymentClosed' }
  /** `completeAfterMs`: how long after the refund an order is completed that it makes DELIVERED. */
  | {
      readonly type: 'paymentRefunded'
      readonly refund: PaymentRefunded['data']
      readonly completeAfterMs: number
    }
  | { readonly type: 'refundFailed'; readonly refund: RefundFailed['data'] }
  /** Alipay reports a refund that was made outside of this system and is not recorded in payment-service yet. */
  | { readonly type: 'outsideRefundDetected'; readonly tradeNo: string; readonly requestNo: string | null }
  | { readonly type: 'due' }
  | { readonly type: 'cancel' }

/** Why an input changes nothing, though nothing is wrong. */
export type Ignored =
  | 'already_reserved'
  | 'already_rejected'
  | 'already_paid'
  | 'already_closing'
  | 'already_cancelled'
  | 'already_over'
  | 'already_reinstating'
  | 'refund_requested'
  | 'already_refunded'
  | 'already_failed'
  | 'other_stock_result'
  | 'not_due'
  | 'not_closing'
  | 'paid_first'

/** Why an input contradicts the order's state. Its event becomes a dead letter. */
export type Rejected = 'unknown_order' | 'amount_differs' | 'refund_exceeds_payment' | 'paid' | 'over'

export type Decision =
  | { readonly outcome: 'changed'; readonly order: Order; readonly events: readonly NewEvent<OrderEvent>[] }
  | { readonly outcome: 'ignored'; readonly reason: Ignored }
  | { readonly outcome: 'rejected'; readonly reason: Rejected }

export const ignore = (reason: Ignored): Decision => ({ outcome: 'ignored', reason })
export const reject = (reason: Rejected): Decision => ({ outcome: 'rejected', reason })

/** The order in its new state, with the events to publish. */
export function change(
  order: Order,
  state: OrderState,
  events: readonly NewEvent<OrderEvent>[],
  refunds: readonly OrderRefund[] = order.refunds,
): Decision {
  const { orderId, customerId, totalFen, lines, adjustments, reference, metadata, createdAt, expiresAt } = order
  const details = { orderId, customerId, totalFen, lines, adjustments, reference, metadata, createdAt, expiresAt }
  return { outcome: 'changed', order: { ...state, ...details, refunds, fulfilment: order.fulfilment }, events }
}
