import { textArray } from '@alipay-checkout/service-kit/database'
import { type SQL, sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'

/** The id of a comparison of a day's bill with the ledger. */
export const newRunId = (): string => `run_${uuidv7().replaceAll('-', '')}`

/**
 * The statement that requests another comparison of those of these days that were compared: the ledger has got a payment
 * or a refund of theirs since, and reports have the sums of the newest comparison.
 */
export function compareAgainInserts(dates: readonly string[]): SQL[] {
  if (dates.length === 0) return []
  // Sorted, so that transactions that request the same days cannot deadlock.
  const days = [...new Set(dates)].sort()
  return [
    sql`
    insert into reconciliation_runs (run_id, bill_date, status, started_by, next_try_at)
    select missing.id, missing.day::date, 'WAITING', 'system', now()
    from unnest(${textArray(days.map(newRunId))}, ${textArray(days)}) as missing(id, day)
    where exists (select from reconciliation_runs r where r.bill_date = missing.day::date and r.status = 'DONE')
    on conflict do nothing`,
  ]
}
