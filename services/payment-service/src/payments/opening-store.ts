import { jsonRows, type Queryable } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import { syncPausesS } from './query-schedule.ts'

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
