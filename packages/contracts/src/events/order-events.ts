import Type from 'typebox'
import { defineEvent, type EventOf } from './event.ts'
import { RefundReason } from './payment-events.ts'
import {
  Adjustment,
  CapturedPayment,
  Carrier,
  CustomerId,
  Fen,
  FulfilmentStatus,
  LineUnits,
  Metadata,
  OrderId,
  OrderLine,
  OutTradeNo,
  Reference,
  RefundId,
  ShipmentId,
  Shortage,
  Timestamp,
  TrackingNumber,
  TradeNo,
} from './shapes.ts'

/** What the shop gave with the order, and what its pricing granted. */
const givenWithOrder = {
  reference: Type.Optional(Reference),
  metadata: Type.Optional(Metadata),
  adjustments: Type.Optional(
    Type.Array(Adjustment, {
      description: 'Shipping, discounts and surcharges of the total; absent if there are none',
    }),
  ),
}

export const OrderCreated = defineEvent(
  'OrderCreated',
  'order.events',
  Type.Object(
    {
      orderId: OrderId,
      customerId: CustomerId,
      currency: Type.Literal('CNY', { description: 'The only one' }),
      totalFen: Fen,
      lines: Type.Array(OrderLine, { minItems: 1, description: 'What was ordered' }),
      createdAt: Type.String({ ...Timestamp, description: 'When the order was placed' }),
      expiresAt: Type.String({ ...Timestamp, description: 'Until when it may be paid' }),
      ...givenWithOrder,
    },
    {
      description:
        'An order was saved. inventory-service reserves its stock; payment-service expects exactly this amount.',
    },
  ),
)
export type OrderCreated = EventOf<typeof OrderCreated>

export const OrderClosing = defineEvent(
  'OrderClosing',
  'order.events',
  Type.Object(
    {
      orderId: OrderId,
      reason: Type.Union([Type.Literal('expired'), Type.Literal('cancelled')], { description: 'Why it closes' }),
    },
    {
      description:
        'The order is due, or the shopper cancelled it. payment-service closes its payment links; the stock stays reserved until PaymentClosed.',
    },
  ),
)
export type OrderClosing = EventOf<typeof OrderClosing>

export const OrderPaid = defineEvent(
  'OrderPaid',
  'order.events',
  Type.Object(
    {
      orderId: OrderId,
      customerId: CustomerId,
      totalFen: Fen,
      lines: Type.Array(OrderLine, { minItems: 1, description: 'What was ordered' }),
      payment: CapturedPayment,
      ...givenWithOrder,
    },
    {
      description:
        'The order is paid and its stock is reserved; inventory-service marks it as sold. Fulfilment may ship: it reads the recipient at `GET /api/admin/orders/{id}/recipient`.',
    },
  ),
)
export type OrderPaid = EventOf<typeof OrderPaid>

export const OrderExpired = defineEvent(
  'OrderExpired',
  'order.events',
  Type.Object(
    { orderId: OrderId },
    {
      description:
        'The order was not paid in time, and none of its payment links can be paid any more. inventory-service releases its stock.',
    },
  ),
)
export type OrderExpired = EventOf<typeof OrderExpired>

export const OrderCancelled = defineEvent(
  'OrderCancelled',
  'order.events',
  Type.Object(
    { orderId: OrderId },
    {
      description:
        'The order ended unsold: cancelled, or fully refunded while being reinstated. inventory-service releases its stock. A payment through an old link is late.',
    },
  ),
)
export type OrderCancelled = EventOf<typeof OrderCancelled>

export const OrderRejected = defineEvent(
  'OrderRejected',
  'order.events',
  Type.Object(
    { orderId: OrderId, shortages: Type.Array(Shortage, { description: 'What was missing' }) },
    { description: 'There was not enough stock, so the order ended. Nothing is reserved for it.' },
  ),
)
export type OrderRejected = EventOf<typeof OrderRejected>

export const OrderReinstating = defineEvent(
  'OrderReinstating',
  'order.events',
  Type.Object(
    {
      orderId: OrderId,
      lines: Type.Array(OrderLine, { minItems: 1, description: 'What was ordered' }),
      payment: CapturedPayment,
    },
    {
      description:
        'Money came for an order whose stock is not known to be reserved. inventory-service tries to reserve it again and answers with StockReserved or StockRejected.',
    },
  ),
)
export type OrderReinstating = EventOf<typeof OrderReinstating>

export const RefundRequested = defineEvent(
  'RefundRequested',
  'order.events',
  Type.Object(
    {
      orderId: OrderId,
      refundId: RefundId,
      outTradeNo: OutTradeNo,
      tradeNo: TradeNo,
      amountFen: Fen,
      reason: Type.Union([Type.Literal('late_payment'), Type.Literal('second_payment')], {
        description: 'Why the order can’t use it: it came too late, or the order is paid already',
      }),
    },
    {
      description:
        'The order can’t use this payment: payment-service refunds it. The refund id follows from order and trade, so a repeated request is the same refund.',
    },
  ),
)
export type RefundRequested = EventOf<typeof RefundRequested>

export const OrderLinesReturned = defineEvent(
  'OrderLinesReturned',
  'order.events',
  Type.Object(
    { orderId: OrderId, refundId: RefundId, lines: Type.Array(LineUnits, { minItems: 1 }) },
    { description: 'Units of a paid order were refunded and returned. inventory-service puts them back on sale.' },
  ),
)
export type OrderLinesReturned = EventOf<typeof OrderLinesReturned>

export const OrderShipped = defineEvent(
  'OrderShipped',
  'order.events',
  Type.Object(
    {
      orderId: OrderId,
      customerId: CustomerId,
      reference: Type.Optional(Reference),
      shipmentId: ShipmentId,
      carrier: Carrier,
      trackingNumber: TrackingNumber,
      lines: Type.Array(LineUnits, { minItems: 1, description: 'Units in this shipment' }),
      shippedAt: Type.String({ ...Timestamp, description: 'When the shipment was reported' }),
      fulfilmentStatus: FulfilmentStatus,
    },
    { description: 'A shipment of a paid order left the shop. `fulfilmentStatus` says whether more follow.' },
  ),
)
export type OrderShipped = EventOf<typeof OrderShipped>

export const OrderDelivered = defineEvent(
  'OrderDelivered',
  'order.events',
  Type.Object(
    {
      orderId: OrderId,
      shipmentId: ShipmentId,
      deliveredAt: Type.String({ ...Timestamp, description: 'When the delivery was reported' }),
      fulfilmentStatus: FulfilmentStatus,
    },
    { description: 'A shipment was delivered. `fulfilmentStatus` is DELIVERED once all of the order is.' },
  ),
)
export type OrderDelivered = EventOf<typeof OrderDelivered>

export const OrderCompleted = defineEvent(
  'OrderCompleted',
  'order.events',
  Type.Object(
    { orderId: OrderId, completedAt: Type.String({ ...Timestamp, description: 'When the order was completed' }) },
    { description: 'The order was delivered long enough ago to be closed.' },
  ),
)
export type OrderCompleted = EventOf<typeof OrderCompleted>

export const OrderRefunded = defineEvent(
  'OrderRefunded',
  'order.events',
  Type.Object(
    {
      orderId: OrderId,
      refundId: RefundId,
      reason: RefundReason,
      amountFen: Fen,
      refundedFen: Type.Integer({ ...Fen, description: 'All refunds of the order so far, this one included, in fen' }),
      isWhole: Type.Boolean({ description: 'All of the payment is refunded: nothing of the order may be shipped' }),
      lines: Type.Array(LineUnits, {
        description:
          'Refunded units, which may not be shipped; for the whole, all that were not refunded before; empty for an amount without lines',
      }),
      shippedLines: Type.Array(LineUnits, { description: 'Those of `lines` that were shipped before the refund' }),
      refundedAt: Type.String({ ...Timestamp, description: 'When Alipay confirmed the refund' }),
    },
    {
      description:
        'Money of a paid order was refunded, in part or whole. It follows OrderPaid; an order whose late payment is refunded as a whole before its stock is reserved again has OrderCancelled instead',
    },
  ),
)
export type OrderRefunded = EventOf<typeof OrderRefunded>

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
  | OrderShipped
  | OrderDelivered
  | OrderCompleted
  | OrderRefunded
