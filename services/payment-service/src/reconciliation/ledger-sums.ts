import type { Executor } from '@alipay-checkout/service-kit/database'
import { type SQL, sql } from 'drizzle-orm'

/** What the ledger has for a time span: payments and finished refunds, by Alipay's times. */
export interface LedgerSums {
  readonly payments: number
  readonly paidFen: number
  readonly refunds: number
  readonly refundedFen: number
}

interface Span {
  readonly start: Date
  readonly end: Date
}

/** Adds up the ledger from `start` to before `end`. Reads only the rows of that time, by the index of each table. */
export async function sumLedger(db: Executor, span: Span): Promise<LedgerSums> {
  const [sums] = await db.execute(ledgerSums(span))
  return sums as unknown as LedgerSums
}

/** The statement of `sumLedger`. */
export function ledgerSums({ start, end }: Span): SQL {
  return sql`
    select p.n as payments, p.fen as "paidFen", r.n as refunds, r.fen as "refundedFen"
    from (select count(*) as n, coalesce(sum(paid_fen), 0)::bigint as fen from attempts
        where status = 'PAID' and ${within('paid_at', start, end)}) p,
      (select count(*) as n, coalesce(sum(amount_fen), 0)::bigint as fen from refunds
        where status = 'SUCCEEDED' and ${within('finished_at', start, end)}) r`
}

/** The condition that a row's time is from `start` to before `end`. */
export function within(column: 'paid_at' | 'finished_at', start: Date, end: Date): SQL {
  const name = sql.identifier(column)
  return sql`${name} >= ${start.toISOString()}::timestamptz and ${name} < ${end.toISOString()}::timestamptz`
}
