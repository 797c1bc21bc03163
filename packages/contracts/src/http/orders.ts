import Type, { type Static } from 'typebox'
import { Fen, OrderId, OrderLine, Quantity, Sku, Timestamp } from '../events/shapes.ts'

/** What a shop front needs to know: still open, paid, or over without payment. */
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
])
export type OrderStatus = Static<typeof OrderStatus>

/** Folds the exact state into what a shop front shows. */
export function shopStatus(status: OrderStatus): ShopStatus {
  switch (status) {
    case 'PAID':
      return 'PAID'
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
      return 'FAILED'
    default:
      return 'PENDING'
  }
}

/** At most 100 lines; the same SKU twice is merged. Prices and totals are refused: they come from our catalogue. */
export const PlaceOrderBody = Type.Object(
  {
    items: Type.Array(Type.Object({ sku: Sku, quantity: Quantity }, { additionalProperties: false }), {
      minItems: 1,
      maxItems: 100,
    }),
  },
  { additionalProperties: false },
)
export type PlaceOrderBody = Static<typeof PlaceOrderBody>

export const Order = Type.Object({
  orderId: OrderId,
  status: ShopStatus,
  orderStatus: OrderStatus,
  totalFen: Fen,
  currency: Type.Literal('CNY'),
  items: Type.Array(OrderLine),
  createdAt: Timestamp,
  expiresAt: Timestamp,
  paidAt: Type.Optional(Timestamp),
})
export type Order = Static<typeof Order>

export const OrderStatusAnswer = Type.Object({ orderId: OrderId, status: ShopStatus, orderStatus: OrderStatus })
export type OrderStatusAnswer = Static<typeof OrderStatusAnswer>

export const OrderPage = Type.Object({
  items: Type.Array(Order),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
})
export type OrderPage = Static<typeof OrderPage>

/** `paymentUrl` is Alipay's signed page, or our own `/pay/{orderId}` while Alipay's can't be made. `tradeNo` is our `out_trade_no`. */
export const PlacedOrder = Type.Object({ order: Order, paymentUrl: Type.String(), tradeNo: Type.String() })
export type PlacedOrder = Static<typeof PlacedOrder>
