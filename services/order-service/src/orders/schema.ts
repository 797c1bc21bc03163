import type { CapturedPayment, OrderLine, OrderStatus, Shortage } from '@alipay-checkout/contracts'
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
import type { HistoryEntry } from './decide-all.ts'
import type { OrderRefund } from './order-refunds.ts'
import type { BeforeReinstating, CloseReason } from './order-state.ts'

export { inbox, outbox, outboxRejected } from '@alipay-checkout/messaging/tables'

const at = (name: string) => timestamp(name, { withTimezone: true })

export const orders = pgTable(
  'orders',
  {
    orderId: text('order_id').primaryKey(),
    customerId: text('customer_id').notNull(),
    status: text('status').$type<OrderStatus>().notNull(),
    totalFen: bigint('total_fen', { mode: 'number' }).notNull(),
    /** What was ordered at which price: a copy, because prices change and this order's must not. */
    lines: jsonb('lines').$type<OrderLine[]>().notNull(),
    closeReason: text('close_reason').$type<CloseReason>(),
    shortages: jsonb('shortages').$type<Shortage[]>(),
    payment: jsonb('payment').$type<CapturedPayment>(),
    /** Of a closing order: whether its stock is known to be held. */
    reserved: boolean('reserved').notNull().default(false),
    /** Where late money found the order. */
    reinstatingFrom: text('reinstating_from').$type<BeforeReinstating['status']>(),
    acceptedLateAt: at('accepted_late_at'),
    /** How much of the payment went back. */
    refundedFen: bigint('refunded_fen', { mode: 'number' }).notNull().default(0),
    /** Late and second money and refunds: a handful at most, since attempts and refunds of an order are few. */
    refunds: jsonb('refunds').$type<OrderRefund[]>().notNull().default([]),
    /** Every change, appended in the statement that makes it. Its length is bounded by that of the order's life. */
    history: jsonb('history').$type<HistoryEntry[]>().notNull().default([]),
    createdAt: at('created_at').notNull(),
    expiresAt: at('expires_at').notNull(),
    updatedAt: at('updated_at').notNull(),
  },
  table => [
    // Only what can still become due: stays small however many orders there were.
    index('orders_due').on(table.expiresAt).where(sql`status in ('RESERVING', 'PENDING_PAYMENT')`),
    // Only unpaid orders, which are few per customer: counted for each order that is placed.
    index('orders_open_of_customer')
      .on(table.customerId)
      .where(sql`status in ('RESERVING', 'PENDING_PAYMENT', 'CLOSING')`),
    index('orders_of_customer').on(table.customerId, table.orderId),
    check(
      'orders_status',
      sql`status in ('RESERVING', 'PENDING_PAYMENT', 'CLOSING', 'PAID', 'EXPIRED', 'CANCELLED', 'REJECTED', 'REINSTATING', 'REFUNDED')`,
    ),
    check('orders_total', sql`total_fen > 0`),
    check('orders_paid', sql`(status in ('PAID', 'REINSTATING', 'REFUNDED')) = (payment is not null)`),
    check('orders_reinstating', sql`(status = 'REINSTATING') = (reinstating_from is not null)`),
    check('orders_refunded_fen', sql`refunded_fen between 0 and coalesce((payment ->> 'amountFen')::bigint, 0)`),
    check(
      'orders_refunded',
      sql`case status when 'REFUNDED' then refunded_fen = (payment ->> 'amountFen')::bigint when 'PAID' then refunded_fen < (payment ->> 'amountFen')::bigint else true end`,
    ),
    check('orders_closing', sql`status <> 'CLOSING' or close_reason is not null`),
  ],
)

/** The catalogue as inventory-service last told it. Prices of orders come from here, never from a request. */
export const products = pgTable(
  'products',
  {
    sku: text('sku').primaryKey(),
    title: text('title').notNull(),
    priceFen: bigint('price_fen', { mode: 'number' }).notNull(),
    /** False: new orders are refused, earlier ones go on. */
    onSale: boolean('on_sale').notNull().default(true),
    /** Units that one customer may buy; null: any number. */
    maxPerCustomer: integer('max_per_customer'),
    version: integer('version').notNull(),
  },
  () => [check('products_price', sql`price_fen > 0`), check('products_max_per_customer', sql`max_per_customer > 0`)],
)

/** Requests that must have one effect, with the answer that a repeat gets. Kept for 24 hours. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    customerId: text('customer_id').notNull(),
    key: text('key').notNull(),
    requestHash: text('request_hash').notNull(),
    /** None where it was refused without one. */
    orderId: text('order_id'),
    /** Until then the first request counts as being worked on; after it, whoever repeats it takes over. */
    lockedUntil: at('locked_until').notNull(),
    responseStatus: integer('response_status'),
    responseBody: text('response_body'),
    responseType: text('response_type'),
    createdAt: at('created_at').notNull(),
  },
  table => [primaryKey({ columns: [table.customerId, table.key] }), index('idempotency_keys_age').on(table.createdAt)],
)
