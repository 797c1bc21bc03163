import type { Queryable } from '@alipay-checkout/service-kit'
import { sql } from 'drizzle-orm'

/** An attempt that is to be closed at Alipay now. */
export interface DueAttempt {
  readonly outTradeNo: string
  /** The database's time when it was taken: not later than the call that follows. */
  readonly takenAt: Date
}

/**
 * Takes up to `limit` due attempts for `leaseS` seconds: nobody else takes them until then, and whoever dies meanwhile
 * leaves them to the next. One statement, its own transaction.
 */
export async function takeDueAttempts(
  db: Queryable,
  { limit, leaseS }: { limit: number; leaseS: number },
): Promise<DueAttempt[]> {
  const rows = await db.execute<{ out_trade_no: string; taken_at: string }>(sql`
    update attempts
    set next_check_at = now() + make_interval(secs => ${leaseS})
    where out_trade_no in (
      select out_trade_no from attempts
      where next_check_at <= now()
      order by next_check_at
      limit ${limit}
      for update skip locked
    )
    returning out_trade_no, now() as taken_at`)
  return rows.map(row => ({ outTradeNo: row.out_trade_no, takenAt: new Date(row.taken_at) }))
}

/**
 * Takes an order's open attempts for a question to Alipay that somebody asked for. Those that were asked about within
 * the last `everyS` seconds, in any replica, are left out.
 */
export async function takeForAsking(db: Queryable, orderId: string, everyS: number): Promise<string[]> {
  const rows = await db.execute<{ out_trade_no: string }>(sql`
    update attempts
    set asked_at = now()
    where order_id = ${orderId} and status = 'OPENED'
      and (asked_at is null or asked_at < now() - make_interval(secs => ${everyS}))
    returning out_trade_no`)
  return rows.map(row => row.out_trade_no)
}
