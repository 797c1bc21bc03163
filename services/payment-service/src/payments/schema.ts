import type { Instalments, PaymentEntryName, PaymentMethod } from '@alipay-checkout/contracts'
import { sql } from 'drizzle-orm'
import {
  bigint,
  bigserial,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
} from 'drizzle-orm/pg-core'
import type { Attempt, ClosingReason, OrderedLine, Payment } from './payment.ts'

export { inbox, outbox, outboxRejected } from '@alipay-checkout/messaging/tables'
export { auditLog } from '@alipay-checkout/service-kit/audit-log'

const at = (name: string) => timestamp(name, { withTimezone: true })

/** The amount that each order must be paid, and whether it is. The amount comes only from OrderCreated. */
export const payments = pgTable(
  'payments',
  {
    orderId: text('order_id').primaryKey(),
    customerId: text('customer_id').notNull(),
    amountFen: bigint('amount_fen', { mode: 'number' }).notNull(),
    status: text('status').$type<Payment['status']>().notNull(),
    closingReason: text('closing_reason').$type<ClosingReason>(),
    /** The attempt that paid it first. Its trade is in `attempts`. */
    paidOutTradeNo: text('paid_out_trade_no'),
    expiresAt: at('expires_at').notNull(),
    traceparent: text('traceparent'),
    /** What was ordered, for refunds by line; null where it is not known. `shippingFen` is in no line. */
    lines: jsonb('lines').$type<readonly OrderedLine[]>(),
    shippingFen: bigint('shipping_fen', { mode: 'number' }).notNull().default(0),
    /** When order-service requested closing, and when it was certain that no money can come. */
    closingAt: at('closing_at'),
    closedAt: at('closed_at'),
    createdAt: at('created_at').notNull().default(sql`now()`),
    updatedAt: at('updated_at').notNull().default(sql`now()`),
  },
  () => [
    check('payments_status', sql`status in ('EXPECTED', 'CLOSING', 'PAID', 'CLOSED')`),
    // Alipay takes 0.01 to 100,000,000.00 yuan.
    check('payments_amount', sql`amount_fen between 1 and 10000000000`),
    check('payments_paid', sql`(status = 'PAID') = (paid_out_trade_no is not null)`),
    check('payments_closing', sql`status <> 'CLOSING' or closing_reason is not null`),
  ],
)

/** One `out_trade_no` at Alipay each. A payment counts only for an attempt of this table. */
export const attempts = pgTable(
  'attempts',
  {
    outTradeNo: text('out_trade_no').primaryKey(),
    orderId: text('order_id')
      .notNull()
      .references(() => payments.orderId),
    number: integer('number').notNull(),
    status: text('status').$type<Attempt['status']>().notNull(),
    /** How it is paid; null until it is opened. An attempt that was opened before this column is `alipay_page`. */
    method: text('method').$type<PaymentMethod>(),
    instalments: jsonb('instalments').$type<Instalments>(),
    openedAt: at('opened_at'),
    timeExpire: at('time_expire'),
    tradeNo: text('trade_no').unique('attempts_trade_no'),
    buyerId: text('buyer_id'),
    paidAt: at('paid_at'),
    paidFen: bigint('paid_fen', { mode: 'number' }),
    closedAt: at('closed_at'),
    /** It was paid and fully refunded at Alipay before the payment was recorded, so it never counts as paid. */
    refundedBeforeRecorded: boolean('refunded_before_recorded').notNull().default(false),
    /** What refunds that have not failed take of the balance, and what is certainly refunded. */
    refundingFen: bigint('refunding_fen', { mode: 'number' }).notNull().default(0),
    refundedFen: bigint('refunded_fen', { mode: 'number' }).notNull().default(0),
    /** The next refund is not sent before this time, because Alipay requires a pause between two of one trade. */
    nextRefundAt: at('next_refund_at'),
    /** When Alipay is queried next; null without a further query. A CLOSED one is queried while its link is payable. */
    nextSyncAt: at('next_sync_at'),
    syncs: integer('syncs').notNull().default(0),
    /** When it is closed at Alipay; null while it may be paid. */
    nextCloseAt: at('next_close_at'),
    closeTries: integer('close_tries').notNull().default(0),
    /** When Alipay was last queried about it, other than for closing. */
    syncedAt: at('synced_at'),
    updatedAt: at('updated_at').notNull().default(sql`now()`),
  },
  table => [
    unique('attempts_of_order').on(table.orderId, table.number),
    // Partial indexes: they stay small however many attempts there are.
    index('attempts_due').on(table.nextCloseAt).where(sql`next_close_at is not null`),
    index('attempts_to_sync').on(table.nextSyncAt).where(sql`next_sync_at is not null`),
    // For sums of a day. BRIN, because it has one small entry per megabyte: recording a payment adds none.
    index('attempts_by_payment_time')
      .using('brin', table.paidAt.op('timestamptz_minmax_multi_ops'))
      .with({ autosummarize: true }),
    // For lists of payments that are being closed. `payments` has no index with its status, because a paid order would
    // then write new entries into all indexes of the table.
    index('attempts_closing').on(table.orderId, table.closeTries).where(sql`next_close_at is not null`),
    check('attempts_status', sql`status in ('CREATED', 'OPENED', 'PAID', 'CLOSED')`),
    check('attempts_opened', sql`status <> 'OPENED' or (opened_at is not null and time_expire is not null)`),
    check('attempts_paid', sql`(status = 'PAID') = (trade_no is not null and paid_at is not null)`),
    check('attempts_due_open', sql`next_close_at is null or status = 'OPENED'`),
    check('attempts_synced', sql`next_sync_at is null or status in ('OPENED', 'CLOSED')`),
    check('attempts_refunded_before_recorded', sql`not refunded_before_recorded or status = 'CLOSED'`),
    check('attempts_paid_fen', sql`status <> 'PAID' or paid_fen > 0`),
    // No more is refunded than was paid.
    check('attempts_refunds', sql`refunded_fen between 0 and refunding_fen and refunding_fen <= coalesce(paid_fen, 0)`),
  ],
)

/** The method of an attempt's row; undefined where it was not opened here. */
export function methodOf({
  method,
  openedAt,
}: Pick<typeof attempts.$inferSelect, 'method' | 'openedAt'>): PaymentMethod | undefined {
  return method ?? (openedAt ? 'alipay_page' : undefined)
}

/**
 * Every notify that Alipay signed, as received, with its result. Append-only. The same notify with the same result is
 * stored once, so that repeating a genuine one does not fill the table.
 */
export const notifies = pgTable(
  'notifies',
  {
    notifyId: text('notify_id').notNull(),
    result: text('result').notNull(),
    outTradeNo: text('out_trade_no').notNull(),
    tradeStatus: text('trade_status').notNull(),
    /** Empty once its retention is over: the other columns stay. */
    body: text('body').notNull(),
    receivedAt: at('received_at').notNull().default(sql`now()`),
  },
  table => [
    primaryKey({ columns: [table.notifyId, table.result] }),
    index('notifies_of_attempt').on(table.outTradeNo),
    // BRIN, because notifies are stored in the order of this time, and a new row costs nothing. With several ranges per
    // block, because emptying a body may move an old row to where new ones are stored.
    index('notifies_by_age')
      .using('brin', table.receivedAt.op('timestamptz_minmax_multi_ops'))
      .with({ autosummarize: true }),
  ],
)

/** Until which time the retention job has deleted what is too old, for each kind of data. */
export const retentionProgress = pgTable('retention_progress', {
  kind: text('kind').primaryKey(),
  doneUntil: at('done_until').notNull(),
})

/** Timeline entries that no other table has: queries with a result, replayed notifies, tries of refunds. */
export const paymentLog = pgTable(
  'payment_log',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    orderId: text('order_id').notNull(),
    at: at('at').notNull().default(sql`now()`),
    what: text('what').$type<PaymentEntryName>().notNull(),
    cause: text('cause').notNull(),
    detail: jsonb('detail'),
  },
  table => [index('payment_log_of_order').on(table.orderId)],
)
