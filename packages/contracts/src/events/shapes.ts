import Type from 'typebox'

/**
 * Texts that people read, not only white space: in one line without control characters, or in several. A character fits
 * one part of a pattern only, so that checking takes linear time: a schema is checked whole, also where `maxLength` fails.
 */
export const linePattern = '^[^\\S\\u0000-\\u001f]*[^\\s\\u0000-\\u001f][^\\u0000-\\u001f]*$'
export const linesPattern = '^\\s*[^\\s\\u0000][^\\u0000]*$'

/** Integer fen. The largest single payment Alipay takes is 100,000,000.00 yuan. */
export const Fen = Type.Integer({ minimum: 0, maximum: 10_000_000_000, description: 'Amount in fen (0.01 yuan)' })
export const OrderId = Type.String({
  pattern: '^ord_[0-9a-f]{32}$',
  description: 'Order id: `ord_` and 32 hex digits',
})
export const CustomerId = Type.String({ description: 'The customer, `sub` of the shopper’s token' })
export const Sku = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
  description: 'Product number: at most 64 letters, digits, `.`, `_` and `-`',
})
export const Quantity = Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Units' })
/** Units of a product that one customer may buy. */
export const UnitsPerCustomer = Type.Integer({ minimum: 1, maximum: 1_000_000 })
export const Timestamp = Type.String({ format: 'date-time' })
/** Alipay's `out_trade_no`: at most 64 letters, digits and underscores. */
export const OutTradeNo = Type.String({
  pattern: '^[A-Za-z0-9_]{1,64}$',
  description: 'Number of the payment attempt, Alipay’s `out_trade_no`; the HTTP API calls it `tradeNo`',
})
/** Alipay's `trade_no`. */
export const TradeNo = Type.String({
  description: 'Alipay’s number of the trade, its `trade_no`; not the `tradeNo` of the HTTP API',
})

/** Alipay's `notify_id`, as far as one is kept. */
export const NotifyId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,128}$' })

/** One line of an order, priced from our own catalogue at the moment the order was placed. */
export const OrderLine = Type.Object({
  sku: Sku,
  title: Type.String({ description: 'Title when the order was placed' }),
  quantity: Quantity,
  unitPriceFen: Fen,
  adjustmentFen: Type.Optional(
    Type.Integer({
      minimum: -10_000_000_000,
      maximum: 10_000_000_000,
      description:
        'The share of the order’s discounts and surcharges in this line, fen; negative for a discount, absent for none',
    }),
  ),
})
export type OrderLine = Type.Static<typeof OrderLine>

/** The shop's own number of an order. */
export const Reference = Type.String({
  pattern: '^[A-Za-z0-9._:/-]{1,64}$',
  description: 'The shop’s own number of the order: at most 64 letters, digits, `.`, `_`, `:`, `/` and `-`',
})

/** What the shop stores with an order. PostgreSQL can't store the character U+0000. */
export const Metadata = Type.Record(
  Type.String({ pattern: '^[^\\u0000]{1,40}$' }),
  Type.String({ maxLength: 500, pattern: '^[^\\u0000]*$' }),
  {
    maxProperties: 20,
    additionalProperties: false,
    description: 'What the shop stores with the order: at most 20 keys of 40 characters with values of 500',
  },
)
export type Metadata = Type.Static<typeof Metadata>

/**
 * What the shop's own pricing adds to the prices of the catalogue. With `sku` it belongs to that line; a discount or
 * surcharge without it is spread over all lines. Shipping belongs to no line.
 */
export const Adjustment = Type.Object({
  type: Type.Union([Type.Literal('shipping'), Type.Literal('discount'), Type.Literal('surcharge')], {
    description: 'A fee for shipping, a reduction, or another fee',
  }),
  label: Type.String({ minLength: 1, maxLength: 100, pattern: '^[^\\u0000]*$', description: 'For the shopper' }),
  amountFen: Type.Integer({
    minimum: -10_000_000_000,
    maximum: 10_000_000_000,
    description: 'Fen; negative for a discount',
  }),
  sku: Type.Optional(Sku),
})
export type Adjustment = Type.Static<typeof Adjustment>

/** How much of a paid order has left the shop. */
export const FulfilmentStatus = Type.Union(
  [
    Type.Literal('UNFULFILLED'),
    Type.Literal('PARTIALLY_SHIPPED'),
    Type.Literal('SHIPPED'),
    Type.Literal('DELIVERED'),
    Type.Literal('COMPLETED'),
  ],
  { description: 'How much of the order is shipped: nothing, some, all; delivered; completed' },
)
export type FulfilmentStatus = Type.Static<typeof FulfilmentStatus>

/** A shipment's id: the order's hex digits and the number of the shipment, 1 for the first. */
export const ShipmentId = Type.String({
  pattern: '^shp_[0-9a-f]{32}_[1-9][0-9]{0,2}$',
  description: 'Shipment id: `shp_`, the 32 hex digits of the order id, `_` and a number',
})

const printable = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, pattern: linePattern, description })
export const Carrier = printable(64, 'Who carries the parcel')
export const TrackingNumber = printable(64, 'The carrier’s number of the parcel')

/** A SKU that could not be reserved, with the units that were requested and available. */
export const Shortage = Type.Object({
  sku: Sku,
  requested: Type.Integer({ description: 'Units that the order has' }),
  available: Type.Integer({ description: 'Units that were on sale' }),
})
export type Shortage = Type.Static<typeof Shortage>

/** The ways to pay with Alipay: each is one of Alipay's products. */
export const PaymentMethod = Type.Union(
  [
    Type.Literal('alipay_page'),
    Type.Literal('alipay_wap'),
    Type.Literal('alipay_app'),
    Type.Literal('alipay_jsapi'),
    Type.Literal('alipay_qr'),
  ],
  { description: 'Alipay’s product: desktop page, mobile web, app, mini program or order code (订单码)' },
)
export type PaymentMethod = Type.Static<typeof PaymentMethod>

/** The payment that paid an order. */
export const CapturedPayment = Type.Object(
  {
    outTradeNo: OutTradeNo,
    tradeNo: TradeNo,
    amountFen: Fen,
    paidAt: Type.String({ ...Timestamp, description: 'When Alipay took the money' }),
    method: Type.Optional(PaymentMethod),
  },
  { description: 'The payment that the order takes' },
)
export type CapturedPayment = Type.Static<typeof CapturedPayment>

/** A refund's id, and its `out_request_no` at Alipay: the same on every retry, so that it happens once. */
export const RefundId = Type.String({
  pattern: '^ref_[0-9a-f]{32}$',
  description: 'Refund id and `out_request_no`: `ref_` and 32 hex digits',
})

/** Units of a line of an order. */
export const LineUnits = Type.Object({ sku: Sku, quantity: Quantity })
export type LineUnits = Type.Static<typeof LineUnits>
