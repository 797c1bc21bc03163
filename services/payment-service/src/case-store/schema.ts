import type { CaseAction, CaseKind, CaseStatus } from '@alipay-checkout/contracts'
import { sql } from 'drizzle-orm'
import { bigint, bigserial, check, index, jsonb, pgTable, text, timestamp, unique } from 'drizzle-orm/pg-core'
import type { Static } from 'typebox'

const at = (name: string) => timestamp(name, { withTimezone: true })

/** Problems that need a person, with their evidence. Their history is in `case_trail`. */
export const cases = pgTable(
  'cases',
  {
    caseId: text('case_id').primaryKey(),
    /** Identifies the problem: the same problem found again opens no second case. */
    key: text('key').notNull(),
    kind: text('kind').$type<Static<typeof CaseKind>>().notNull(),
    status: text('status').$type<Static<typeof CaseStatus>>().notNull().default('OPEN'),
    orderId: text('order_id'),
    outTradeNo: text('out_trade_no'),
    summary: text('summary').notNull(),
    evidence: jsonb('evidence').notNull(),
    proposedAction: text('proposed_action').$type<Static<typeof CaseAction>>().notNull(),
    proposedWhy: text('proposed_why').notNull(),
    /** The action that was approved and not executed yet, and by whom. */
    approvedAction: text('approved_action').$type<Static<typeof CaseAction>>(),
    approvedBy: text('approved_by'),
    /** What it is about, where its evidence has an amount; null in cases from before this column. */
    amountFen: bigint('amount_fen', { mode: 'number' }),
    /** Who works on it. */
    claimedBy: text('claimed_by'),
    claimedAt: at('claimed_at'),
    openedAt: at('opened_at').notNull().default(sql`now()`),
    resolvedAt: at('resolved_at'),
  },
  table => [
    unique('cases_key').on(table.key),
    index('cases_of_order').on(table.orderId).where(sql`order_id is not null`),
    index('cases_by_status').on(table.status, table.caseId),
    index('cases_by_kind').on(table.kind, table.status, table.caseId),
    index('cases_of_claimer').on(table.claimedBy, table.caseId).where(sql`claimed_by is not null`),
    check('cases_status', sql`status in ('OPEN', 'APPROVED', 'RESOLVED')`),
    check('cases_approved', sql`status <> 'APPROVED' or (approved_action is not null and approved_by is not null)`),
    check('cases_claimed', sql`(claimed_by is null) = (claimed_at is null)`),
    check('cases_resolved', sql`(status = 'RESOLVED') = (resolved_at is not null)`),
  ],
)

/** Who did what about a case, and when. Append-only. */
export const caseTrail = pgTable(
  'case_trail',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    caseId: text('case_id')
      .notNull()
      .references(() => cases.caseId),
    at: at('at').notNull().default(sql`now()`),
    by: text('by').notNull(),
    what: text('what').notNull(),
    note: text('note'),
  },
  table => [index('case_trail_of_case').on(table.caseId)],
)
