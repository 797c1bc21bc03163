import Type, { type Static } from 'typebox'
import {
  Adjustment,
  Fen,
  FulfilmentStatus,
  Metadata,
  OrderId,
  OrderLine,
  PaymentMethod,
  Quantity,
  Reference,
  Sku,
  Timestamp,
} from '../events/shapes.ts'
import { BuyerIds, Instalments, RequestedMethod } from './payment-methods.ts'
import { OrderNote, ShipTo } from './recipient.ts'
import { Shipment } from './shipments.ts'

/** The status of an order for a shop front: still open, paid, or ended without payment. */
export const ShopStatus = Type.Union([Type.Literal('PENDING'), Type.Literal('PAID'), Type.Literal('FAILED')])
export type ShopStatus = Static<typeof ShopStatus>

/** The exact state of an order. */
export const OrderStatus = Type.Union([
  Type.Literal('RESERVING'),
  Type.Literal('PENDING_PAYMENT'),
  Type.Literal('CLOSING'),
  Type.Literal('PAID'),
  Type.Literal('EXPIRED'),
  Type.Literal('CANCELLED'),
  Type.Literal('REJECTED'),
  Type.Literal('REINSTATING'),
  Type.Literal('REFUNDED'),
])
export type OrderStatus = Static<typeof OrderStatus>

/** The shop status of an exact state. */
export function shopStatus(status: OrderStatus): ShopStatus {
  switch (status) {
    case 'PAID':
      return 'PAID'
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
    case 'REFUNDED':
      return 'FAILED'
    default:
      return 'PENDING'
  }
}

/**
 * At most 100 lines; lines with the same SKU are merged. Prices are refused: they come from the catalogue, and from the
 * shop's own pricing only as a signed `quote`. `expectedTotalFen`: nothing is ordered if the total is another.
 */
export const PlaceOrderBody = Type.Object(
  {
    items: Type.Array(Type.Object({ sku: Sku, quantity: Quantity }, { additionalProperties: false }), {
      minItems: 1,
      maxItems: 100,
    }),
    paymentMethod: Type.Optional(RequestedMethod),
    instalments: Type.Optional(Instalments),
    ...BuyerIds,
    reference: Type.Optional(Reference),
    metadata: Type.Optional(Metadata),
    note: Type.Optional(OrderNote),
    shipTo: Type.Optional(ShipTo),
    quote: Type.Optional(
      Type.String({
        // A quote for 100 lines with 100 adjustments, whose labels have 100 Chinese characters each, has 70,000.
        maxLength: 81_920,
        pattern: '^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$',
        description: 'A JWS in which the shop’s own pricing grants shipping, discounts and surcharges',
      }),
    ),
    expectedTotalFen: Type.Optional(Type.Integer({ ...Fen, description: 'The total that the shopper saw, fen' })),
  },
  { additionalProperties: false },
)
export type PlaceOrderBody = Static<typeof PlaceOrderBody>

/** What happened to the money of an order, for its buyer: late payments, second payments, refunds. */
export const MoneyNote = Type.Object({
  kind: Type.Union([
    Type.Literal('late_payment_accepted'),
    Type.Literal('late_payment_returning'),
    Type.Literal('late_payment_returned'),
    Type.Literal('second_payment_returning'),
    Type.Literal('second_payment_returned'),
    Type.Literal('refunded'),
    Type.Literal('refund_delayed'),
  ]),
  amountFen: Fen,
  at: Timestamp,
})
export type MoneyNote = Static<typeof MoneyNote>

export const Order = Type.Object({
  orderId: OrderId,
  status: ShopStatus,
  orderStatus: OrderStatus,
  totalFen: Fen,
  currency: Type.Literal('CNY'),
  items: Type.Array(OrderLine),
  adjustments: Type.Array(Adjustment),
  reference: Type.Optional(Reference),
  metadata: Type.Optional(Metadata),
  fulfilmentStatus: FulfilmentStatus,
  createdAt: Timestamp,
  expiresAt: Timestamp,
  paidAt: Type.Optional(Timestamp),
  /** Oldest first; absent if there are none. */
  moneyNotes: Type.Optional(Type.Array(MoneyNote)),
})
export type Order = Static<typeof Order>

/** One order, for its owner. */
export const OwnOrder = Type.Object({
  ...Order.properties,
  shipTo: Type.Optional(ShipTo),
  note: Type.Optional(OrderNote),
  /** Oldest first; absent if there are none. */
  shipments: Type.Optional(Type.Array(Shipment)),
})
export type OwnOrder = Static<typeof OwnOrder>

export const OrderStatusAnswer = Type.Object({ orderId: OrderId, status: ShopStatus, orderStatus: OrderStatus })
export type OrderStatusAnswer = Static<typeof OrderStatusAnswer>

export const OrderPage = Type.Object({
  items: Type.Array(Order),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
})
export type OrderPage = Static<typeof OrderPage>

/** How to pay an order. Which fields there are depends on the method, and on how it was requested to be shown. */
export const OrderPayment = Type.Object({
  orderId: OrderId,
  tradeNo: Type.String({ description: 'Our `out_trade_no`, not Alipay’s `trade_no`' }),
  method: PaymentMethod,
  paymentUrl: Type.String({
    description:
      'Alipay’s signed page for page and wap as a link; else, or while it cannot be made, our `/pay/{orderId}`',
  }),
  form: Type.Optional(Type.String({ description: 'Page and wap: an HTML form that submits itself to Alipay' })),
  qrCode: Type.Optional(Type.String({ description: 'qr: the text of Alipay’s order code (订单码)' })),
  qrSvg: Type.Optional(Type.String({ description: 'A QR code of `qrCode`, or of `paymentUrl`, as SVG' })),
  orderString: Type.Optional(Type.String({ description: 'app: what the mobile SDK is given' })),
  alipayTradeNo: Type.Optional(Type.String({ description: 'jsapi: what `my.tradePay` is given as `tradeNO`' })),
})
export type OrderPayment = Static<typeof OrderPayment>

/** `paymentUrl` and `tradeNo` are those of `payment`. The order has its `note`, and no address. */
export const PlacedOrder = Type.Object({
  order: Type.Object({ ...Order.properties, note: Type.Optional(OrderNote) }),
  paymentUrl: Type.String(),
  tradeNo: Type.String(),
  payment: OrderPayment,
})
export type PlacedOrder = Static<typeof PlacedOrder>
