import type { ProductSettings } from '@alipay-checkout/contracts'
import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core'

/** The catalogue. `version` grows with every change, so that consumers ignore older versions. */
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
    version: integer('version').notNull().default(1),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().default(sql`now()`),
  },
  table => [
    // Partial, so that products no longer on sale do not slow down the public list.
    index('products_on_sale').on(table.sku).where(sql`on_sale`),
    // The order of the primary key depends on the database's collation, and is no order by prefixes.
    index('products_by_prefix').on(table.sku.op('text_pattern_ops')),
    check('products_price_positive', sql`${table.priceFen} > 0`),
    check('products_max_per_customer', sql`max_per_customer > 0`),
  ],
)

/** Who changed a product, when, and how. Rows are only ever added. */
export const productChanges = pgTable(
  'product_changes',
  {
    sku: text('sku').notNull(),
    /** The product's version after the change. */
    version: integer('version').notNull(),
    /** Null if the product was created. */
    before: jsonb('before').$type<ProductSettings>(),
    after: jsonb('after').$type<ProductSettings>().notNull(),
    reason: text('reason'),
    changedBy: text('changed_by').notNull(),
    changedAt: timestamp('changed_at', { withTimezone: true }).notNull().default(sql`now()`),
  },
  table => [primaryKey({ columns: [table.sku, table.version] })],
)
