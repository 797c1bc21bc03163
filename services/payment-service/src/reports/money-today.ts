import type { MoneyToday } from '@alipay-checkout/contracts'
import { beijingDay, cachedRead } from '@alipay-checkout/service-kit'
import { countMax, type Db, databaseNow } from '@alipay-checkout/service-kit/database'
import { type SQL, sql } from 'drizzle-orm'
import { existingDay, yesterday } from '../reconciliation/day.ts'
import { sumLedger } from '../reconciliation/ledger-sums.ts'
import { adminRuns } from '../reconciliation/read-runs.ts'
import { findRunOfDay } from '../reconciliation/runs.ts'

/** The numbers are kept for this time, ms. */
const maxAgeMs = 15_000

/** What is known of a certificate in use. */
export interface CertificateDays {
  readonly certificate: string
  readonly serialNumber: string
  readonly daysLeft: number
}

/**
 * Reads what the console shows of today's money: sums by Alipay's times, what waits for a person (each counted up to
 * 10,000), yesterday's comparison, and certificates. Shared by concurrent callers, at most every 15 s.
 */
export function createMoneyTodayReader({
  db,
  certificates,
}: {
  db: Db
  certificates: () => readonly CertificateDays[]
}): () => Promise<MoneyToday> {
  return cachedRead(maxAgeMs, async () => {
    const now = await databaseNow(db)
    const [sums, waiting, reconciliation] = await Promise.all([
      sumLedger(db, existingDay(beijingDay(now))),
      countWaiting(db),
      readReconciliation(db, yesterday(now).date),
    ])
    return {
      ...sums,
      netFen: sums.paidFen - sums.refundedFen,
      ...waiting,
      reconciliation,
      certificates: certificates().map(({ certificate, serialNumber, daysLeft }) => ({
        name: `${certificate} ${serialNumber}`,
        daysLeft,
      })),
      countedAt: now.toISOString(),
    }
  })
}

type Waiting = Pick<
  MoneyToday,
  'cases' | 'casesAwaitingApproval' | 'refundsAwaitingApproval' | 'refundsOpen' | 'deadLetters'
>

/** Rows that wait for something, each by a small index. */
const waitingRows: Readonly<Record<keyof Waiting, SQL>> = {
  cases: sql`select opened_at as since from cases where status = 'OPEN'`,
  casesAwaitingApproval: sql`select opened_at as since from cases where status = 'APPROVED'`,
  refundsAwaitingApproval: sql`select requested_at as since from refunds where status = 'AWAITING_APPROVAL'`,
  // A refund has a next try exactly while it is REQUESTED or PENDING.
  refundsOpen: sql`
    select requested_at as since from refunds where next_try_at is not null and status in ('REQUESTED', 'PENDING')`,
  deadLetters: sql`select dead_lettered_at as since from dead_letters where status = 'WAITING'`,
}

async function countWaiting(db: Db): Promise<Waiting> {
  const rows = await db.execute<{ what: keyof Waiting; count: number; oldestAt: string | null }>(
    sql.join(
      Object.entries(waitingRows).map(
        ([what, rows]) => sql`
          select ${what}::text as what, count(*)::int as count, min(since) as "oldestAt"
          from (${rows} limit ${countMax}) waiting`,
      ),
      sql` union all `,
    ),
  )
  return Object.fromEntries(
    rows.map(({ what, count, oldestAt }) => [
      what,
      { count, oldestAt: oldestAt === null ? null : new Date(oldestAt).toISOString() },
    ]),
  ) as Waiting
}

async function readReconciliation(db: Db, date: string): Promise<MoneyToday['reconciliation']> {
  const run = await findRunOfDay(db, date)
  if (!run) return null
  const [body] = await adminRuns(db, [run])
  return { date, status: run.status, differences: body?.unsettled ?? 0, signedOffBy: run.signedOffBy }
}
