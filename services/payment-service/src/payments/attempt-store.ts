import { jsonRows, type Queryable, textArray } from '@alipay-checkout/service-kit/database'
import { eq, sql } from 'drizzle-orm'
import { syncEveryS, syncPausesS } from './query-schedule.ts'
import { attempts } from './schema.ts'

/** An attempt that a shopper is about to be sent to Alipay with. */
export interface OpenedAttempt {
  readonly orderId: string
  readonly outTradeNo: string
  readonly number: number
  readonly timeExpire: Date
}

/**
 * Keeps that shoppers are being sent to the cashier with these attempts, and when to ask about them: one statement.
 * Gives back the trade numbers of those that were still CREATED; the state of the others moved on, so they have to be
 * looked at again.
 */
export async function markOpened(db: Queryable, opened: readonly OpenedAttempt[]): Promise<ReadonlySet<string>> {
  // Closing sets a CREATED attempt to CLOSED under a lock, so its status alone decides who came first. In a `case`, since
  // a planner that knows nothing of a new table yet takes `status = …` for rarer than the number, and reads it from end to end.
  const done = await db.execute<{ out_trade_no: string }>(sql`
    update attempts a
    set status = 'OPENED', opened_at = now(), time_expire = r.time_expire, updated_at = now(),
        next_sync_at = now() + make_interval(secs => ${syncPausesS[0]})
    from jsonb_to_recordset(${rowsOf(opened)}) as r(out_trade_no text, time_expire timestamptz)
    where a.out_trade_no = r.out_trade_no and case a.status when 'CREATED' then true end
    returning a.out_trade_no`)
  return new Set(done.map(row => row.out_trade_no))
}

/**
 * Adds further attempts, open from the start: one statement. Gives back the trade numbers of those that were added;
 * where the order is not to be paid any more, or somebody else added that number, none is.
 */
export async function insertOpened(db: Queryable, opened: readonly OpenedAttempt[]): Promise<ReadonlySet<string>> {
  // The payment's lock comes first: once its closing has begun, no attempt may come into being behind its back.
  const done = await db.execute<{ out_trade_no: string }>(sql`
    with r as (
      select * from jsonb_to_recordset(${rowsOf(opened)}) as r(
        order_id text, out_trade_no text, number integer, time_expire timestamptz)
    ), p as (
      select order_id from payments
      where order_id in (select order_id from r) and status = 'EXPECTED'
      order by order_id
      for update
    )
    insert into attempts (out_trade_no, order_id, number, status, opened_at, time_expire, next_sync_at)
    select r.out_trade_no, r.order_id, r.number, 'OPENED', now(), r.time_expire,
           now() + make_interval(secs => ${syncPausesS[0]})
    from r join p using (order_id)
    on conflict do nothing
    returning out_trade_no`)
  return new Set(done.map(row => row.out_trade_no))
}

function rowsOf(opened: readonly OpenedAttempt[]) {
  return jsonRows(
    opened.map(({ orderId, outTradeNo, number, timeExpire }) => ({
      order_id: orderId,
      out_trade_no: outTradeNo,
      number,
      time_expire: timeExpire,
    })),
  )
}

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

/** Whether a trade's money was paid and fully refunded before this system recorded the payment. */
export async function isRefundedBeforeRecorded(db: Queryable, outTradeNo: string): Promise<boolean> {
  const [row] = await db
    .select({ refundedBeforeRecorded: attempts.refundedBeforeRecorded })
    .from(attempts)
    .where(eq(attempts.outTradeNo, outTradeNo))
  return row?.refundedBeforeRecorded === true
}
