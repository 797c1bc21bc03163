import Type, { type Static } from 'typebox'
import { Fen, linesPattern, Sku, Timestamp, UnitsPerCustomer } from '../events/shapes.ts'

/** The SKU of the last product of a page, null on the last page. */
const nextSku = Type.Union([Sku, Type.Null()])
const maxPerCustomer = Type.Union([UnitsPerCustomer, Type.Null()])
/** PostgreSQL stores no NUL. */
const reason = Type.String({ minLength: 1, maxLength: 500, pattern: linesPattern })

/**
 * The whole product: without `onSale` it is on sale, without `maxPerCustomer` (or with null) a customer may buy any number.
 * A title is shown by Alipay and to shoppers, so it is short and has no control characters.
 */
export const ProductBody = Type.Object(
  {
    title: Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^[^\\S\\u0000-\\u001f\\u007f]*[^\\s\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]*$',
    }),
    priceFen: Type.Integer({ minimum: 1, maximum: 10_000_000_000 }),
    /** False refuses new orders. Earlier orders are not affected. */
    onSale: Type.Optional(Type.Boolean()),
    /** Units that one customer may have in unpaid and paid orders together. */
    maxPerCustomer: Type.Optional(maxPerCustomer),
    /** Stored with the change, and in the audit log. */
    reason: Type.Optional(reason),
  },
  { additionalProperties: false },
)
export type ProductBody = Static<typeof ProductBody>

export const Product = Type.Object({
  sku: Sku,
  title: Type.String(),
  priceFen: Fen,
  available: Type.Integer(),
  onSale: Type.Boolean(),
  maxPerCustomer,
})
export type Product = Static<typeof Product>

/** A page of the catalogue, by SKU. */
export const ProductList = Type.Object({ items: Type.Array(Product), nextCursor: nextSku })
export type ProductList = Static<typeof ProductList>

/** The settings of a product that an admin changes. */
export const ProductSettings = Type.Object({
  title: Type.String(),
  priceFen: Fen,
  onSale: Type.Boolean(),
  maxPerCustomer,
})
export type ProductSettings = Static<typeof ProductSettings>

/** One change of a product. `before` is null if the product was created. */
export const ProductChange = Type.Object({
  version: Type.Integer(),
  before: Type.Union([ProductSettings, Type.Null()]),
  after: ProductSettings,
  reason: Type.Optional(Type.String()),
  changedBy: Type.String(),
  changedAt: Timestamp,
})
export type ProductChange = Static<typeof ProductChange>

/** Newest first. The cursor is the last item's version. */
export const ProductChangeList = Type.Object({
  items: Type.Array(ProductChange),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
})
export type ProductChangeList = Static<typeof ProductChangeList>

/** `delta` units come in (positive) or leave (negative); `reason` is stored for later questions. */
export const StockAdjustmentBody = Type.Object(
  {
    delta: Type.Integer({ minimum: -1_000_000_000, maximum: 1_000_000_000 }),
    reason,
  },
  { additionalProperties: false },
)
export type StockAdjustmentBody = Static<typeof StockAdjustmentBody>

export const StockLevel = Type.Object({
  sku: Sku,
  available: Type.Integer(),
  held: Type.Integer(),
  sold: Type.Integer(),
  supplied: Type.Integer(),
})
export type StockLevel = Static<typeof StockLevel>

/** One adjustment. `before` and `after` are null if it was made before they were recorded. */
export const StockAdjustment = Type.Object({
  id: Type.Integer(),
  delta: Type.Integer(),
  reason: Type.String(),
  before: Type.Union([StockLevel, Type.Null()]),
  after: Type.Union([StockLevel, Type.Null()]),
  adjustedBy: Type.String(),
  adjustedAt: Timestamp,
})
export type StockAdjustment = Static<typeof StockAdjustment>

/** Newest first. The cursor is the last item's id. */
export const StockAdjustmentList = Type.Object({
  items: Type.Array(StockAdjustment),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
})
export type StockAdjustmentList = Static<typeof StockAdjustmentList>
