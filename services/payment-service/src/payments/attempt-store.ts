import { type Queryable, textArray } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import { syncEveryS, syncPausesS } from './query-schedule.ts'

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
    set next_close_at = now() + make_interval(secs => ${leaseS})
    where out_trade_no in (
      select out_trade_no from attempts
      where next_close_at <= now()
      order by next_close_at
      limit ${limit}
      for update skip locked
    )
    returning out_trade_no, now() as taken_at`)
  return rows.map(row => ({ outTradeNo: row.out_trade_no, takenAt: new Date(row.taken_at) }))
}

/** An attempt that Alipay is to be asked about now. */
export interface AttemptToAsk {
  readonly outTradeNo: string
  readonly nextSyncAt: Date
  /** `watched`: closed with us, but its link may still be paid. `dead`: the same, and its time was over when it was taken. */
  readonly link: 'open' | 'watched' | 'dead'
}

/**
 * Takes up to `limit` attempts that are to be asked about, the longest due first, and sets when each is asked about
 * next. One that was asked about within `syncEveryS` stays due. One statement, its own transaction: whoever dies meanwhile leaves them to that next time.
 */
export async function takeAttemptsToAsk(db: Queryable, limit: number): Promise<AttemptToAsk[]> {
  const pauses = sql`${sql.param([...syncPausesS])}::integer[]`
  const rows = await db.execute<{ out_trade_no: string; next_sync_at: string; watched: boolean; dead: boolean }>(sql`
    update attempts
    set syncs = syncs + 1, synced_at = now(),
        next_sync_at = now() + make_interval(secs => (${pauses})[least(syncs + 2, ${syncPausesS.length})])
    where out_trade_no in (
      select out_trade_no from attempts
      where next_sync_at <= now()
        and (synced_at is null or synced_at <= now() - make_interval(secs => ${syncEveryS}))
      order by next_sync_at
      limit ${limit}
      for update skip locked
    )
    returning out_trade_no, next_sync_at, status = 'CLOSED' as watched, time_expire <= now() as dead`)
  return rows.map(row => ({
    outTradeNo: row.out_trade_no,
    nextSyncAt: new Date(row.next_sync_at),
    link: row.watched ? (row.dead ? 'dead' : 'watched') : 'open',
  }))
}

/** Nothing can come of these closed attempts any more: one statement. */
export async function stopWatching(db: Queryable, outTradeNos: readonly string[]): Promise<void> {
  if (outTradeNos.length === 0) return
  await db.execute(sql`
    update attempts set next_sync_at = null
    where out_trade_no = any(${textArray(outTradeNos)}) and status = 'CLOSED'`)
}

/**
 * Takes an order's open attempts for a query that a request caused. Those that Alipay was asked about within the last
 * `syncEveryS` seconds, by any replica, are left out.
 */
export async function takeForSync(db: Queryable, orderId: string): Promise<string[]> {
  const rows = await db.execute<{ out_trade_no: string }>(sql`
    update attempts
    set synced_at = now()
    where order_id = ${orderId} and status = 'OPENED'
      and (synced_at is null or synced_at < now() - make_interval(secs => ${syncEveryS}))
      and not exists (
        select from attempts earlier
        where earlier.order_id = ${orderId} and earlier.synced_at >= now() - make_interval(secs => ${syncEveryS}))
    returning out_trade_no`)
  return rows.map(row => row.out_trade_no)
}

/** Lets the next request cause a query of this order, because the last one had no clear answer. */
export async function releaseSync(db: Queryable, orderId: string): Promise<void> {
  await db.execute(sql`update attempts set synced_at = null where order_id = ${orderId} and status = 'OPENED'`)
}
