import type { DueWorkerName } from '@alipay-checkout/contracts'
import type { Logger } from '@alipay-checkout/service-kit'
import { countDueWork, type Db, jsonRows, type Tx, transact } from '@alipay-checkout/service-kit/database'
import { createDueWorker, type DueWorker, type Timers } from '@alipay-checkout/service-kit/due-worker'
import { type SQL, sql } from 'drizzle-orm'
import { redactEvidence } from './redact.ts'

/** Rows that one step changes. */
const batchSizeMax = 1_000
const dayMs = 24 * 60 * 60 * 1_000
/** The time span that one step looks at grows while there is little in it, and shrinks while there is much, ms. */
const spanMinMs = 1_000
const spanMaxMs = 7 * dayMs

type Kind = 'notify_body' | 'case_evidence'

/** A time span whose rows are due. `isLast`: it ends where the due time ends. */
interface Window {
  readonly from: string
  readonly until: string
  readonly isLast: boolean
}

/**
 * Empties the bodies of notifies that are older than `retentionDays` (fractions are allowed), and removes personal values
 * from the evidence of cases that were resolved so long ago. `retention_progress` has until which time that is done, so
 * that old rows are not read again; it is written in the transaction of the step, so that no row is skipped. Replicas take
 * turns. Without `timers`, as in tests, it runs only by `runNow`.
 */
export function createNotifyBodyDeleter(options: {
  db: Db
  retentionDays: number
  timers?: Timers
  logger: Logger
}): DueWorker {
  const { db, retentionDays, timers, logger } = options
  const spansMs: Record<Kind, number> = { notify_body: 60_000, case_evidence: dayMs }

  /** Returns whether another step may find something. */
  async function step(kind: Kind): Promise<boolean> {
    const { isFull, isLast } = await transact(db, async tx => {
      const window = await lockWindow(tx, { kind, spanMs: spansMs[kind], retentionDays })
      if (!window) return { writes: [], result: { isFull: false, isLast: true } }
      const changed = kind === 'notify_body' ? await emptyBodies(tx, window) : await redactCases(tx, window)
      const isFull = changed === batchSizeMax
      return { writes: isFull ? [] : [progress(kind, window.until)], result: { isFull, isLast: window.isLast } }
    })
    spansMs[kind] = isFull ? Math.max(spanMinMs, spansMs[kind] / 2) : Math.min(spanMaxMs, spansMs[kind] * 2)
    return isFull || !isLast
  }

  return createDueWorker<Kind>({
    name: 'delete-notify-bodies' satisfies DueWorkerName,
    concurrencyMax: 1,
    async take() {
      if (await step('notify_body')) return ['notify_body']
      return (await step('case_evidence')) ? ['case_evidence'] : []
    },
    count: () =>
      countDueWork(
        db,
        sql`select done_until + ${retentionDays}::float8 * interval '1 day' as due_at from retention_progress`,
      ),
    ...(timers ? { timers } : {}),
    logger,
  })
}

/**
 * Locks the progress of a kind and returns the next time span that is due; undefined where another replica has the lock or
 * nothing is due. A transaction that still runs may add rows as old as its start, so the span ends before all of them.
 */
async function lockWindow(
  tx: Tx,
  { kind, spanMs, retentionDays }: { kind: Kind; spanMs: number; retentionDays: number },
): Promise<Window | undefined> {
  await startProgress(tx, kind)
  const [row] = await tx.execute<{ from: string; until: string; isDue: boolean; isLast: boolean }>(sql`
    with due as (
      select least(
        now() - ${retentionDays}::float8 * interval '1 day',
        (select min(xact_start) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid())) as until
    )
    select done_until as from, least(done_until + ${spanMs}::float8 * interval '1 millisecond', due.until) as until,
           done_until < due.until as "isDue",
           done_until + ${spanMs}::float8 * interval '1 millisecond' >= due.until as "isLast"
    from retention_progress, due where kind = ${kind} for update of retention_progress skip locked`)
  return row?.isDue ? row : undefined
}

/** Begins with the oldest row, which is searched only while there is no progress. */
async function startProgress(tx: Tx, kind: Kind): Promise<void> {
  const oldest: Record<Kind, SQL> = {
    notify_body: sql`select min(received_at) from notifies`,
    case_evidence: sql`select min(resolved_at) from cases`,
  }
  await tx.execute(sql`
    insert into retention_progress (kind, done_until)
    select ${kind}, at from (
      select (${oldest[kind]}) as at where not exists (select from retention_progress where kind = ${kind})) as oldest
    where at is not null on conflict do nothing`)
}

const progress = (kind: Kind, until: string): SQL =>
  sql`update retention_progress set done_until = ${until}::timestamptz where kind = ${kind}`

/** Empties bodies of notifies that were received in the window. Returns how many. */
async function emptyBodies(tx: Tx, { from, until }: Window): Promise<number> {
  const rows = await tx.execute(sql`
    update notifies set body = '' where ctid = any(array(
      select ctid from notifies
      where received_at >= ${from}::timestamptz and received_at < ${until}::timestamptz and body <> ''
      limit ${batchSizeMax} for update))
    returning 1`)
  return rows.length
}

/** Redacts the evidence of cases that were resolved in the window. Returns how many were changed. */
async function redactCases(tx: Tx, { from, until }: Window): Promise<number> {
  const rows = await tx.execute<{ case_id: string; evidence: unknown }>(sql`
    select case_id, evidence from cases
    where status = 'RESOLVED' and resolved_at >= ${from}::timestamptz and resolved_at < ${until}::timestamptz
      and evidence::text ~ '"(buyer[^"]*|body)": *"[^"]'
    order by case_id limit ${batchSizeMax} for update`)
  const redacted = rows.map(({ case_id, evidence }) => ({ case_id, evidence: redactEvidence(evidence) }))
  await tx.execute(sql`
    update cases c set evidence = r.evidence
    from jsonb_to_recordset(${jsonRows(redacted)}) as r(case_id text, evidence jsonb) where c.case_id = r.case_id`)
  return rows.length
}
