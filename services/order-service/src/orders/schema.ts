import type {
  Adjustment,
  CapturedPayment,
  FulfilmentStatus,
  Metadata,
  OrderLine,
  OrderStatus,
  ShipTo,
  Shortage,
} from '@alipay-checkout/contracts'
import { sql } from 'drizzle-orm'
import {
  bigint,
  bigserial,
  boolean,
  check,
  index,
  jsonb,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import type { HistoryEntry } from './decide-all.ts'
import type { OrderRefund } from './order-refunds.ts'
import type { BeforeReinstating, CloseReason, OrderShipment } from './order-state.ts'

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
    /** Null: none. */
    adjustments: jsonb('adjustments').$type<Adjustment[]>(),
    reference: text('reference'),
    metadata: jsonb('metadata').$type<Metadata>(),
    /** The trace of the order: every event of it continues this. */
    traceparent: text('traceparent'),
    closeReason: text('close_reason').$type<CloseReason>(),
    shortages: jsonb('shortages').$type<Shortage[]>(),
    payment: jsonb('payment').$type<CapturedPayment>(),
    /** Of an order in CLOSING: whether its stock result StockReserved has arrived. */
    reserved: boolean('reserved').notNull().default(false),
    /** The status in which the late payment reinstated the order. */
    reinstatingFrom: text('reinstating_from').$type<BeforeReinstating['status']>(),
    acceptedLateAt: at('accepted_late_at'),
    /** How much of the payment was refunded. */
    refundedFen: bigint('refunded_fen', { mode: 'number' }).notNull().default(0),
    /** Few, because the payment attempts and refunds of an order are limited. */
    refunds: jsonb('refunds').$type<OrderRefund[]>().notNull().default([]),
    /** Null: UNFULFILLED. */
    fulfilmentStatus: text('fulfilment_status').$type<FulfilmentStatus>(),
    /** Few, because the shipments of an order are limited. */
    shipments: jsonb('shipments').$type<OrderShipment[]>(),
    /** When a delivered order is completed; null while it is not delivered, and once it is completed. */
    completeAt: at('complete_at'),
    /** Every change of the order, appended in the statement that writes it. */
    history: jsonb('history').$type<HistoryEntry[]>().notNull().default([]),
    createdAt: at('created_at').notNull(),
    expiresAt: at('expires_at').notNull(),
    updatedAt: at('updated_at').notNull(),
  },
  table => [
    // Partial: only orders that can become due.
    index('orders_due').on(table.expiresAt).where(sql`status in ('RESERVING', 'PENDING_PAYMENT')`),
    // Partial: only unpaid orders, which are counted for each new order of the customer.
    index('orders_open_of_customer')
      .on(table.customerId)
      .where(sql`status in ('RESERVING', 'PENDING_PAYMENT', 'CLOSING')`),
    index('orders_of_customer').on(table.customerId, table.orderId),
    // Partial: orders without a reference are not in it.
    index('orders_of_reference').on(table.reference, table.customerId).where(sql`reference is not null`),
    index('orders_to_complete').on(table.completeAt).where(sql`complete_at is not null`),
    // Partial: for the lists of the shop's staff. An order that is reserved and paid in time enters none of the next five.
    index('orders_of_status')
      .on(table.status, table.orderId)
      .where(sql`status in ('CLOSING', 'EXPIRED', 'CANCELLED', 'REJECTED', 'REINSTATING', 'REFUNDED')`),
    index('orders_refunded').on(table.orderId).where(sql`refunded_fen > 0`),
    index('orders_paid_late').on(table.orderId).where(sql`accepted_late_at is not null`),
    index('orders_of_fulfilment').on(table.fulfilmentStatus, table.orderId).where(sql`fulfilment_status is not null`),
    index('orders_of_tracking_number')
      .using('gin', sql`jsonb_path_query_array(shipments, '$[*].trackingNumber')`)
      .with({ fastupdate: false })
      .where(sql`shipments is not null`),
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
    check(
      'orders_fulfilment_status',
      sql`fulfilment_status in ('PARTIALLY_SHIPPED', 'SHIPPED', 'DELIVERED', 'COMPLETED')`,
    ),
    check('orders_shipped', sql`(fulfilment_status is null) = (shipments is null)`),
    check('orders_to_complete', sql`complete_at is null or fulfilment_status = 'DELIVERED'`),
  ],
)

/** Personal data of orders: where they are sent, and what shoppers wrote. In no other table, event or log. */
export const orderRecipients = pgTable(
  'order_recipients',
  {
    orderId: text('order_id').primaryKey(),
    shipTo: jsonb('ship_to').$type<ShipTo>(),
    note: text('note'),
    /** When the retention job looks at it next: it deletes what the order no longer needs. */
    checkAt: at('check_at').notNull(),
  },
  table => [index('order_recipients_to_check').on(table.checkAt)],
)

/** Timeline entries that no other table has: who read a recipient, what the staff wrote. */
export const orderLog = pgTable(
  'order_log',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    orderId: text('order_id').notNull(),
    at: at('at').notNull().default(sql`now()`),
    what: text('what').notNull(),
    cause: text('cause').notNull(),
    detail: jsonb('detail'),
    /** The `Idempotency-Key` of the request that wrote the entry, if it had one. */
    key: text('key'),
  },
  table => [
    index('order_log_of_order').on(table.orderId),
    // Partial: entries without a key are not in it.
    uniqueIndex('order_log_of_key').on(table.orderId, table.key).where(sql`key is not null`),
  ],
)
