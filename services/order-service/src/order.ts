import type {
  NewEvent,
  OrderEvent,
  OrderLine,
  PaymentFacts,
  PaymentRefunded,
  RefundFailed,
  Shortage,
} from '@alipay-checkout/contracts'
import { type MoneyBack, refundIdOf, remember, wasAskedBack } from './money.ts'
import { orderClosing, orderPaid, orderReinstating, refundRequested } from './order-events.ts'
import { onRefunded, onRefundFailed } from './refunds.ts'

export type CloseReason = 'expired' | 'cancelled'

/** What never changes once an order is saved. */
export interface OrderFacts {
  readonly orderId: string
  readonly customerId: string
  readonly totalFen: number
  readonly lines: readonly OrderLine[]
  readonly createdAt: Date
  readonly expiresAt: Date
}

/** `reserved`: the stock is known to be held. An order can be due or cancelled before inventory has answered. */
type Closing = { readonly status: 'CLOSING'; readonly reason: CloseReason; readonly reserved: boolean }
type Over =
  | { readonly status: 'EXPIRED' }
  | { readonly status: 'CANCELLED' }
  | { readonly status: 'REJECTED'; readonly shortages: readonly Shortage[] }
/** `acceptedLateAt`: the money came when the order was over. `refundedFen`: how much of it went back since. */
type Paid = { readonly payment: PaymentFacts; readonly refundedFen: number; readonly acceptedLateAt?: string }
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
      readonly payment: PaymentFacts
      readonly refundedFen: number
    }
  | ({ readonly status: 'REFUNDED' } & Paid)

export type Order = OrderFacts & { readonly moneyBack: readonly MoneyBack[] } & OrderState

/** What can happen to an order. A verdict's `tradeNo` says which late payment it answers; without, the order itself. */
export type Input =
  | { readonly type: 'stockReserved'; readonly tradeNo?: string | undefined }
  | { readonly type: 'stockRejected'; readonly shortages: readonly Shortage[]; readonly tradeNo?: string | undefined }
  | { readonly type: 'paymentSucceeded'; readonly payment: PaymentFacts }
  | { readonly type: 'paymentClosed' }
  | { readonly type: 'paymentRefunded'; readonly refund: PaymentRefunded['data'] }
  | { readonly type: 'refundFailed'; readonly refund: RefundFailed['data'] }
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
  moneyBack: readonly MoneyBack[] = order.moneyBack,
): Decision {
  const { orderId, customerId, totalFen, lines, createdAt, expiresAt } = order
  return {
    outcome: 'changed',
    order: { orderId, customerId, totalFen, lines, createdAt, expiresAt, moneyBack, ...state },
    events,
  }
}

/** What an input does to an order in its state at the time `now`. Pure: the same gives the same. */
export function decide(order: Order, input: Input, now: Date): Decision {
  switch (input.type) {
    case 'stockReserved':
      return onStockReserved(order, input.tradeNo, now)
    case 'stockRejected':
      return onStockRejected(order, input, now)
    case 'paymentSucceeded':
      return onPaymentSucceeded(order, input.payment, now)
    case 'paymentClosed':
      return onPaymentClosed(order)
    case 'paymentRefunded':
      return onRefunded(order, input.refund)
    case 'refundFailed':
      return onRefundFailed(order, input.refund, now)
    case 'due':
      return onDue(order, now)
    case 'cancel':
      return onCancel(order)
    default:
      return assertNever(input)
  }
}

function onStockReserved(order: Order, tradeNo: string | undefined, now: Date): Decision {
  switch (order.status) {
    case 'RESERVING':
      return change(order, { status: 'PENDING_PAYMENT' }, [])
    case 'REINSTATING': {
      const { payment, refundedFen, from } = order
      // The verdict about the order's creation can still be under way; it says nothing about what is held now.
      if (tradeNo !== payment.tradeNo) return ignore('another_verdict')
      const isLate = from.status !== 'RESERVING' && from.status !== 'CLOSING'
      const late = isLate ? { acceptedLateAt: now.toISOString() } : {}
      return change(order, { status: 'PAID', payment, refundedFen, ...late }, [orderPaid(order, payment)])
    }
    case 'PENDING_PAYMENT':
    case 'PAID':
    case 'REFUNDED':
      return ignore('already_reserved')
    // The hold stays until the close is decided; OrderExpired or OrderCancelled gives it back.
    case 'CLOSING':
      return ignore('already_closing')
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
      return ignore('already_over')
    default:
      return assertNever(order)
  }
}

function onStockRejected(
  order: Order,
  { shortages, tradeNo }: Extract<Input, { type: 'stockRejected' }>,
  now: Date,
): Decision {
  switch (order.status) {
    case 'RESERVING':
      return endAs(order, { status: 'REJECTED', shortages })
    case 'REINSTATING': {
      if (tradeNo !== order.payment.tradeNo) return ignore('another_verdict')
      const ended = giveUp(order, order.from, shortages)
      return askBack(ended, order.payment, 'late_payment', { now, refundedFen: order.refundedFen })
    }
    case 'CLOSING':
      return ignore('already_closing')
    case 'REJECTED':
      return ignore('already_rejected')
    case 'PENDING_PAYMENT':
    case 'PAID':
    case 'REFUNDED':
      return ignore('already_reserved')
    case 'EXPIRED':
    case 'CANCELLED':
      return ignore('already_over')
    default:
      return assertNever(order)
  }
}

function onPaymentSucceeded(order: Order, payment: PaymentFacts, now: Date): Decision {
  if (payment.amountFen !== order.totalFen) return reject('amount_differs')
  if (wasAskedBack(order.moneyBack, payment.tradeNo)) return ignore('already_asked_back')
  switch (order.status) {
    case 'PENDING_PAYMENT':
      return pay(order, payment)
    // The money came before the close was final, so the close is off.
    case 'CLOSING':
      return order.reserved ? pay(order, payment) : reinstate(order, order, payment)
    // Nobody is sent to Alipay before the stock is held; should money come all the same, inventory decides.
    case 'RESERVING':
    // The stock went back on sale when the order closed: hold it again, or give the money back.
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
      return reinstate(order, order, payment)
    case 'PAID':
    case 'REFUNDED':
    case 'REINSTATING':
      if (payment.tradeNo !== order.payment.tradeNo) {
        return askBack({ outcome: 'changed', order, events: [] }, payment, 'second_payment', { now, refundedFen: 0 })
      }
      return ignore(order.status === 'REINSTATING' ? 'already_reinstating' : 'already_paid')
    default:
      return assertNever(order)
  }
}

function onPaymentClosed(order: Order): Decision {
  switch (order.status) {
    case 'CLOSING':
      return endAs(order, { status: order.reason === 'expired' ? 'EXPIRED' : 'CANCELLED' })
    case 'PAID':
    case 'REINSTATING':
    case 'REFUNDED':
      return ignore('paid_first')
    case 'RESERVING':
    case 'PENDING_PAYMENT':
      return ignore('not_closing')
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
      return ignore('already_over')
    default:
      return assertNever(order)
  }
}

function onDue(order: Order, now: Date): Decision {
  switch (order.status) {
    case 'RESERVING':
    case 'PENDING_PAYMENT':
      return now < order.expiresAt ? ignore('not_due') : startClosing(order, 'expired')
    case 'CLOSING':
      return ignore('already_closing')
    case 'PAID':
    case 'REINSTATING':
      return ignore('already_paid')
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
    case 'REFUNDED':
      return ignore('already_over')
    default:
      return assertNever(order)
  }
}

function onCancel(order: Order): Decision {
  switch (order.status) {
    case 'RESERVING':
    case 'PENDING_PAYMENT':
      return startClosing(order, 'cancelled')
    case 'CLOSING':
      return ignore('already_closing')
    case 'CANCELLED':
      return ignore('already_cancelled')
    case 'PAID':
    case 'REINSTATING':
      return reject('paid')
    case 'EXPIRED':
    case 'REJECTED':
    case 'REFUNDED':
      return reject('over')
    default:
      return assertNever(order)
  }
}
