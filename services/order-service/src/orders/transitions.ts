import type { CapturedPayment, NewEvent, OrderEvent, Shortage } from '@alipay-checkout/contracts'
import { assertNever } from '@alipay-checkout/service-kit'
import { paidEvents, refundedWholeEvents } from './decide-refunds.ts'
import { orderClosing, orderOver, orderReinstating, refundRequested } from './order-events.ts'
import { type OrderRefund, refundedFenOf, refundIdOf, upsertRefund } from './order-refunds.ts'
import {
  type BeforeReinstating,
  type CloseReason,
  type Closing,
  change,
  type Decision,
  type Order,
  type OrderState,
  type Over,
} from './order-state.ts'

type In<Status extends Order['status']> = Extract<Order, { status: Status }>

/** A payment for reserved stock. Its event can come after those of its refunds, if it was dead-lettered. */
export function pay(order: Order, payment: CapturedPayment): Decision {
  const refundedFen = refundedFenOf(order.refunds, payment)
  const status = refundedFen === payment.amountFen ? 'REFUNDED' : 'PAID'
  return change(order, { status, payment, refundedFen }, paidEvents(order, payment, refundedFen))
}

/** Starts closing. The stock stays reserved until payment-service reports that the order can't be paid any more. */
export function startClosing(order: In<'RESERVING' | 'PENDING_PAYMENT'>, reason: CloseReason): Decision {
  const reserved = order.status === 'PENDING_PAYMENT'
  return change(order, { status: 'CLOSING', reason, reserved }, [orderClosing(order, reason)])
}

/** Ends the order unpaid. */
export function endAs(order: Order, over: Over): Decision {
  return change(order, over, [orderOver(order, over)])
}

/** The status after closing, once the order can't be paid any more. */
export function closedAs({ reason }: Pick<Closing, 'reason'>): Over {
  return { status: reason === 'expired' ? 'EXPIRED' : 'CANCELLED' }
}

/**
 * The order is paid, and its stock may not be reserved: inventory-service has to reserve it again. If all of the money is
 * refunded already, the order ends at once, as a REINSTATING order does.
 */
export function reinstate(order: In<BeforeReinstating['status']>, payment: CapturedPayment): Decision {
  const refundedFen = refundedFenOf(order.refunds, payment)
  const reinstating = orderReinstating(order, payment)
  if (refundedFen === payment.amountFen) {
    const events = [reinstating, ...refundedWholeEvents(order, payment, refundedFen)]
    return change(order, { status: 'REFUNDED', payment, refundedFen }, events)
  }
  return change(order, { status: 'REINSTATING', from: originOf(order), payment, refundedFen }, [reinstating])
}

function originOf(order: In<BeforeReinstating['status']>): BeforeReinstating {
  switch (order.status) {
    case 'CLOSING':
      return { status: 'CLOSING', reason: order.reason, reserved: order.reserved }
    case 'REJECTED':
      return { status: 'REJECTED', shortages: order.shortages }
    case 'RESERVING':
    case 'EXPIRED':
    case 'CANCELLED':
      return { status: order.status }
    default:
      return assertNever(order)
  }
}

/** The stock can't be reserved for a late payment: the order ends, and the rest of the payment is refunded. */
export function rejectReinstatement(order: In<'REINSTATING'>, shortages: readonly Shortage[], now: Date): Decision {
  const { from, payment, refundedFen } = order
  const over = overAfter(from, shortages)
  // Orders that were over before have published this event already.
  const events = from.status === 'RESERVING' || from.status === 'CLOSING' ? [orderOver(order, over)] : []
  const refund = { trade: payment, amountFen: payment.amountFen - refundedFen, reason: 'late_payment', now } as const
  return requestRefund(order, over, events, refund)
}

function overAfter(from: BeforeReinstating, shortages: readonly Shortage[]): Over {
  switch (from.status) {
    case 'RESERVING':
      return { status: 'REJECTED', shortages }
    case 'CLOSING':
      return closedAs(from)
    default:
      return from
  }
}

/** A second payment of a paid order: it is refunded in full, and the order keeps its status. */
export function refundSecondPayment(order: Order, trade: CapturedPayment, now: Date): Decision {
  return requestRefund(order, order, [], { trade, amountFen: trade.amountFen, reason: 'second_payment', now })
}

function requestRefund(
  order: Order,
  state: OrderState,
  events: readonly NewEvent<OrderEvent>[],
  request: { trade: CapturedPayment; amountFen: number; reason: 'late_payment' | 'second_payment'; now: Date },
): Decision {
  const { trade, amountFen, reason, now } = request
  const { outTradeNo, tradeNo } = trade
  const refund = { refundId: refundIdOf(order.orderId, tradeNo, reason), reason, outTradeNo, tradeNo, amountFen }
  const requested: OrderRefund = { ...refund, progress: 'requested', at: now.toISOString() }
  return change(order, state, [...events, refundRequested(order, refund)], upsertRefund(order.refunds, requested))
}
