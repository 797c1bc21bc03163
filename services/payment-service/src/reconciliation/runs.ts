import { type Queryable, type Tx, textArray } from '@alipay-checkout/service-kit/database'
import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { newRunId } from '../payments/compare-again.ts'
import { reconciliationRuns as runs } from './schema.ts'

export type Run = typeof runs.$inferSelect

/** The result of a finished comparison. */
export type RunResult = Partial<Omit<Run, 'runId' | 'billDate' | 'status' | 'startedBy' | 'createdAt'>>

/**
 * Requests a comparison of a day, due now. One that waits for its next try becomes due now instead. `isNew`: no run of the
 * day was in progress.
 */
export async function requestRun(
  db: Queryable,
  date: string,
  startedBy: string,
): Promise<{ run: Run; isNew: boolean }> {
  for (;;) {
    const added = await db
      .insert(runs)
      .values({
        runId: newRunId(),
        billDate: date,
        status: 'WAITING',
        startedBy,
        nextTryAt: sql`now()`,
      })
      .onConflictDoNothing()
      .returning({ runId: runs.runId })
    const [run] = await db
      .update(runs)
      .set({ nextTryAt: sql`case when status = 'WAITING' then now() else next_try_at end` })
      .where(and(eq(runs.billDate, date), inArray(runs.status, ['WAITING', 'RUNNING'])))
      .returning()
    // Absent only if another run of the day ended between the two statements.
    if (run) return { run, isNew: added.length > 0 }
  }
}

/** Days that are requested at a time; the next call requests the rest. */
const daysAtATimeMax = 14
/** A day whose bill could not be fetched is tried again after this time, h, for a month. */
const againAfterHours = 20
const againForDays = 31
/** Alipay has a day's bill at about 09:00 of the next day; it is requested from this hour on, in Beijing. */
export const readyHour = 10

/**
 * Requests a comparison of every day that is over and not compared yet, oldest first, from the first day of this system's
 * payments on, so that no day is left out however long the service was down. The database's clock decides which days are
 * over. A run requested by a person counts only if it finished after its day was over. `at` replaces the clock in tests.
 */
export async function requestDailyRuns(db: Queryable, at: SQL = sql`now()`): Promise<void> {
  const runIds = Array.from({ length: daysAtATimeMax }, newRunId)
  await db.execute(sql`
    with clock as (
      select (${at} at time zone interval '8 hours' - make_interval(hours => ${readyHour}))::date - 1 as last_day
    ), first as (
      select coalesce(
        (select min(bill_date) from reconciliation_runs where started_by = ${theClock}),
        (select (min(created_at) at time zone interval '8 hours')::date from payments)) as day
    ), missing as (
      select d::date as day, row_number() over (order by d) as n
      from clock, first, generate_series(first.day::timestamp, clock.last_day::timestamp, interval '1 day') as d
      where not exists (
        select from reconciliation_runs r
        where r.bill_date = d::date and (
          r.status in ('WAITING', 'RUNNING')
          or r.status = 'DONE' and r.finished_at >= (d + interval '1 day') at time zone interval '8 hours'
          or r.status = 'GAVE_UP' and r.started_by = ${theClock} and (
            r.finished_at > ${at} - make_interval(hours => ${againAfterHours})
            or d::date < clock.last_day - ${againForDays}::integer)))
      order by d limit ${daysAtATimeMax}
    )
    insert into reconciliation_runs (run_id, bill_date, status, started_by, next_try_at)
    select ids.id, missing.day, 'WAITING', ${theClock}, now()
    from missing join unnest(${textArray(runIds)}) with ordinality as ids(id, n) on ids.n = missing.n
    on conflict do nothing`)
}

const theClock = 'the clock'

/**
 * The end of the last day in Beijing up to which every day of the last month is reconciled, of the days that the clock has
 * requested; undefined before the first. `at` replaces the clock in tests.
 */
export async function readReconciledUntil(db: Queryable, at: SQL = sql`now()`): Promise<Date | undefined> {
  const [row] = await db.execute<{ until: string }>(sql`
    with clock as (
      select (${at} at time zone interval '8 hours')::date - 1 as last_day
    ), first as (
      select greatest(min(bill_date), (select last_day - ${againForDays}::integer from clock)) as day
      from reconciliation_runs where started_by = ${theClock} having count(*) > 0
    ), missing as (
      select min(d)::date as day
      from clock, first, generate_series(first.day::timestamp, clock.last_day::timestamp, interval '1 day') as d
      where not exists (
        select from reconciliation_runs r
        where r.bill_date = d::date and r.status = 'DONE'
          and r.finished_at >= (d + interval '1 day') at time zone interval '8 hours')
    )
    select coalesce(missing.day, clock.last_day + 1)::timestamp at time zone interval '8 hours' as until
    from clock, first, missing`)
  return row && new Date(row.until)
}

/** Takes one due run for `leaseS` seconds, of the oldest day; none when nothing is due. */
export async function takeDueRun(db: Queryable, leaseS: number): Promise<Run | undefined> {
  const [run] = await db
    .update(runs)
    .set({ status: 'RUNNING', nextTryAt: sql`now() + make_interval(secs => ${leaseS})` })
    .where(
      // With `in`, PostgreSQL may evaluate the subquery for each row, and so take further runs.
      sql`${runs.runId} = (
        select run_id from reconciliation_runs where next_try_at <= now() order by bill_date limit 1
        for update skip locked)`,
    )
    .returning()
  return run
}

/** Ends a run with its result. */
export async function finishRun(tx: Tx, runId: string, result: RunResult): Promise<void> {
  await tx
    .update(runs)
    .set({ ...result, status: 'DONE', nextTryAt: null, why: null, finishedAt: sql`now()` })
    .where(eq(runs.runId, runId))
}

/** A try has failed: the next is due after `pauseMs`; without a pause, the run ends. */
export async function failTry(db: Queryable, runId: string, why: string, pauseMs: number | undefined): Promise<void> {
  const counted = { tries: sql`${runs.tries} + 1`, why }
  await db
    .update(runs)
    .set(
      pauseMs === undefined
        ? { ...counted, status: 'GAVE_UP', nextTryAt: null, finishedAt: sql`now()` }
        : { ...counted, status: 'WAITING', nextTryAt: sql`now() + make_interval(secs => ${pauseMs / 1000})` },
    )
    .where(eq(runs.runId, runId))
}

/** The newest run of a day. */
export async function findRunOfDay(db: Queryable, date: string): Promise<Run | undefined> {
  const [run] = await db.select().from(runs).where(eq(runs.billDate, date)).orderBy(desc(runs.runId)).limit(1)
  return run
}

/** When the next run that waits is due. */
export async function nextDueAt(db: Queryable): Promise<Date | undefined> {
  const [row] = await db.execute<{ at: string | null }>(sql`select min(next_try_at) as at from reconciliation_runs`)
  return row?.at ? new Date(row.at) : undefined
}
