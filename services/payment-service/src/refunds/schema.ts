import type { RefundReason } from '@alipay-checkout/contracts'
import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { attempts, payments } from '../payments/schema.ts'
import type { Refund, RefundedLine } from './refund.ts'

const at = (name: string) => timestamp(name, { withTimezone: true })

/** Refunds of paid trades. `refund_id` is Alipay's `out_request_no`, the same on every try. */
export const refunds = pgTable(
  'refunds',
  {
    refundId: text('refund_id').primaryKey(),
    orderId: text('order_id')
      .notNull()
      .references(() => payments.orderId),
    outTradeNo: text('out_trade_no')
      .notNull()
      .references(() => attempts.outTradeNo),
    amountFen: bigint('amount_fen', { mode: 'number' }).notNull(),
    reason: text('reason').$type<RefundReason>().notNull(),
    lines: jsonb('lines').$type<readonly RefundedLine[]>(),
    /** The part of a refund by lines that is for shipping. */
    shippingFen: bigint('shipping_fen', { mode: 'number' }).notNull().default(0),
    returnToStock: boolean('return_to_stock').notNull().default(false),
    note: text('note'),
    requestedBy: text('requested_by').notNull(),
    /** `out_request_no` of a refund made outside of this system; null for its own, whose number is `refund_id`. */
    outsideRequestNo: text('outside_request_no'),
    idempotencyKey: text('idempotency_key'),
    /** Hash of the request: another request under the same key is refused. */
    requestHash: text('request_hash'),
    status: text('status').$type<Refund['status']>().notNull(),
    /** What to do when it is due: send the refund, or query its outcome. */
    nextStep: text('next_step').$type<'refund' | 'query'>(),
    nextTryAt: at('next_try_at'),
    tries: integer('tries').notNull().default(0),
    /** Alipay's code after a permanent refusal. The refund fails unless a query shows that it succeeded. */
    refusedWith: text('refused_with'),
    /** Why it failed or was rejected, or why it is tried again. */
    why: text('why'),
    /** The second person, who approved or rejected it. */
    approvedBy: text('approved_by'),
    approvedAt: at('approved_at'),
    requestedAt: at('requested_at').notNull().default(sql`now()`),
    sentAt: at('sent_at'),
    finishedAt: at('finished_at'),
  },
  table => [
    unique('refunds_idempotency').on(table.orderId, table.idempotencyKey),
    uniqueIndex('refunds_outside')
      .on(table.outTradeNo, table.outsideRequestNo)
      .where(sql`outside_request_no is not null`),
    index('refunds_due').on(table.nextTryAt).where(sql`next_try_at is not null`),
    index('refunds_of_trade').on(table.outTradeNo),
    index('refunds_by_end').on(table.finishedAt).where(sql`status = 'SUCCEEDED'`),
    // Lists are read from it by status, newest first: ids of refunds that order-service requests have no time.
    index('refunds_by_status').on(table.status, table.requestedAt, table.refundId),
    index('refunds_by_outside_number').on(table.outsideRequestNo).where(sql`outside_request_no is not null`),
    check(
      'refunds_status',
      sql`status in ('AWAITING_APPROVAL', 'REQUESTED', 'PENDING', 'SUCCEEDED', 'FAILED', 'REJECTED')`,
    ),
    check('refunds_amount', sql`amount_fen > 0`),
    check(
      'refunds_step',
      sql`(status in ('REQUESTED', 'PENDING')) = (next_step is not null and next_try_at is not null)`,
    ),
    check('refunds_finished', sql`(status in ('SUCCEEDED', 'FAILED', 'REJECTED')) = (finished_at is not null)`),
    check(
      'refunds_approved',
      sql`(approved_by is null) = (approved_at is null) and (status <> 'REJECTED' or approved_by is not null)`,
    ),
    check('refunds_outside_done', sql`outside_request_no is null or status = 'SUCCEEDED'`),
    check('refunds_returned', sql`not return_to_stock or lines is not null`),
  ],
)
