import { jsonRows, type Queryable } from '@alipay-checkout/service-kit/database'
import { asc, eq, type SQL, sql } from 'drizzle-orm'
import { notifies } from './schema.ts'

/** A signed notify and what was made of it. */
export interface JudgedNotify {
  readonly notifyId: string
  readonly verdict: string
  readonly outTradeNo: string
  readonly tradeStatus: string
  readonly body: string
}

/** The statement that adds judged notifies. One that was judged the same way before adds nothing. */
export function notifyInserts(notifies: readonly JudgedNotify[]): SQL[] {
  if (notifies.length === 0) return []
  const rows = notifies.map(notify => ({
    notify_id: notify.notifyId,
    verdict: notify.verdict,
    out_trade_no: notify.outTradeNo,
    trade_status: notify.tradeStatus,
    body: notify.body,
  }))
  return [
    sql`
    insert into notifies (notify_id, verdict, out_trade_no, trade_status, body)
    select notify_id, verdict, out_trade_no, trade_status, body
    from jsonb_to_recordset(${jsonRows(rows)}) as r(
      notify_id text, verdict text, out_trade_no text, trade_status text, body text)
    on conflict do nothing`,
  ]
}

/** How many different notifies came for these trade numbers. */
export async function countNotifies(db: Queryable, outTradeNos: readonly string[]): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    select count(distinct notify_id)::integer as count from notifies
    where out_trade_no = any(${sql.param(outTradeNos)}::text[])`)
  return row?.count ?? 0
}

/** A notify as it was kept: when it came first, whatever was made of it later. */
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
