import Type, { type Static } from 'typebox'
import { Fen, Sku } from '../events/shapes.ts'

/** A title becomes part of what Alipay and the shopper see, so it is short and holds no control characters. */
export const ProductBody = Type.Object(
  {
    title: Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^[^\\u0000-\\u001f\\u007f]*[^\\s\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]*$',
    }),
    priceFen: Type.Integer({ minimum: 1, maximum: 10_000_000_000 }),
  },
  { additionalProperties: false },
)
export type ProductBody = Static<typeof ProductBody>

export const Product = Type.Object({ sku: Sku, title: Type.String(), priceFen: Fen, available: Type.Integer() })
export type Product = Static<typeof Product>

export const ProductList = Type.Object({ items: Type.Array(Product) })
export type ProductList = Static<typeof ProductList>

/** `delta` units come in (positive) or leave (negative); `reason` is kept for whoever asks later (Postgres takes no NUL). */
export const StockAdjustmentBody = Type.Object(
  {
    delta: Type.Integer({ minimum: -1_000_000_000, maximum: 1_000_000_000 }),
    reason: Type.String({ minLength: 1, maxLength: 500, pattern: '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$' }),
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
