import type { CapturedPayment, NewEvent, OrderEvent, ReturnedLine } from '@alipay-checkout/contracts'
import type { CloseReason, OrderDetails, Over } from './order-state.ts'

type New<Type extends OrderEvent['type']> = NewEvent<Extract<OrderEvent, { type: Type }>>

/** Asks inventory-service to reserve the stock, and payment-service to expect the payment. */
export function orderCreated(order: OrderDetails): New<'OrderCreated'> {
  const { orderId, customerId, totalFen, lines } = order
  return {
    type: 'OrderCreated',
    key: orderId,
    data: {
      orderId,
      customerId,
      currency: 'CNY',
      totalFen,
      lines: [...lines],
      createdAt: order.createdAt.toISOString(),
      expiresAt: order.expiresAt.toISOString(),
    },
  }
}

export function orderClosing({ orderId }: OrderDetails, reason: CloseReason): New<'OrderClosing'> {
  return { type: 'OrderClosing', key: orderId, data: { orderId, reason } }
}

export function orderPaid(order: OrderDetails, payment: CapturedPayment): New<'OrderPaid'> {
  const { orderId, customerId, totalFen, lines } = order
  return { type: 'OrderPaid', key: orderId, data: { orderId, customerId, totalFen, lines: [...lines], payment } }
}

export function orderReinstating({ orderId, lines }: OrderDetails, payment: CapturedPayment): New<'OrderReinstating'> {
  return { type: 'OrderReinstating', key: orderId, data: { orderId, lines: [...lines], payment } }
}

/** The order ended unpaid: inventory-service releases its stock. */
export function orderOver(
  { orderId }: OrderDetails,
  over: Over,
): New<'OrderExpired'> | New<'OrderCancelled'> | New<'OrderRejected'> {
  switch (over.status) {
    case 'EXPIRED':
      return { type: 'OrderExpired', key: orderId, data: { orderId } }
    case 'CANCELLED':
      return { type: 'OrderCancelled', key: orderId, data: { orderId } }
    case 'REJECTED':
      return { type: 'OrderRejected', key: orderId, data: { orderId, shortages: [...over.shortages] } }
  }
}

export function refundRequested(
  { orderId }: OrderDetails,
  refund: Omit<New<'RefundRequested'>['data'], 'orderId'>,
): New<'RefundRequested'> {
  return { type: 'RefundRequested', key: orderId, data: { orderId, ...refund } }
}

export function orderLinesReturned(
  { orderId }: OrderDetails,
  refundId: string,
  lines: readonly ReturnedLine[],
): New<'OrderLinesReturned'> {
  return { type: 'OrderLinesReturned', key: orderId, data: { orderId, refundId, lines: [...lines] } }
}
