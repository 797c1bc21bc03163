import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isUnreachable, type Logger } from '@alipay-checkout/service-kit'
import { type Database, openDatabase } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import { openBillArchive } from '../alipay/bill-archive.ts'
import type { BillClient } from '../alipay/bill-download.ts'
import type { AlipayClient } from '../alipay/client.ts'
import { openCases, settleCases } from '../case-store/open-cases.ts'
import type { RecordAlipayResult } from '../payments/record-alipay-result.ts'
import { compareBill } from './compare-bill.ts'
import { type Day, dayOf } from './day.ts'
import { keepDifferences } from './record-differences.ts'
import { repairMissingPayments } from './repair.ts'
import { failTry, finishRun, nextDueAt, type Run, type RunResult, takeDueRun } from './runs.ts'
import { stageBill } from './stage-bill.ts'

/** Another replica may take a run whose process died this long after it was taken, s. It does nothing while that one lives. */
const leaseS = 60
/** Pauses between tries to get a day's bill, ms: a late bill comes within hours. After the last one a person is told. */
const retryPausesMs = [1, 2, 5, 10, 20, 30, 60, 60, 60, 60, 60].map(minutes => minutes * 60_000)
/** A million lines take some three hundred million bytes. */
const expandedBytesMax = 2 * 1024 * 1024 * 1024

export interface Reconciler {
  /** Compares every day that is due, one after the other. */
  runDue(): Promise<void>
  close(): Promise<void>
}

interface Options {
  database: Database
  bills: BillClient
  alipay: AlipayClient
  recordAlipayResult: RecordAlipayResult
  /** Told when there is something to do next. */
  schedule: (dueAt: Date) => void
  logger: Logger
  retryPausesMs?: readonly number[]
}

/** The bill can't be had, or is none: another try may do better. */
class BillUnavailable extends Error {
  override name = 'BillUnavailable'
}

/**
 * Compares Alipay's daily bills with our books. What is due stands in `reconciliation_runs`; a run is done by one
 * process at a time, on a connection of its own, and whoever dies in it leaves it to the next.
 */
export function createReconciler(options: Options): Reconciler {
  const { database, logger } = options
  const pauses = options.retryPausesMs ?? retryPausesMs
  let running: Promise<void> | undefined
  let session: Database | undefined
  let stopped = false

  async function tryRun(run: Run): Promise<void> {
    session = openDatabase({ url: database.url, name: 'payment-service reconciliation', poolSize: 1, bulk: true })
    try {
      await session.client`set statement_timeout = '15min'`
      const day = dayOf(run.billDate) as Day
      // Held by the session: it goes when its process does.
      const [lock] = await session.client<{ mine: boolean }[]>`
        select pg_try_advisory_lock(hashtext('reconciliation'), ${run.billDate}::date - '2000-01-01'::date) as mine`
      if (!lock?.mine) return
      await compareDay(session, day, run)
    } catch (error) {
      // Nothing can be noted without a database, and being told to stop is no failure; the lease brings the run back.
      if (stopped) return
      if (isUnreachable(error)) throw error
      await noteFailure(run, error as Error)
    } finally {
      await session.close()
    }
  }

  async function compareDay(session: Database, day: Day, run: Run): Promise<void> {
    const dir = await mkdtemp(join(tmpdir(), 'alipay-bill-'))
    try {
      const file = await fetchBill(day, join(dir, 'bill.zip'))
      const staged = await stageBill(session.client, () => openBillArchive(file.path, expandedBytesMax))
      const lines = staged.counted.payments + staged.counted.refunds + staged.oddRows
      // An empty bill where we have sold something: more likely too early than true.
      if (lines === 0 && (await hasBusiness(session, day))) {
        throw new BillUnavailable('the bill is empty, and our books of that day are not')
      }
      const billSums = { ...(await sumUpBill(session)), ...(await sumUpSetAside(session)) }
      await compareBill(session.client, day, staged)
      const repaired = await repairMissingPayments(session.client, { ...options, date: day.date })
      const result = {
        ...billSums,
        ...(await sumUpOurs(session, day)),
        ...(await countFound(session)),
        repaired,
        tries: run.tries + 1,
        fileSha256: file.sha256,
        fileBytes: file.bytes,
      }
      await session.db.transaction(async tx => {
        await keepDifferences(tx, day, run.runId)
        await finishRun(tx, run.runId, result)
        await settleCases(tx, [`bill_unavailable:${day.date}`], `the bill came (${run.runId})`)
      })
      logger.info({ date: day.date, ...result }, 'compared a bill with our books')
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  }

  async function fetchBill({ date }: Day, path: string): Promise<{ path: string; sha256: string; bytes: number }> {
    const answer = await options.bills.ask(date)
    if (answer.outcome !== 'ready') throw new BillUnavailable(answer.detail)
    try {
      return { path, ...(await options.bills.download(answer.url, path)) }
    } catch (error) {
      const { message, cause } = error as Error
      throw new BillUnavailable(cause instanceof Error ? `${message}: ${cause.message}` : message)
    }
  }

  async function noteFailure(run: Run, error: Error): Promise<void> {
    const { billDate: date, runId } = run
    const pauseMs = pauses[run.tries]
    logger.warn({ date, reason: error.message, tries: run.tries + 1 }, 'a bill could not be compared')
    await database.db.transaction(async tx => {
      await failTry(tx, runId, error.message.slice(0, 500), pauseMs)
      if (pauseMs === undefined) await openCases(tx, [unavailable(date, run, error)])
    })
  }

  async function runAll(): Promise<void> {
    try {
      while (!stopped) {
        const run = await takeDueRun(database.db, leaseS)
        if (!run) break
        await tryRun(run)
      }
      const next = stopped ? undefined : await nextDueAt(database.db)
      if (next) options.schedule(next)
    } finally {
      running = undefined
    }
  }

  return {
    runDue() {
      running ??= runAll()
      return running
    },
    async close() {
      stopped = true
      await session?.close()
      await running?.catch(() => {})
    },
  }
}

function unavailable(date: string, run: Run, error: Error) {
  return {
    key: `bill_unavailable:${date}`,
    kind: 'bill_unavailable' as const,
    summary: `The bill of ${date} could not be had after ${run.tries + 1} tries: ${error.message}`,
    evidence: { date, runId: run.runId, tries: run.tries + 1, why: error.message },
    proposal: {
      action: 'none' as const,
      why: `look at Alipay's merchant pages whether there is a bill, then: npm run reconcile -- --date ${date}`,
    },
  }
}

async function hasBusiness({ db }: Database, { start, end }: Day): Promise<boolean> {
  const rows = await db.execute(sql`
    select 1 where exists (select 1 from attempts where status = 'PAID' and ${within('paid_at', start, end)})
      or exists (select 1 from refunds where status = 'SUCCEEDED' and ${within('finished_at', start, end)})`)
  return rows.length > 0
}

async function sumUpBill({ db }: Database): Promise<RunResult> {
  const [sums] = await db.execute(sql`
    select count(*) filter (where kind = 'payment') as "billPayments",
      coalesce(sum(amount_fen) filter (where kind = 'payment'), 0)::bigint as "billPaymentFen",
      count(*) filter (where kind = 'refund') as "billRefunds",
      coalesce(sum(amount_fen) filter (where kind = 'refund'), 0)::bigint as "billRefundFen"
    from bill_lines`)
  return sums as RunResult
}

async function sumUpSetAside({ db }: Database): Promise<RunResult> {
  const [sums] = await db.execute(sql`
    select count(*) filter (where kind = 'payment') as "foreignPayments",
      coalesce(sum(amount_fen) filter (where kind = 'payment'), 0)::bigint as "foreignPaymentFen",
      count(*) filter (where kind = 'refund') as "foreignRefunds",
      coalesce(sum(amount_fen) filter (where kind = 'refund'), 0)::bigint as "foreignRefundFen",
      count(*) filter (where kind = 'odd') as "oddRows"
    from set_aside`)
  return sums as RunResult
}

async function sumUpOurs({ db }: Database, { start, end }: Day): Promise<RunResult> {
  const [sums] = await db.execute(sql`
    select p.n as "ledgerPayments", p.fen as "ledgerPaymentFen", r.n as "ledgerRefunds", r.fen as "ledgerRefundFen"
    from (select count(*) as n, coalesce(sum(paid_fen), 0)::bigint as fen from attempts
        where status = 'PAID' and ${within('paid_at', start, end)}) p,
      (select count(*) as n, coalesce(sum(amount_fen), 0)::bigint as fen from refunds
        where status = 'SUCCEEDED' and ${within('finished_at', start, end)}) r`)
  return sums as RunResult
}

async function countFound({ db }: Database): Promise<RunResult> {
  const rows = await db.execute<{ kind: string; n: number; carried: number }>(sql`
    select kind, count(*) as n, count(*) filter (where status = 'CARRIED') as carried from found group by kind`)
  return {
    differences: Object.fromEntries(rows.map(({ kind, n }) => [kind, n])),
    carried: rows.reduce((sum, { carried }) => sum + carried, 0),
  }
}

function within(column: 'paid_at' | 'finished_at', start: Date, end: Date) {
  const name = sql.identifier(column)
  return sql`${name} >= ${start.toISOString()}::timestamptz and ${name} < ${end.toISOString()}::timestamptz`
}
