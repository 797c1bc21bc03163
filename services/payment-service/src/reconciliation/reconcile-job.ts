import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DueWorkerName } from '@alipay-checkout/contracts'
import { createOutbox } from '@alipay-checkout/messaging'
import { isUnreachable, type Logger } from '@alipay-checkout/service-kit'
import { countDueWork, type Database, openDatabase, type Queryable } from '@alipay-checkout/service-kit/database'
import { createDueWorker, type DueWorker, type Timers } from '@alipay-checkout/service-kit/due-worker'
import { sql } from 'drizzle-orm'
import { openBillArchive } from '../alipay/bill-archive.ts'
import type { BillClient } from '../alipay/bill-download.ts'
import { openCases, settleCases } from '../case-store/open-cases.ts'
import { serviceName } from '../payments/payment-store.ts'
import type { AlipayAccess } from '../payments/query-payment.ts'
import { compareBill } from './compare-bill.ts'
import { type Day, dayOf } from './day.ts'
import { sumLedger, within } from './ledger-sums.ts'
import { recordDifferences } from './record-differences.ts'
import { repairMissingPayments } from './repair.ts'
import {
  failTry,
  finishRun,
  nextDueAt,
  type Run,
  type RunResult,
  readyHour,
  requestDailyRuns,
  takeDueRun,
} from './runs.ts'
import { stageBill } from './stage-bill.ts'

/** A run whose process died is taken again after this time, s. While that process lives, its lock keeps others out. */
const leaseS = 60
/** Pauses between tries to get a day's bill, ms: a late bill comes within hours. After the last try a case is opened. */
const retryPausesMs = [1, 2, 5, 10, 20, 30, 60, 60, 60, 60, 60].map(minutes => minutes * 60_000)
/** A bill of a million lines has about three hundred million bytes. */
const expandedBytesMax = 2 * 1024 * 1024 * 1024

interface Options extends AlipayAccess {
  database: Database
  bills: BillClient
  /** Also requests a run for every day that is over, from 10:00 in Shanghai on. */
  daily?: boolean
  timers?: Timers
  logger: Logger
  retryPausesMs?: readonly number[]
}

/** The bill cannot be fetched or read; another try may succeed. */
class BillUnavailable extends Error {
  override name = 'BillUnavailable'
}

/**
 * Compares Alipay's daily bills with the ledger. `reconciliation_runs` has what is due. One process at a time executes a
 * run, on a connection of its own, and the run of a process that dies is due again when its lease ends.
 */
export function createReconciler(options: Options): DueWorker {
  const { database, daily, logger, timers } = options
  const { db } = database
  const pauses = options.retryPausesMs ?? retryPausesMs

  async function tryRun(run: Run, signal: AbortSignal): Promise<void> {
    const session = openDatabase({ url: database.url, name: `${serviceName} reconciliation`, poolSize: 1, bulk: true })
    // A comparison may take minutes, and a service that stops does not wait for it.
    const stop = () => void session.close()
    signal.addEventListener('abort', stop)
    try {
      await session.client`set statement_timeout = '15min'`
      const day = dayOf(run.billDate) as Day
      // The lock belongs to the session, so it ends with this process.
      const [lock] = await session.client<{ mine: boolean }[]>`
        select pg_try_advisory_lock(hashtext('reconciliation'), ${run.billDate}::date - '2000-01-01'::date) as mine`
      if (!lock?.mine) return
      await compareDay(session, day, run)
    } catch (error) {
      // A stop is no failure, and without the database none can be stored. The run is due again after its lease.
      if (signal.aborted) return
      if (isUnreachable(error)) throw error
      await recordFailure(run, error as Error)
    } finally {
      signal.removeEventListener('abort', stop)
      await session.close()
    }
  }

  async function compareDay(session: Database, day: Day, run: Run): Promise<void> {
    const dir = await mkdtemp(join(tmpdir(), 'alipay-bill-'))
    try {
      const file = await fetchBill(day, join(dir, 'bill.zip'))
      const staged = await stageBill(session.client, () => openBillArchive(file.path, expandedBytesMax))
      const lines = staged.counted.payments + staged.counted.refunds + staged.oddRows
      // An empty bill of a day with payments or refunds is probably incomplete, so it is fetched again.
      if (lines === 0 && (await hasMovements(session, day))) {
        throw new BillUnavailable('the bill is empty, but the ledger of that day is not')
      }
      const billSums = { ...(await sumUpBill(session)), ...(await sumUpSetAside(session)) }
      await compareBill(session.client, day, staged)
      const repaired = await repairMissingPayments(session.client, { ...options, date: day.date })
      const result = {
        ...billSums,
        ...(await countFound(session)),
        repaired,
        tries: run.tries + 1,
        fileSha256: file.sha256,
        fileBytes: file.bytes,
      }
      // On the session's connection, because the differences are in its temporary tables. The relay's next poll publishes.
      const ledger = await createOutbox({ db: session.db, service: serviceName }).transact(async tx => {
        const { events, now } = await recordDifferences(tx, day, run.runId)
        // As late as possible, because a running comparison keeps another one of its day from being requested.
        const ledger = await sumUpLedger(tx, day)
        await finishRun(tx, run.runId, { ...result, ...ledger })
        await settleCases(tx, [`bill_unavailable:${day.date}`], `the bill was fetched (${run.runId})`)
        return { events, now, result: ledger }
      })
      logger.info({ date: day.date, ...result, ...ledger }, 'compared a bill with the ledger')
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  }

  async function fetchBill({ date }: Day, path: string): Promise<{ path: string; sha256: string; bytes: number }> {
    const answer = await options.bills.query(date)
    if (answer.outcome !== 'ready') throw new BillUnavailable(answer.detail)
    try {
      return { path, ...(await options.bills.download(answer.url, path)) }
    } catch (error) {
      const { message, cause } = error as Error
      throw new BillUnavailable(cause instanceof Error ? `${message}: ${cause.message}` : message)
    }
  }

  async function recordFailure(run: Run, error: Error): Promise<void> {
    const { billDate: date, runId } = run
    const pauseMs = pauses[run.tries]
    logger.warn(
      { date, reason: error.message, tries: run.tries + 1 },
      'a bill could not be compared; trying again later',
    )
    await db.transaction(async tx => {
      await failTry(tx, runId, error.message.slice(0, 500), pauseMs)
      if (pauseMs === undefined) await openCases(tx, [unavailable(date, run, error)])
    })
  }

  return createDueWorker({
    name: 'reconcile' satisfies DueWorkerName,
    concurrencyMax: 1,
    ...(timers ? { timers } : {}),
    ...(daily ? { cron: { pattern: `0 0 ${readyHour} * * *`, tz: 'Asia/Shanghai' } } : {}),
    logger,
    async take() {
      if (daily) await requestDailyRuns(db)
      const run = await takeDueRun(db, leaseS)
      return run ? [run] : []
    },
    count: () =>
      countDueWork(db, sql`select next_try_at as due_at from reconciliation_runs where next_try_at is not null`),
    describe: ({ runId, billDate }) => ({ runId, date: billDate }),
    async handle(run, signal) {
      await tryRun(run, signal)
      return undefined
    },
    async afterRun() {
      const next = await nextDueAt(db)
      return next && [next]
    },
  })
}

function unavailable(date: string, run: Run, error: Error) {
  return {
    key: `bill_unavailable:${date}`,
    kind: 'bill_unavailable' as const,
    summary: `The bill of ${date} could not be fetched or read in ${run.tries + 1} tries: ${error.message}`,
    evidence: { date, runId: run.runId, tries: run.tries + 1, why: error.message },
    proposal: {
      action: 'none' as const,
      why: `Check at Alipay's merchant site whether the bill exists, then run: npm run reconcile -- --date ${date}`,
    },
  }
}

async function hasMovements({ db }: Database, { start, end }: Day): Promise<boolean> {
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
      coalesce(sum(amount_fen) filter (where kind = 'refund'), 0)::bigint as "billRefundFen",
      case when count(*) = 0 then 0
        else sum(case kind when 'payment' then fee_fen else -fee_fen end) end::bigint as "billFeeFen"
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

async function sumUpLedger(db: Queryable, day: Day): Promise<RunResult> {
  const { payments, paidFen, refunds, refundedFen } = await sumLedger(db, day)
  return {
    ledgerPayments: payments,
    ledgerPaymentFen: paidFen,
    ledgerRefunds: refunds,
    ledgerRefundFen: refundedFen,
  }
}

async function countFound({ db }: Database): Promise<RunResult> {
  const rows = await db.execute<{ kind: string; n: number; carried: number }>(sql`
    select kind, count(*) as n, count(*) filter (where status = 'CARRIED') as carried from found group by kind`)
  return {
    differences: Object.fromEntries(rows.map(({ kind, n }) => [kind, n])),
    carried: rows.reduce((sum, { carried }) => sum + carried, 0),
  }
}
