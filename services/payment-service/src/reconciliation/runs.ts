import type { Queryable, Tx } from '@alipay-checkout/service-kit/database'
import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { reconciliationRuns as runs } from '../db/reconciliation-schema.ts'

export type Run = typeof runs.$inferSelect

/** What a finished comparison found out. */
export type RunResult = Partial<Omit<Run, 'runId' | 'billDate' | 'status' | 'startedBy' | 'createdAt'>>

/** Asks for a comparison of a day, due now. One that waits for its next try is due now instead. */
export async function requestRun(db: Queryable, date: string, startedBy: string): Promise<Run> {
  for (;;) {
    await db
      .insert(runs)
      .values({
        runId: `run_${uuidv7().replaceAll('-', '')}`,
        billDate: date,
        status: 'WAITING',
        startedBy,
        nextTryAt: sql`now()`,
      })
      .onConflictDoNothing()
    const [run] = await db
      .update(runs)
      .set({ nextTryAt: sql`case when status = 'WAITING' then now() else next_try_at end` })
      .where(and(eq(runs.billDate, date), inArray(runs.status, ['WAITING', 'RUNNING'])))
      .returning()
    // Absent only if the one that was there ended between the two statements.
    if (run) return run
  }
}

/**
 * Asks for a comparison that the clock wants: once per day. None where there is no payment from that day's time or
 * before: a system that did not exist has no bill.
 */
export async function requestDailyRun(db: Queryable, { date, end }: { date: string; end: Date }): Promise<void> {
  await db.execute(sql`
    insert into reconciliation_runs (run_id, bill_date, status, started_by, next_try_at)
    select ${`run_${uuidv7().replaceAll('-', '')}`}, ${date}, 'WAITING', 'the clock', now()
    where not exists (select 1 from reconciliation_runs where bill_date = ${date})
      and exists (select 1 from payments where created_at < ${end.toISOString()}::timestamptz)
    on conflict do nothing`)
}

/** Takes one due run for `leaseS` seconds; none when nothing is due. */
export async function takeDueRun(db: Queryable, leaseS: number): Promise<Run | undefined> {
  const [run] = await db
    .update(runs)
    .set({ status: 'RUNNING', nextTryAt: sql`now() + make_interval(secs => ${leaseS})` })
    .where(
      sql`${runs.runId} in (
        select run_id from reconciliation_runs where next_try_at <= now() order by next_try_at limit 1
        for update skip locked)`,
    )
    .returning()
  return run
}

/** Ends a run: compared. */
export async function finishRun(tx: Tx, runId: string, result: RunResult): Promise<void> {
  await tx
    .update(runs)
    .set({ ...result, status: 'DONE', nextTryAt: null, why: null, finishedAt: sql`now()` })
    .where(eq(runs.runId, runId))
}

/** A try came to nothing: there is another after `pauseMs`, or, without one, the run ends. */
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
