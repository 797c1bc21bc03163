import { sql } from 'drizzle-orm'
import { bigint, boolean, check, integer, pgTable, text } from 'drizzle-orm/pg-core'

/** A copy of inventory-service's catalogue. Orders are priced from it, never from a request. */
export const products = pgTable(
  'products',
  {
    sku: text('sku').primaryKey(),
    title: text('title').notNull(),
    priceFen: bigint('price_fen', { mode: 'number' }).notNull(),
    /** False refuses new orders. Earlier orders are not affected. */
    onSale: boolean('on_sale').notNull().default(true),
    /** Units that one customer may buy; null: any number. */
    maxPerCustomer: integer('max_per_customer'),
    version: integer('version').notNull(),
  },
  () => [check('products_price', sql`price_fen > 0`), check('products_max_per_customer', sql`max_per_customer > 0`)],
)
