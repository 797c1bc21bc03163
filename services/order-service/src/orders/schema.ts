import type { CapturedPayment, OrderLine, OrderStatus, Shortage } from '@alipay-checkout/contracts'
import { sql } from 'drizzle-orm'
import { bigint, boolean, check, index, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import type { HistoryEntry } from './decide-all.ts'
import type { OrderRefund } from './order-refunds.ts'
import type { BeforeReinstating, CloseReason } from './order-state.ts'

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
