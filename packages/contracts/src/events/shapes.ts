import Type from 'typebox'

/** Integer fen. The largest single payment Alipay takes is 100,000,000.00 yuan. */
export const Fen = Type.Integer({ minimum: 0, maximum: 10_000_000_000 })
export const OrderId = Type.String({ pattern: '^ord_[0-9a-f]{32}$' })
export const Sku = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' })
export const Quantity = Type.Integer({ minimum: 1, maximum: 1_000_000 })
/** Units of a product that one customer may buy. */
export const UnitsPerCustomer = Type.Integer({ minimum: 1, maximum: 1_000_000 })
export const Timestamp = Type.String({ format: 'date-time' })
/** Alipay's `out_trade_no`: at most 64 letters, digits and underscores. */
export const OutTradeNo = Type.String({ pattern: '^[A-Za-z0-9_]{1,64}$' })

/** Alipay's `notify_id`, as far as one is kept. */
export const NotifyId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,128}$' })

/** One line of an order, priced from our own catalogue at the moment the order was placed. */
export const OrderLine = Type.Object({
  sku: Sku,
  title: Type.String(),
  quantity: Quantity,
  unitPriceFen: Fen,
})
export type OrderLine = Type.Static<typeof OrderLine>

/** A SKU that could not be held, with what was asked for and what there was. */
export const Shortage = Type.Object({ sku: Sku, requested: Type.Integer(), available: Type.Integer() })
export type Shortage = Type.Static<typeof Shortage>

/** The payment that paid an order. */
export const CapturedPayment = Type.Object({
  outTradeNo: OutTradeNo,
  tradeNo: Type.String(),
  amountFen: Fen,
  paidAt: Timestamp,
})
export type CapturedPayment = Type.Static<typeof CapturedPayment>

/** A refund's id, and its `out_request_no` at Alipay: the same on every retry, so that it happens once. */
export const RefundId = Type.String({ pattern: '^ref_[0-9a-f]{32}$' })

/** Units that come back on sale. */
export const ReturnedLine = Type.Object({ sku: Sku, quantity: Quantity })
export type ReturnedLine = Type.Static<typeof ReturnedLine>
