import type { StockEntryName, StockLevel } from '@alipay-checkout/contracts'
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
import type { Line } from './stock-state.ts'

/** One change of an order's stock and the event that caused it. `lines` is set if only a part of the order changed. */
export interface StockHistoryEntry {
  readonly at: string
  readonly what: StockEntryName
  readonly cause: string
  readonly lines?: readonly Line[]
}

/** Where the units of a SKU are: on sale, reserved for an order, or sold. */
export const stockLevels = pgTable(
  'stock_levels',
  {
    sku: text('sku')
      .primaryKey()
      .references(() => products.sku),
    available: bigint('available', { mode: 'number' }).notNull().default(0),
    reserved: bigint('reserved', { mode: 'number' }).notNull().default(0),
    sold: bigint('sold', { mode: 'number' }).notNull().default(0),
    supplied: bigint('supplied', { mode: 'number' }).notNull().default(0),
  },
  table => [
    check(
      'stock_levels_never_negative',
      sql`${table.available} >= 0 and ${table.reserved} >= 0 and ${table.sold} >= 0`,
    ),
    check('stock_levels_add_up', sql`${table.available} + ${table.reserved} + ${table.sold} = ${table.supplied}`),
  ],
)

/**
 * The stock of each line of each order. There is no foreign key to the catalogue: a rejected order may name an unknown
 * SKU, and the check would lock the row of a SKU in high demand once per order.
 */
export const reservations = pgTable(
  'reservations',
  {
    orderId: text('order_id').notNull(),
    sku: text('sku').notNull(),
    quantity: bigint('quantity', { mode: 'number' }).notNull(),
    status: text('status', { enum: ['RESERVED', 'COMMITTED', 'RELEASED', 'REJECTED'] }).notNull(),
    /** Units of a sold line that are on sale again. */
    returned: bigint('returned', { mode: 'number' }).notNull().default(0),
    /** The changes of the whole order's stock, on one of its lines; appended in the statement that writes the lines. */
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
    check('reservations_status_known', sql`${table.status} in ('RESERVED', 'COMMITTED', 'RELEASED', 'REJECTED')`),
  ],
)

/**
 * Changes of an order's stock that must be applied once, by the id of their cause: the refund that returned units, or the
 * trade that an order was reinstated for. Unlike the inbox, which deletes event ids after a while, this table keeps its
 * few rows without end, because an operator may redrive an event months later.
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

/** Adjustments of the stock by an admin, with actor and reason. Rows are never changed or deleted. */
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
    /** The stock level after the adjustment, as the API shows it: a repeat of the request gets it again. */
    levelAfter: jsonb('level_after').$type<StockLevel>(),
    idempotencyKey: text('idempotency_key'),
    /** Hash of the request body. Another body with the same key is refused. */
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
