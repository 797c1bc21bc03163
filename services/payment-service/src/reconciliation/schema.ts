import { sql } from 'drizzle-orm'
import {
  bigint,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core'

const at = (name: string) => timestamp(name, { withTimezone: true })
const fen = (name: string) => bigint(name, { mode: 'number' })

/**
 * One comparison of a day's bill with the ledger. WAITING: it is tried at `next_try_at`. GAVE_UP: the bill could not be
 * fetched or read in any try, and a case is open.
 */
export const reconciliationRuns = pgTable(
  'reconciliation_runs',
  {
    runId: text('run_id').primaryKey(),
    /** The day in Beijing. */
    billDate: date('bill_date', { mode: 'string' }).notNull(),
    status: text('status').$type<'WAITING' | 'RUNNING' | 'DONE' | 'GAVE_UP'>().notNull(),
    startedBy: text('started_by').notNull(),
    createdAt: at('created_at').notNull().default(sql`now()`),
    finishedAt: at('finished_at'),
    tries: integer('tries').notNull().default(0),
    /** When it is tried next; while it runs, when its lease ends. */
    nextTryAt: at('next_try_at'),
    /** Why the last try failed. */
    why: text('why'),
    fileSha256: text('file_sha256'),
    fileBytes: fen('file_bytes'),
    /** Rows of the bill with a number of this system. */
    billPayments: integer('bill_payments'),
    billPaymentFen: fen('bill_payment_fen'),
    billRefunds: integer('bill_refunds'),
    billRefundFen: fen('bill_refund_fen'),
    /** 服务费 of these rows, what refunds gave back taken off; null where the bill has no such column. */
    billFeeFen: fen('bill_fee_fen'),
    /** Rows of other trades on the same account at Alipay. */
    foreignPayments: integer('foreign_payments'),
    foreignPaymentFen: fen('foreign_payment_fen'),
    foreignRefunds: integer('foreign_refunds'),
    foreignRefundFen: fen('foreign_refund_fen'),
    /** Rows that could not be read as a payment or a refund. */
    oddRows: integer('odd_rows'),
    ledgerPayments: integer('ledger_payments'),
    ledgerPaymentFen: fen('ledger_payment_fen'),
    ledgerRefunds: integer('ledger_refunds'),
    ledgerRefundFen: fen('ledger_refund_fen'),
    /** What was found, by kind: `{"amount_differs": 1}`. */
    differences: jsonb('differences').$type<Record<string, number>>(),
    repaired: integer('repaired'),
    /** Found near midnight: the neighbouring day's bill decides. */
    carried: integer('carried'),
    /** Who has confirmed the result, when, and what they noted. */
    signedOffBy: text('signed_off_by'),
    signedOffAt: at('signed_off_at'),
    signOffNote: text('sign_off_note'),
  },
  table => [
    // One run of a day at a time, however many replicas and people request it.
    uniqueIndex('reconciliation_runs_one_at_a_time').on(table.billDate).where(sql`status in ('WAITING', 'RUNNING')`),
    index('reconciliation_runs_of_day').on(table.billDate),
    check('reconciliation_runs_status', sql`status in ('WAITING', 'RUNNING', 'DONE', 'GAVE_UP')`),
    check('reconciliation_runs_due', sql`(status in ('WAITING', 'RUNNING')) = (next_try_at is not null)`),
  ],
)

/** Differences between a bill and the ledger. The same difference found again is the same row. */
export const billDifferences = pgTable(
  'bill_differences',
  {
    billDate: date('bill_date', { mode: 'string' }).notNull(),
    kind: text('kind').notNull(),
    /** What it is about: an `out_trade_no`, or a refund's `out_request_no`. */
    subject: text('subject').notNull(),
    status: text('status').$type<'OPEN' | 'CARRIED' | 'REPAIRED' | 'SETTLED'>().notNull(),
    orderId: text('order_id'),
    outTradeNo: text('out_trade_no'),
    tradeNo: text('trade_no'),
    /** A refund's `out_request_no` in the bill. */
    requestNo: text('request_no'),
    billFen: fen('bill_fen'),
    ledgerFen: fen('ledger_fen'),
    billAt: at('bill_at'),
    ledgerAt: at('ledger_at'),
    detail: text('detail').notNull(),
    foundBy: text('found_by')
      .notNull()
      .references(() => reconciliationRuns.runId),
    foundAt: at('found_at').notNull().default(sql`now()`),
    changedAt: at('changed_at').notNull().default(sql`now()`),
  },
  table => [
    primaryKey({ columns: [table.billDate, table.kind, table.subject] }),
    index('bill_differences_unsettled').on(table.billDate).where(sql`status in ('OPEN', 'CARRIED')`),
    check('bill_differences_status', sql`status in ('OPEN', 'CARRIED', 'REPAIRED', 'SETTLED')`),
  ],
)

/**
 * Rows of bills that are not compared: those of other trades on the same account, and odd ones, which could not be read.
 * Replaced by each run of their day, and deleted after a month.
 */
export const setAsideBillRows = pgTable(
  'set_aside_bill_rows',
  {
    billDate: date('bill_date', { mode: 'string' }).notNull(),
    /** Its place among the rows of the bill. */
    line: integer('line').notNull(),
    kind: text('kind').$type<'payment' | 'refund' | 'odd'>().notNull(),
    tradeNo: text('trade_no'),
    outTradeNo: text('out_trade_no'),
    requestNo: text('request_no'),
    amountFen: fen('amount_fen'),
    at: at('at'),
    /** Why an odd row could not be read, and how it begins. */
    reason: text('reason'),
    content: text('content'),
  },
  table => [
    primaryKey({ columns: [table.billDate, table.line] }),
    check('set_aside_bill_rows_kind', sql`kind in ('payment', 'refund', 'odd')`),
    check('set_aside_bill_rows_odd', sql`(kind = 'odd') = (reason is not null)`),
  ],
)

/** Lines of a day's bill that belong to another day in the ledger. That day's run searches them too. */
export const carriedBillLines = pgTable(
  'carried_bill_lines',
  {
    billDate: date('bill_date', { mode: 'string' }).notNull(),
    kind: text('kind').$type<'payment' | 'refund'>().notNull(),
    subject: text('subject').notNull(),
    amountFen: fen('amount_fen').notNull(),
  },
  table => [primaryKey({ columns: [table.kind, table.subject, table.billDate] })],
)
