import type {
  CapturedPayment,
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
  readonly createdAt: Date
  readonly expiresAt: Date
}

/** `reserved`: the stock is known to be held. An order can be due or cancelled before inventory has answered. */
export type Closing = { readonly status: 'CLOSING'; readonly reason: CloseReason; readonly reserved: boolean }
/** The end without money. The stock is back. */
export type Over =
  | { readonly status: 'EXPIRED' }
  | { readonly status: 'CANCELLED' }
  | { readonly status: 'REJECTED'; readonly shortages: readonly Shortage[] }
/** `acceptedLateAt`: the money came when the order was over. `refundedFen`: how much of it went back since. */
type Paid = { readonly payment: CapturedPayment; readonly refundedFen: number; readonly acceptedLateAt?: string }
/** Where money may find an order whose stock is not known to be held. */
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

export type Order = OrderDetails & { readonly refunds: readonly OrderRefund[] } & OrderState

/**
 * What can happen to an order. A verdict's `tradeNo` says which late payment it answers; without, the order itself.
 * `anyAmount`: a person takes this money for the order's though it is not the order's amount.
 */
export type Input =
  | { readonly type: 'stockReserved'; readonly tradeNo?: string | undefined }
  | { readonly type: 'stockRejected'; readonly shortages: readonly Shortage[]; readonly tradeNo?: string | undefined }
  | { readonly type: 'paymentSucceeded'; readonly payment: CapturedPayment; readonly anyAmount?: boolean }
  | { readonly type: 'paymentClosed' }
  | { readonly type: 'paymentRefunded'; readonly refund: PaymentRefunded['data'] }
  | { readonly type: 'refundFailed'; readonly refund: RefundFailed['data'] }
  /** Alipay says that money went back by a refund made elsewhere; it is not in payment-service's ledger yet. */
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
  | 'already_asked_back'
  | 'already_refunded'
  | 'already_failed'
  | 'another_verdict'
  | 'not_due'
  | 'not_closing'
  | 'paid_first'

/** Why an input can't be right in this state. A person, or a later attempt, has to look. */
export type Rejected = 'unknown_order' | 'amount_differs' | 'refund_exceeds_payment' | 'paid' | 'over'

export type Decision =
  | { readonly outcome: 'changed'; readonly order: Order; readonly events: readonly NewEvent<OrderEvent>[] }
  | { readonly outcome: 'ignored'; readonly why: Ignored }
  | { readonly outcome: 'rejected'; readonly why: Rejected }

export const ignore = (why: Ignored): Decision => ({ outcome: 'ignored', why })
export const reject = (why: Rejected): Decision => ({ outcome: 'rejected', why })

/** The order in another state, with what that tells the others. */
export function change(
  order: Order,
  state: OrderState,
  events: readonly NewEvent<OrderEvent>[],
  refunds: readonly OrderRefund[] = order.refunds,
): Decision {
  const { orderId, customerId, totalFen, lines, createdAt, expiresAt } = order
  return {
    outcome: 'changed',
    order: { ...state, orderId, customerId, totalFen, lines, createdAt, expiresAt, refunds },
    events,
  }
}
