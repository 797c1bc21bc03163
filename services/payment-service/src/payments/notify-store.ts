import { jsonRows, type Queryable } from '@alipay-checkout/service-kit/database'
import { asc, eq, type SQL, sql } from 'drizzle-orm'
import { notifies } from './schema.ts'

/** A signed notify and what it did. */
export interface StoredNotify {
  readonly notifyId: string
  /** The decision in one word: `paid`, `already_paid`, `amount_differs`. */
  readonly result: string
  readonly outTradeNo: string
  readonly tradeStatus: string
  readonly body: string
}

/** The statement that stores notifies: none without any. The same notify with the same result is stored once. */
export function notifyInserts(notifies: readonly StoredNotify[]): SQL[] {
  if (notifies.length === 0) return []
  const rows = notifies.map(notify => ({
    notify_id: notify.notifyId,
    result: notify.result,
    out_trade_no: notify.outTradeNo,
    trade_status: notify.tradeStatus,
    body: notify.body,
  }))
  return [
    sql`
    insert into notifies (notify_id, result, out_trade_no, trade_status, body)
    select notify_id, result, out_trade_no, trade_status, body
    from jsonb_to_recordset(${jsonRows(rows)}) as r(
      notify_id text, result text, out_trade_no text, trade_status text, body text)
    on conflict do nothing`,
  ]
}

/** How many different notifies were received for these trade numbers. */
export async function countNotifies(db: Queryable, outTradeNos: readonly string[]): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    select count(distinct notify_id)::integer as count from notifies
    where out_trade_no = any(${sql.param(outTradeNos)}::text[])`)
  return row?.count ?? 0
}

/** The stored notify of this id, as it was first received. */
export async function findNotify(
  db: Queryable,
  notifyId: string,
): Promise<{ outTradeNo: string; body: string; receivedAt: Date } | undefined> {
  const [row] = await db
    .select({ outTradeNo: notifies.outTradeNo, body: notifies.body, receivedAt: notifies.receivedAt })
    .from(notifies)
    .where(eq(notifies.notifyId, notifyId))
    .orderBy(asc(notifies.receivedAt))
    .limit(1)
  return row
}
