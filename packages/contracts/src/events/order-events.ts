import Type from 'typebox'
import { defineEvent, type EventOf } from './event.ts'
import { Fen, OrderId, OrderLine, PaymentFacts, Shortage, Timestamp } from './shapes.ts'

/** An order was saved. Inventory holds its stock; payment expects exactly this amount. */
export const OrderCreated = defineEvent(
  'OrderCreated',
  'order.events',
  Type.Object({
    orderId: OrderId,
    customerId: Type.String(),
    currency: Type.Literal('CNY'),
    totalFen: Fen,
    lines: Type.Array(OrderLine, { minItems: 1 }),
    createdAt: Timestamp,
    expiresAt: Timestamp,
  }),
)
export type OrderCreated = EventOf<typeof OrderCreated>

/** The order is due or the shopper cancelled it: payment makes sure that no money can come any more. */
export const OrderClosing = defineEvent(
  'OrderClosing',
  'order.events',
  Type.Object({ orderId: OrderId, reason: Type.Union([Type.Literal('expired'), Type.Literal('cancelled')]) }),
)
export type OrderClosing = EventOf<typeof OrderClosing>

/** The money is there. Inventory commits the stock; fulfilment may ship. */
export const OrderPaid = defineEvent(
  'OrderPaid',
  'order.events',
  Type.Object({
    orderId: OrderId,
    customerId: Type.String(),
    totalFen: Fen,
    lines: Type.Array(OrderLine, { minItems: 1 }),
    payment: PaymentFacts,
  }),
)
export type OrderPaid = EventOf<typeof OrderPaid>

/** No money came in time and none can come: the stock goes back on sale. */
export const OrderExpired = defineEvent('OrderExpired', 'order.events', Type.Object({ orderId: OrderId }))
export type OrderExpired = EventOf<typeof OrderExpired>

/** The shopper cancelled and no money can come: the stock goes back on sale. */
export const OrderCancelled = defineEvent('OrderCancelled', 'order.events', Type.Object({ orderId: OrderId }))
export type OrderCancelled = EventOf<typeof OrderCancelled>

/** There was not enough stock. Nothing was held. */
export const OrderRejected = defineEvent(
  'OrderRejected',
  'order.events',
  Type.Object({ orderId: OrderId, shortages: Type.Array(Shortage) }),
)
export type OrderRejected = EventOf<typeof OrderRejected>

export type OrderEvent = OrderCreated | OrderClosing | OrderPaid | OrderExpired | OrderCancelled | OrderRejected
