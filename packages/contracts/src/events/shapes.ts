import Type from 'typebox'

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
})
export type OrderLine = Type.Static<typeof OrderLine>

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
  },
  { description: 'The payment that the order takes' },
)
export type CapturedPayment = Type.Static<typeof CapturedPayment>

/** A refund's id, and its `out_request_no` at Alipay: the same on every retry, so that it happens once. */
export const RefundId = Type.String({
  pattern: '^ref_[0-9a-f]{32}$',
  description: 'Refund id and `out_request_no`: `ref_` and 32 hex digits',
})

/** Units that go back on sale. */
export const ReturnedLine = Type.Object({ sku: Sku, quantity: Quantity })
export type ReturnedLine = Type.Static<typeof ReturnedLine>
