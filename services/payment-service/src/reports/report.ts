import type { Report, ReportRow } from '@alipay-checkout/contracts'
import { beijingDay, cachedRead, Problem } from '@alipay-checkout/service-kit'
import { type Db, databaseNow } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import { dayOf, existingDay } from '../reconciliation/day.ts'
import { type LedgerSums, sumLedger } from '../reconciliation/ledger-sums.ts'

export type Period = 'day' | 'week' | 'month'

/** Days of one report, and those that it has by default. */
const daysMax = 400
const daysByDefault = 31
const dayMs = 24 * 60 * 60 * 1_000
/** The sums of a day that are read from the ledger are kept for this time, ms. */
const liveAgeMs = 15_000

/** The sums of one day. */
interface DaySums extends LedgerSums {
  readonly date: string
  readonly feeFen: number
  readonly isReconciled: boolean
}

export interface ReportRequest {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly by?: Period | undefined
}

/**
 * Reads reports: sales, refunds and fees of days in Beijing, added up by day, ISO week or month, oldest first. A day that
 * was compared with its bill has the sums of its newest comparison; any other is added up from the ledger, with no fees.
 *
 * The reader throws the problem `invalid-request` for dates that do not exist, end before they begin, or are too many.
 */
export function createReportReader(db: Db): (request: ReportRequest) => Promise<Report> {
  const ledgers = new Map<string, () => Promise<LedgerSums>>()

  /** A day's ledger, shared and kept for a while, so that repeated reports do not read many rows again. */
  function ledgerOf(date: string): Promise<LedgerSums> {
    const known = ledgers.get(date)
    if (known) return known()
    const read = cachedRead(liveAgeMs, () => sumLedger(db, existingDay(date)))
    ledgers.set(date, read)
    if (ledgers.size > daysMax * 2) ledgers.delete(ledgers.keys().next().value as string)
    return read()
  }

  return async ({ by = 'day', ...request }) => {
    const today = beijingDay(await databaseNow(db))
    const dates = datesOf(request, today)
    const compared = await readCompared(db, dates)
    const days: DaySums[] = []
    // One after the other, so that a long report takes one connection.
    for (const date of dates) days.push(compared.get(date) ?? live(date, await ledgerOf(date)))
    return { items: periodsOf(days, by) }
  }
}

const live = (date: string, sums: LedgerSums): DaySums => ({ ...sums, date, feeFen: 0, isReconciled: false })

/** The days of a report that have begun. */
function datesOf({ from, to }: Omit<ReportRequest, 'by'>, today: string): string[] {
  const last = to === undefined ? undefined : existingDay(to)
  // Checked also where it is computed: the first days of the calendar have no 30 days before them.
  const { date: first } = existingDay(from ?? addDays(last?.date ?? today, 1 - daysByDefault))
  const end = last?.date ?? (first > today ? first : today)
  if (end < first) throw new Problem('invalid-request', `to (${end}) is before from (${first}).`)
  const count = (Date.parse(end) - Date.parse(first)) / dayMs + 1
  if (count > daysMax) {
    throw new Problem('invalid-request', `A report has at most ${daysMax} days; from ${first} to ${end} are ${count}.`)
  }
  return Array.from({ length: count }, (_, n) => addDays(first, n)).filter(date => date <= today)
}

const addDays = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10)

/** The newest finished comparison of each of these days. */
async function readCompared(db: Db, dates: readonly string[]): Promise<ReadonlyMap<string, DaySums>> {
  const [first, last] = [dates[0], dates.at(-1)]
  if (first === undefined || last === undefined) return new Map()
  const rows = await db.execute<DaySums & Record<string, unknown>>(sql`
    select distinct on (bill_date) bill_date::text as date, true as "isReconciled",
      coalesce(ledger_payments, 0) as payments, coalesce(ledger_payment_fen, 0)::bigint as "paidFen",
      coalesce(ledger_refunds, 0) as refunds, coalesce(ledger_refund_fen, 0)::bigint as "refundedFen",
      coalesce(bill_fee_fen, 0)::bigint as "feeFen"
    from reconciliation_runs
    where status = 'DONE' and bill_date between ${first}::date and ${last}::date
    order by bill_date, run_id desc`)
  return new Map(rows.map(row => [row.date, row]))
}

/** Adds days up to periods, in their order. A period at the edge has only the days that were asked for. Pure. */
export function periodsOf(days: readonly DaySums[], by: Period): ReportRow[] {
  return [...Map.groupBy(days, ({ date }) => periodOf(date, by))].map(([period, its]) => {
    const sum = (of: (day: DaySums) => number) => its.reduce((total, day) => total + of(day), 0)
    const [paidFen, refundedFen, feeFen] = [
      sum(day => day.paidFen),
      sum(day => day.refundedFen),
      sum(day => day.feeFen),
    ]
    return {
      period,
      from: (its[0] as DaySums).date,
      to: (its.at(-1) as DaySums).date,
      payments: sum(day => day.payments),
      paidFen,
      refunds: sum(day => day.refunds),
      refundedFen,
      feeFen,
      netFen: paidFen - refundedFen - feeFen,
      days: its.length,
      reconciledDays: its.filter(({ isReconciled }) => isReconciled).length,
    }
  })
}

/** The period that a day belongs to: `2026-03-01`, `2026-W09` (ISO 8601: the week of its Thursday) or `2026-03`. */
function periodOf(date: string, by: Period): string {
  if (by === 'day') return date
  if (by === 'month') return date.slice(0, 7)
  const day = (dayOf(date)?.start.getTime() ?? 0) + 8 * 60 * 60 * 1_000
  const weekday = (new Date(day).getUTCDay() + 6) % 7
  const thursday = new Date(day + (3 - weekday) * dayMs)
  const firstOfYear = Date.UTC(thursday.getUTCFullYear(), 0, 1)
  const week = Math.floor((thursday.getTime() - firstOfYear) / (7 * dayMs)) + 1
  return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, '0')}`
}
