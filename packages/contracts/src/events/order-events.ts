import Type from 'typebox'
import { defineEvent, type EventOf } from './event.ts'
import {
  CapturedPayment,
  Fen,
  OrderId,
  OrderLine,
  OutTradeNo,
  RefundId,
  ReturnedLine,
  Shortage,
  Timestamp,
} from './shapes.ts'

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
    payment: CapturedPayment,
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

/** Money came for an order that was over: inventory tries to hold its stock again, and answers with a verdict. */
export const OrderReinstating = defineEvent(
  'OrderReinstating',
  'order.events',
  Type.Object({ orderId: OrderId, lines: Type.Array(OrderLine, { minItems: 1 }), payment: CapturedPayment }),
)
export type OrderReinstating = EventOf<typeof OrderReinstating>

/** Money that this order can't use goes back to the buyer, whole. `refundId` is the same however often this is said. */
export const RefundRequested = defineEvent(
  'RefundRequested',
  'order.events',
  Type.Object({
    orderId: OrderId,
    refundId: RefundId,
    outTradeNo: OutTradeNo,
    tradeNo: Type.String(),
    amountFen: Fen,
    reason: Type.Union([Type.Literal('late_payment'), Type.Literal('second_payment')]),
  }),
)
export type RefundRequested = EventOf<typeof RefundRequested>

/** Units of a paid order came back, and are on sale again. */
export const OrderLinesReturned = defineEvent(
  'OrderLinesReturned',
  'order.events',
  Type.Object({ orderId: OrderId, refundId: RefundId, lines: Type.Array(ReturnedLine, { minItems: 1 }) }),
)
export type OrderLinesReturned = EventOf<typeof OrderLinesReturned>

export type OrderEvent =
  | OrderCreated
  | OrderClosing
  | OrderPaid
  | OrderExpired
  | OrderCancelled
  | OrderRejected
  | OrderReinstating
  | RefundRequested
  | OrderLinesReturned
