import type { CapturedPayment, NewEvent, OrderEvent, Shortage } from '@alipay-checkout/contracts'
import { assertNever } from '@alipay-checkout/service-kit'
import { orderClosing, orderOver, orderPaid, orderReinstating, refundRequested } from './order-events.ts'
import { type OrderRefund, refundIdOf, remember } from './order-refunds.ts'
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

/** Money in time, for stock that is held. */
export function pay(order: Order, payment: CapturedPayment): Decision {
  return change(order, { status: 'PAID', payment, refundedFen: 0 }, [orderPaid(order, payment)])
}

/** The first phase of closing: the stock stays held until payment-service has made sure that no money can come. */
export function startClosing(order: In<'RESERVING' | 'PENDING_PAYMENT'>, reason: CloseReason): Decision {
  const reserved = order.status === 'PENDING_PAYMENT'
  return change(order, { status: 'CLOSING', reason, reserved }, [orderClosing(order, reason)])
}

/** The order ends unpaid, and the others hear of it. */
export function endAs(order: Order, over: Over): Decision {
  return change(order, over, [orderOver(order, over)])
}

/** How a close ends once no money can come. */
export function closedAs({ reason }: Pick<Closing, 'reason'>): Over {
  return { status: reason === 'expired' ? 'EXPIRED' : 'CANCELLED' }
}

/** Money is there and the stock may not be: inventory is asked to hold it again, wherever the order stood. */
export function reinstate(order: In<BeforeReinstating['status']>, payment: CapturedPayment): Decision {
  return change(order, { status: 'REINSTATING', from: placeOf(order), payment, refundedFen: 0 }, [
    orderReinstating(order, payment),
  ])
}

function placeOf(order: In<BeforeReinstating['status']>): BeforeReinstating {
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

/** The stock can't be had for the money that came: the order is over, and what is left of that money goes back. */
export function giveUp(order: In<'REINSTATING'>, shortages: readonly Shortage[], now: Date): Decision {
  const { from, payment, refundedFen } = order
  const over = overAfter(from, shortages)
  // Whether the others have heard before that it is over.
  const events = from.status === 'RESERVING' || from.status === 'CLOSING' ? [orderOver(order, over)] : []
  const back = { trade: payment, amountFen: payment.amountFen - refundedFen, reason: 'late_payment', now } as const
  return askBack(order, over, events, back)
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

/** Money of another trade for an order that has its money: it goes back whole, and nothing else changes. */
export function askBackSecond(order: Order, trade: CapturedPayment, now: Date): Decision {
  return askBack(order, order, [], { trade, amountFen: trade.amountFen, reason: 'second_payment', now })
}

function askBack(
  order: Order,
  state: OrderState,
  events: readonly NewEvent<OrderEvent>[],
  asked: { trade: CapturedPayment; amountFen: number; reason: 'late_payment' | 'second_payment'; now: Date },
): Decision {
  const { trade, amountFen, reason, now } = asked
  const { outTradeNo, tradeNo } = trade
  const refund = { refundId: refundIdOf(order.orderId, tradeNo, reason), reason, outTradeNo, tradeNo, amountFen }
  const back: OrderRefund = { ...refund, progress: 'asked', at: now.toISOString() }
  return change(order, state, [...events, refundRequested(order, refund)], remember(order.refunds, back))
}
