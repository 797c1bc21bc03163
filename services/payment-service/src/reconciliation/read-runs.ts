import type { BillDifference, ReconciliationRun } from '@alipay-checkout/contracts'
import { Problem } from '@alipay-checkout/service-kit'
import { type Db, databaseNow, type Executor, type Queryable, textArray } from '@alipay-checkout/service-kit/database'
import { and, asc, eq, getTableColumns, sql } from 'drizzle-orm'
import { cases } from '../case-store/schema.ts'
import { attempts, methodOf } from '../payments/schema.ts'
import { type Day, dayOf, yesterday } from './day.ts'
import type { Run } from './runs.ts'
import { billDifferences, reconciliationRuns as runs } from './schema.ts'

/** Differences, or rows, per page. */
export const pageSize = 500
/** Unsettled differences of a day that are counted at most. */
const unsettledMax = 10_000

/** A run as the API shows it: sums of the ledger are named `our…` there. */
export function runBody(run: Run) {
  const { ledgerPayments, ledgerPaymentFen, ledgerRefunds, ledgerRefundFen, ...rest } = run
  return {
    ...rest,
    createdAt: rest.createdAt.toISOString(),
    finishedAt: isoOf(rest.finishedAt),
    nextTryAt: isoOf(rest.nextTryAt),
    signedOffAt: isoOf(rest.signedOffAt),
    ourPayments: ledgerPayments,
    ourPaymentFen: ledgerPaymentFen,
    ourRefunds: ledgerRefunds,
    ourRefundFen: ledgerRefundFen,
  }
}
export type RunBody = ReturnType<typeof runBody>

const isoOf = (time: Date | null): string | null => time?.toISOString() ?? null

/** Runs as the admin API shows them: with the number of their days' unsettled differences. */
export async function adminRuns(db: Executor, found: readonly Run[]): Promise<ReconciliationRun[]> {
  const unsettled = await countUnsettled(
    db,
    found.map(({ billDate }) => billDate),
  )
  return found.map(run => ({ ...runBody(run), unsettled: unsettled.get(run.billDate) ?? 0 }))
}

/** The newest run of each day from `from` to `to`, newest day first. */
export async function listRuns(
  db: Db,
  { from, to, before, limit }: { from?: string; to?: string; before?: string; limit: number },
): Promise<Run[]> {
  return db
    .selectDistinctOn([runs.billDate])
    .from(runs)
    .where(
      and(
        from === undefined ? undefined : sql`bill_date >= ${from}::date`,
        to === undefined ? undefined : sql`bill_date <= ${to}::date`,
        before === undefined ? undefined : sql`bill_date < ${before}::date`,
      ),
    )
    .orderBy(sql`bill_date desc, run_id desc`)
    .limit(limit)
}

/**
 * The key of a difference's case, in SQL: of a refund that was made elsewhere it is `outsideRefundKey`, because its notify
 * opens the same case.
 */
const { kind, subject, billDate, billFen, orderId, outTradeNo, requestNo } = billDifferences
const caseKeyOfDifference = sql`case
  when ${kind} = 'refund_missing_here' and ${orderId} is not null and ${outTradeNo} is not null
  then 'outside_refund:' || ${outTradeNo} || ':' || coalesce(
    ${requestNo},
    case when ${subject} <> '' and ${subject} !~ ' ' and ${subject} <> ${outTradeNo} then ${subject} end,
    'without a number, ' || ${billFen} || ' fen')
  else 'bill_difference:' || ${billDate} || ':' || ${kind} || ':' || ${subject} end`

/**
 * How many differences of each day need a person, at most 10,000: OPEN or CARRIED, and without a case that a person has
 * resolved. Days without any are absent.
 */
async function countUnsettled(db: Executor, days: readonly string[]): Promise<Map<string, number>> {
  if (days.length === 0) return new Map()
  const rows = await db.execute<{ day: string; n: number }>(sql`
    select day, n from unnest(${textArray(days)}) as day, lateral (
      select count(*)::int as n from (
        select 1 from bill_differences
        left join cases on cases.key = ${caseKeyOfDifference}
        where bill_date = day::date and bill_differences.status in ('OPEN', 'CARRIED')
          and cases.status is distinct from 'RESOLVED'
        limit ${unsettledMax}) unsettled) counted
    where n > 0`)
  return new Map(rows.map(({ day, n }) => [day, n]))
}

/** What is unsettled of a day, for people: `2 amount_differs (OPEN), 1 payment_missing_there (CARRIED)`; empty without any. */
export async function describeUnsettled(db: Executor, date: string): Promise<string> {
  const rows = await db.execute<{ kind: string; status: string; n: number }>(sql`
    select kind, status, count(*)::int as n from (
      select bill_differences.kind, bill_differences.status from bill_differences
      left join cases on cases.key = ${caseKeyOfDifference}
      where bill_date = ${date}::date and bill_differences.status in ('OPEN', 'CARRIED')
        and cases.status is distinct from 'RESOLVED'
      limit ${unsettledMax}) unsettled
    group by kind, status order by kind, status`)
  return rows.map(({ kind, status, n }) => `${n} ${kind} (${status})`).join(', ')
}

/** A page of a day's differences, each with the method of its trade and the id of its case where they are known. */
export async function listDifferences(db: Queryable, date: string, offset: number) {
  const found = await db
    .select({
      difference: getTableColumns(billDifferences),
      attempt: { method: attempts.method, openedAt: attempts.openedAt },
      caseId: cases.caseId,
    })
    .from(billDifferences)
    .leftJoin(attempts, eq(attempts.outTradeNo, billDifferences.outTradeNo))
    .leftJoin(cases, eq(cases.key, caseKeyOfDifference))
    .where(eq(billDifferences.billDate, date))
    .orderBy(asc(billDifferences.kind), asc(billDifferences.subject))
    .offset(offset)
    .limit(pageSize + 1)
  return {
    differences: found.slice(0, pageSize).map(differenceBody),
    nextOffset: found.length > pageSize ? offset + pageSize : null,
  }
}

/** A difference as the API shows it. */
function differenceBody({
  difference: { ledgerFen, ledgerAt, ...difference },
  attempt,
  caseId,
}: {
  difference: typeof billDifferences.$inferSelect
  attempt: Parameters<typeof methodOf>[0] | null
  caseId: string | null
}): BillDifference & { foundBy: string } {
  return {
    ...difference,
    method: (attempt && methodOf(attempt)) ?? null,
    billAt: isoOf(difference.billAt),
    ourFen: ledgerFen,
    ourAt: isoOf(ledgerAt),
    caseId,
    foundAt: difference.foundAt.toISOString(),
    changedAt: difference.changedAt.toISOString(),
  }
}
export type DifferenceBody = ReturnType<typeof differenceBody>

/**
 * The day whose comparison is requested, by default yesterday in Beijing, by the database's clock.
 *
 * @throws Problem `invalid-request` for a day that does not exist or is not over
 */
export async function dayToCompare(db: Db, date: string | undefined): Promise<Day> {
  const now = await databaseNow(db)
  const day = date === undefined ? yesterday(now) : dayOf(date)
  if (!day) throw new Problem('invalid-request', `There is no day ${date}.`)
  if (day.end > now) {
    throw new Problem(
      'invalid-request',
      `${day.date} is not over in Beijing. Alipay has its bill at about 09:00 on ${day.after}, and it is compared automatically then.`,
    )
  }
  return day
}
