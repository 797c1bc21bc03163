import type { StockLevel } from '@alipay-checkout/contracts'
import { sql } from 'drizzle-orm'
import {
  bigint,
  bigserial,
  check,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
} from 'drizzle-orm/pg-core'
import { products } from '../catalogue/schema.ts'
import type { Line } from './stock.ts'

/** One change of an order's stock, and the event that said so. `lines` where it is not about the whole order. */
export interface StockHistoryEntry {
  readonly at: string
  readonly what: string
  readonly cause: string
  readonly lines?: readonly Line[]
}

/** Where the units of a SKU are. Whatever came in is on sale, held for an order, or sold. */
export const stockLevels = pgTable(
  'stock_levels',
  {
    sku: text('sku')
      .primaryKey()
      .references(() => products.sku),
    available: bigint('available', { mode: 'number' }).notNull().default(0),
    held: bigint('held', { mode: 'number' }).notNull().default(0),
    sold: bigint('sold', { mode: 'number' }).notNull().default(0),
    supplied: bigint('supplied', { mode: 'number' }).notNull().default(0),
  },
  table => [
    check('stock_levels_never_negative', sql`${table.available} >= 0 and ${table.held} >= 0 and ${table.sold} >= 0`),
    check('stock_levels_add_up', sql`${table.available} + ${table.held} + ${table.sold} = ${table.supplied}`),
  ],
)

/**
 * What became of each line of each order. No foreign key to the catalogue: the refusal of an order that names an
 * unknown SKU is remembered too, and checking it would lock the hot SKU's row once per order.
 */
export const reservations = pgTable(
  'reservations',
  {
    orderId: text('order_id').notNull(),
    sku: text('sku').notNull(),
    quantity: bigint('quantity', { mode: 'number' }).notNull(),
    status: text('status', { enum: ['HELD', 'COMMITTED', 'RELEASED', 'REJECTED'] }).notNull(),
    /** Units of a sold line that are on sale again. */
    returned: bigint('returned', { mode: 'number' }).notNull().default(0),
    /** What happened to the order's stock, on one of its lines; appended in the statement that writes the lines. */
    history: jsonb('history').$type<StockHistoryEntry[]>().notNull().default([]),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().default(sql`now()`),
  },
  table => [
    primaryKey({ columns: [table.orderId, table.sku] }),
    check('reservations_quantity_positive', sql`${table.quantity} > 0`),
    check(
      'reservations_returned_was_sold',
      sql`${table.returned} = 0 or (${table.status} = 'COMMITTED' and ${table.returned} between 0 and ${table.quantity})`,
    ),
    check('reservations_status_known', sql`${table.status} in ('HELD', 'COMMITTED', 'RELEASED', 'REJECTED')`),
  ],
)

/**
 * Changes of an order's stock that must happen once, by an id of their own: the refund that units came back with, the
 * trade that an order was reinstated for. Kept for ever, unlike the ids of events: an event may be given back by hand
 * months later. They are few.
 */
export const stockOperations = pgTable(
  'stock_operations',
  {
    orderId: text('order_id').notNull(),
    eventType: text('event_type', { enum: ['OrderLinesReturned', 'OrderReinstating'] }).notNull(),
    operationId: text('operation_id').notNull(),
    appliedAt: timestamp('applied_at', { withTimezone: true }).notNull().default(sql`now()`),
  },
  table => [primaryKey({ columns: [table.orderId, table.eventType, table.operationId] })],
)

/** Who let how many units in or out, and why. Rows are only ever added. */
export const stockAdjustments = pgTable(
  'stock_adjustments',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    sku: text('sku')
      .notNull()
      .references(() => products.sku),
    delta: bigint('delta', { mode: 'number' }).notNull(),
    reason: text('reason').notNull(),
    adjustedBy: text('adjusted_by').notNull(),
    /** The stock after it, which is also the response that a repeat gets; null in rows older than this column. */
    levelAfter: jsonb('level_after').$type<StockLevel>(),
    idempotencyKey: text('idempotency_key'),
    /** Hash over what was asked for: another request under the same key is refused. */
    requestHash: text('request_hash'),
    adjustedAt: timestamp('adjusted_at', { withTimezone: true }).notNull().default(sql`now()`),
  },
  table => [
    unique('stock_adjustments_idempotency').on(table.sku, table.idempotencyKey),
    index('stock_adjustments_of_sku').on(table.sku, table.id),
    check('stock_adjustments_change_something', sql`${table.delta} <> 0`),
    check(
      'stock_adjustments_keyed',
      sql`idempotency_key is null or (request_hash is not null and level_after is not null)`,
    ),
  ],
)
