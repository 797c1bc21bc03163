import type { CapturedPayment, LineUnits, NewEvent, OrderEvent } from '@alipay-checkout/contracts'
import type { CloseReason, Order, OrderDetails, OrderShipment, Over } from './order-state.ts'

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
      ...givenWith(order),
    },
  }
}

/** What the shop gave with the order, as events have it: left out where there is none. */
function givenWith({ reference, metadata, adjustments }: OrderDetails) {
  return {
    ...(reference === undefined ? {} : { reference }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(adjustments.length > 0 ? { adjustments: [...adjustments] } : {}),
  }
}

export function orderClosing({ orderId }: OrderDetails, reason: CloseReason): New<'OrderClosing'> {
  return { type: 'OrderClosing', key: orderId, data: { orderId, reason } }
}

export function orderPaid(order: OrderDetails, payment: CapturedPayment): New<'OrderPaid'> {
  const { orderId, customerId, totalFen, lines } = order
  const data = { orderId, customerId, totalFen, lines: [...lines], payment, ...givenWith(order) }
  return { type: 'OrderPaid', key: orderId, data }
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
  lines: readonly LineUnits[],
): New<'OrderLinesReturned'> {
  return { type: 'OrderLinesReturned', key: orderId, data: { orderId, refundId, lines: [...lines] } }
}

export function orderRefunded(
  { orderId }: OrderDetails,
  refund: Omit<New<'OrderRefunded'>['data'], 'orderId'>,
): New<'OrderRefunded'> {
  return { type: 'OrderRefunded', key: orderId, data: { orderId, ...refund } }
}

/** `order` as it is with the shipment. */
export function orderShipped(order: Order, shipment: OrderShipment): New<'OrderShipped'> {
  const { orderId, customerId, reference, fulfilment } = order
  const { shipmentId, carrier, trackingNumber, lines, shippedAt } = shipment
  return {
    type: 'OrderShipped',
    key: orderId,
    data: {
      orderId,
      customerId,
      ...(reference === undefined ? {} : { reference }),
      shipmentId,
      carrier,
      trackingNumber,
      lines: [...lines],
      shippedAt,
      fulfilmentStatus: fulfilment.status,
    },
  }
}

/** `order` as it is after the delivery. */
export function orderDelivered(
  { orderId, fulfilment }: Order,
  { shipmentId, deliveredAt }: OrderShipment & { readonly deliveredAt: string },
): New<'OrderDelivered'> {
  const data = { orderId, shipmentId, deliveredAt, fulfilmentStatus: fulfilment.status }
  return { type: 'OrderDelivered', key: orderId, data }
}

export function orderCompleted({ orderId }: OrderDetails, at: Date): New<'OrderCompleted'> {
  return { type: 'OrderCompleted', key: orderId, data: { orderId, completedAt: at.toISOString() } }
}
