import type { Instalments, PaymentMethod } from '@alipay-checkout/contracts'
import { jsonRows, type Queryable } from '@alipay-checkout/service-kit/database'
import { eq, sql } from 'drizzle-orm'
import { syncEveryS, syncPausesS } from './query-schedule.ts'
import { attempts } from './schema.ts'

/** An attempt whose shopper is about to be sent to the cashier. */
export interface OpenedAttempt {
  readonly orderId: string
  readonly outTradeNo: string
  readonly number: number
  readonly timeExpire: Date
  readonly method: PaymentMethod
  readonly instalments?: Instalments | undefined
}

/**
 * Marks CREATED attempts as OPENED, before their shoppers are sent to the cashier, and sets when each is queried first:
 * one statement. Returns the trade numbers of those that were still CREATED. The opening of the others has to be decided
 * again, because their state has changed. At most one entry for each attempt.
 */
export async function markOpened(db: Queryable, opened: readonly OpenedAttempt[]): Promise<ReadonlySet<string>> {
  // Closing sets a CREATED attempt to CLOSED under a lock, so the status alone decides which came first. It is compared
  // in a `case`, because without statistics of a new table the planner takes `status = …` for more selective than the
  // number, and scans the whole table.
  const done = await db.execute<{ out_trade_no: string }>(sql`
    update attempts a
    set status = 'OPENED', method = r.method, instalments = r.instalments, opened_at = now(), time_expire = r.time_expire,
        updated_at = now(),
        next_sync_at = now() + make_interval(secs => ${syncPausesS[0]})
    from jsonb_to_recordset(${rowsOf(opened)}) as r(
      out_trade_no text, method text, instalments jsonb, time_expire timestamptz)
    where a.out_trade_no = r.out_trade_no and case a.status when 'CREATED' then true end
    returning a.out_trade_no`)
  return new Set(done.map(row => row.out_trade_no))
}

/**
 * Adds further attempts that are OPENED from the start: one statement. Returns the trade numbers of those that were
 * added; none is where the order can no longer be paid, or another request has added that number.
 */
export async function insertOpened(db: Queryable, opened: readonly OpenedAttempt[]): Promise<ReadonlySet<string>> {
  // The payment is locked first, because no attempt may be added once its closing has begun.
  const done = await db.execute<{ out_trade_no: string }>(sql`
    with r as (
      select * from jsonb_to_recordset(${rowsOf(opened)}) as r(
        order_id text, out_trade_no text, number integer, method text, instalments jsonb, time_expire timestamptz)
    ), p as (
      select order_id from payments
      where order_id in (select order_id from r) and status = 'EXPECTED'
      order by order_id
      for update
    )
    insert into attempts (
      out_trade_no, order_id, number, status, method, instalments, opened_at, time_expire, next_sync_at)
    select r.out_trade_no, r.order_id, r.number, 'OPENED', r.method, r.instalments, now(), r.time_expire,
           now() + make_interval(secs => ${syncPausesS[0]})
    from r join p using (order_id)
    on conflict do nothing
    returning out_trade_no`)
  return new Set(done.map(row => row.out_trade_no))
}

function rowsOf(opened: readonly OpenedAttempt[]) {
  return jsonRows(
    opened.map(({ orderId, outTradeNo, number, timeExpire, method, instalments }) => ({
      order_id: orderId,
      out_trade_no: outTradeNo,
      number,
      method,
      instalments,
      time_expire: timeExpire,
    })),
  )
}

const traceOfOrder = sql`(select traceparent from payments where payments.order_id = attempts.order_id) as traceparent`

const aboutOf = (row: { out_trade_no: string; order_id: string; traceparent: string | null }) => ({
  outTradeNo: row.out_trade_no,
  orderId: row.order_id,
  traceparent: row.traceparent ?? undefined,
})

/** An attempt that is due for closing at Alipay. */
export interface DueAttempt {
  readonly outTradeNo: string
  readonly orderId: string
  /** The trace of the order. */
  readonly traceparent: string | undefined
  /** The database's time when it was taken: not later than the call that follows. */
  readonly takenAt: Date
}

/**
 * Takes up to `limit` due attempts for `leaseS` seconds: until then no other replica takes them, and those of a process
 * that dies are due again afterwards. One statement in its own transaction.
 */
export async function takeDueAttempts(
  db: Queryable,
  { limit, leaseS }: { limit: number; leaseS: number },
): Promise<DueAttempt[]> {
  const rows = await db.execute<{
    out_trade_no: string
    order_id: string
    traceparent: string | null
    taken_at: string
  }>(sql`
    update attempts
    set next_close_at = now() + make_interval(secs => ${leaseS})
    -- An array: with "in", PostgreSQL may evaluate the subquery for each row, and so take more than the limit.
    where out_trade_no = any(array(
      select out_trade_no from attempts
      where next_close_at <= now()
      order by next_close_at
      limit ${limit}
      for update skip locked
    ))
    returning out_trade_no, order_id, ${traceOfOrder}, now() as taken_at`)
  return rows.map(row => ({ ...aboutOf(row), takenAt: new Date(row.taken_at) }))
}

/** An attempt that Alipay is to be queried about now. */
export interface AttemptToSync {
  readonly outTradeNo: string
  readonly orderId: string
  /** The trace of the order. */
  readonly traceparent: string | undefined
  readonly nextSyncAt: Date
  /** `watched`: closed here, but its link can still be paid. `expired`: closed, and its link expired before the take. */
  readonly link: 'open' | 'watched' | 'expired'
}

/**
 * Takes up to `limit` attempts that are due for a query, the longest due first, and sets when each is queried next. One
 * that was queried within `syncEveryS` stays due. One statement in its own transaction: what a process that dies has
 * taken is due again at that next time.
 */
export async function takeAttemptsToSync(db: Queryable, limit: number): Promise<AttemptToSync[]> {
  const pauses = sql`${sql.param([...syncPausesS])}::integer[]`
  const rows = await db.execute<{
    out_trade_no: string
    order_id: string
    traceparent: string | null
    next_sync_at: string
    watched: boolean
    expired: boolean
  }>(sql`
    update attempts
    set syncs = syncs + 1, synced_at = now(),
        next_sync_at = now() + make_interval(secs => (${pauses})[least(syncs + 2, ${syncPausesS.length})])
    where out_trade_no = any(array(
      select out_trade_no from attempts
      where next_sync_at <= now()
        and (synced_at is null or synced_at <= now() - make_interval(secs => ${syncEveryS}))
      order by next_sync_at
      limit ${limit}
      for update skip locked
    ))
    returning out_trade_no, order_id, ${traceOfOrder}, next_sync_at, status = 'CLOSED' as watched, time_expire <= now() as expired`)
  return rows.map(row => ({
    ...aboutOf(row),
    nextSyncAt: new Date(row.next_sync_at),
    link: row.watched ? (row.expired ? 'expired' : 'watched') : 'open',
  }))
}

/** Ends the queries about a closed attempt, because no money can come for it any more. */
export async function stopSyncing(db: Queryable, outTradeNo: string): Promise<void> {
  await db.execute(sql`
    update attempts set next_sync_at = null where out_trade_no = ${outTradeNo} and status = 'CLOSED'`)
}

/**
 * Takes an order's open attempts for a query that a request caused. Those that any replica has queried within the last
 * `syncEveryS` seconds are left out.
 */
export async function takeForSync(db: Queryable, orderId: string): Promise<string[]> {
  const rows = await db.execute<{ out_trade_no: string }>(sql`
    update attempts
    set synced_at = now()
    -- Locked in the sequence of all other statements, so that two of them cannot deadlock.
    where out_trade_no = any(array(
      select out_trade_no from attempts
      where order_id = ${orderId} and status = 'OPENED'
        and (synced_at is null or synced_at < now() - make_interval(secs => ${syncEveryS}))
        and not exists (
          select from attempts earlier
          where earlier.order_id = ${orderId} and earlier.synced_at >= now() - make_interval(secs => ${syncEveryS}))
      order by number
      for update
    ))
    returning out_trade_no`)
  return rows.map(row => row.out_trade_no)
}

/** Allows the next request to cause a query of this order, because the last query had no clear answer. */
export async function releaseSync(db: Queryable, orderId: string): Promise<void> {
  await db.execute(sql`
    update attempts set synced_at = null
    where out_trade_no = any(array(
      select out_trade_no from attempts where order_id = ${orderId} and status = 'OPENED' order by number for update))`)
}

/** Whether a trade's money was paid and fully refunded before this system recorded the payment. */
export async function isRefundedBeforeRecorded(db: Queryable, outTradeNo: string): Promise<boolean> {
  const [row] = await db
    .select({ refundedBeforeRecorded: attempts.refundedBeforeRecorded })
    .from(attempts)
    .where(eq(attempts.outTradeNo, outTradeNo))
  return row?.refundedBeforeRecorded === true
}
