import type { CapturedPayment, NewEvent, OrderEvent } from '@alipay-checkout/contracts'
import { assertNever } from '@alipay-checkout/service-kit'
import { paidEvents, refundedWholeEvents } from '../orders/decide-refunds.ts'
import { orderClosing, orderCreated, orderOver, orderReinstating, refundRequested } from '../orders/order-events.ts'
import type { Order } from '../orders/order-state.ts'

/**
 * The events that bring the other services to the state of this order, whatever they have of it. A service that has it
 * already ignores them: it decides by its own state. OrderReinstating reserves the stock of a paid order where it is not
 * reserved any more. Pure.
 *
 * @param isSold whether OrderPaid was ever published for this order. Without it, a REFUNDED order has ended before its stock
 *   was reserved again, and inventory-service has nothing that it could sell.
 */
export function stateEvents(order: Order, { isSold }: { isSold: boolean }): NewEvent<OrderEvent>[] {
  const created = orderCreated(order)
  switch (order.status) {
    case 'RESERVING':
    case 'PENDING_PAYMENT':
      return [created]
    case 'CLOSING':
      return [created, orderClosing(order, order.reason)]
    case 'EXPIRED':
      return [created, orderClosing(order, 'expired'), orderOver(order, order)]
    case 'CANCELLED':
      return [created, orderClosing(order, 'cancelled'), orderOver(order, order)]
    case 'REJECTED':
      return [created, orderOver(order, order)]
    case 'REINSTATING':
      return [created, orderReinstating(order, order.payment)]
    case 'PAID':
      return [created, orderReinstating(order, order.payment), ...saleEvents(order)]
    // OrderClosing keeps a payment-service that has lost the payment from taking another one.
    case 'REFUNDED':
      return [
        created,
        orderClosing(order, 'cancelled'),
        ...(isSold ? saleEvents(order) : refundedWholeEvents(order, order.payment, order.refundedFen)),
      ]
    default:
      return assertNever(order)
  }
}

/** OrderPaid and then the order's refunds: a warehouse that has lost both must not ship what was refunded. */
function saleEvents(order: Order & { payment: CapturedPayment; refundedFen: number }): NewEvent<OrderEvent>[] {
  return paidEvents(order, order.payment, order.refundedFen)
}

/** The requests for refunds whose end this order does not know. payment-service makes one refund of each. Pure. */
export function openRefundRequests(order: Order): NewEvent<OrderEvent>[] {
  return order.refunds.flatMap(({ refundId, reason, outTradeNo, tradeNo, amountFen, progress }) =>
    progress === 'requested' && tradeNo !== undefined && reason !== 'requested'
      ? [refundRequested(order, { refundId, reason, outTradeNo, tradeNo, amountFen })]
      : [],
  )
}
