import Type, { type Static } from 'typebox'
import { Fen, Sku, Timestamp } from '../../events/shapes.ts'
import { StockLevel } from '../products.ts'
import { pageOfItems } from './paging.ts'

/** A product with where its units are. */
export const StockRow = Type.Object({
  ...StockLevel.properties,
  title: Type.String(),
  priceFen: Fen,
  onSale: Type.Boolean(),
  maxPerCustomer: Type.Union([Type.Integer(), Type.Null()]),
})
export type StockRow = Static<typeof StockRow>
/** By SKU. */
export const StockPage = pageOfItems(StockRow)
export type StockPage = Static<typeof StockPage>
export const StockFilters = {
  sku: Type.Optional({ ...Sku, description: 'The beginning of the SKU; a product with the whole of it comes first' }),
  below: Type.Optional(Type.String({ pattern: '^\\d{1,12}$', description: 'Fewer available units than this' })),
} as const

/** A change of a product or of its stock by a person. */
export const StockHistoryEntry = Type.Object({
  at: Timestamp,
  by: Type.String(),
  what: Type.Union([Type.Literal('stock'), Type.Literal('product')]),
  delta: Type.Optional(Type.Integer({ description: 'Units that came in (positive) or left' })),
  reason: Type.Optional(Type.String()),
  before: Type.Unknown(),
  after: Type.Unknown(),
})
export type StockHistoryEntry = Static<typeof StockHistoryEntry>
/** Newest first. */
export const StockHistory = Type.Object({ sku: Sku, ...pageOfItems(StockHistoryEntry).properties })
export type StockHistory = Static<typeof StockHistory>
