import { sql } from 'drizzle-orm'
import { bigint, check, index, integer, pgTable, primaryKey, text, timestamp, unique } from 'drizzle-orm/pg-core'
import type { Attempt, ClosingReason, Payment } from '../payment.ts'

export { inbox, outbox } from '@alipay-checkout/messaging/tables'

const at = (name: string) => timestamp(name, { withTimezone: true })

/** What an order must be paid, and whether it is. The amount comes from OrderCreated and from nowhere else. */
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

/** One `out_trade_no` at Alipay each. Money is only ever believed for a row that is here. */
export const attempts = pgTable(
  'attempts',
  {
    outTradeNo: text('out_trade_no').primaryKey(),
    orderId: text('order_id')
      .notNull()
      .references(() => payments.orderId),
    number: integer('number').notNull(),
    status: text('status').$type<Attempt['status']>().notNull(),
    openedAt: at('opened_at'),
    timeExpire: at('time_expire'),
    tradeNo: text('trade_no').unique('attempts_trade_no'),
    buyerId: text('buyer_id'),
    paidAt: at('paid_at'),
    /** When to ask Alipay about it next; null while there is nothing to ask. */
    nextCheckAt: at('next_check_at'),
    checks: integer('checks').notNull().default(0),
    /** When somebody last made us ask Alipay about it, outside of closing. */
    askedAt: at('asked_at'),
    updatedAt: at('updated_at').notNull().default(sql`now()`),
  },
  table => [
    unique('attempts_of_order').on(table.orderId, table.number),
    // Only what has to be asked about: stays small however many attempts there were.
    index('attempts_due').on(table.nextCheckAt).where(sql`next_check_at is not null`),
    check('attempts_status', sql`status in ('CREATED', 'OPENED', 'PAID', 'CLOSED')`),
    check('attempts_opened', sql`status <> 'OPENED' or (opened_at is not null and time_expire is not null)`),
    check('attempts_paid', sql`(status = 'PAID') = (trade_no is not null and paid_at is not null)`),
    check('attempts_due_open', sql`next_check_at is null or status = 'OPENED'`),
  ],
)

/**
 * Every notify that Alipay signed, as it came, with what we made of it. Append-only. A notify judged the same way
 * again adds nothing, so that repeating a genuine one for ever does not fill the table.
 */
export const notifies = pgTable(
  'notifies',
  {
    notifyId: text('notify_id').notNull(),
    verdict: text('verdict').notNull(),
    outTradeNo: text('out_trade_no').notNull(),
    tradeStatus: text('trade_status').notNull(),
    body: text('body').notNull(),
    receivedAt: at('received_at').notNull().default(sql`now()`),
  },
  table => [
    primaryKey({ columns: [table.notifyId, table.verdict] }),
    index('notifies_of_attempt').on(table.outTradeNo),
  ],
)
