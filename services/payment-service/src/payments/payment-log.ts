import { jsonRows, type Queryable, runAll } from '@alipay-checkout/service-kit/database'
import { type SQL, sql } from 'drizzle-orm'

/** Something that happened to an order's money and is written nowhere else. */
export interface LogEntry {
  readonly orderId: string
  readonly what: string
  readonly cause: string
  readonly detail?: object | undefined
}

/** The statement that adds entries; none when there are none. */
export function logInserts(entries: readonly LogEntry[]): SQL[] {
  if (entries.length === 0) return []
  const rows = entries.map(({ orderId, what, cause, detail }) => ({ order_id: orderId, what, cause, detail }))
  return [
    sql`
      insert into payment_log (order_id, what, cause, detail)
      select order_id, what, cause, detail
      from jsonb_to_recordset(${jsonRows(rows)}) as r(order_id text, what text, cause text, detail jsonb)`,
  ]
}

/** Adds entries at once. */
export async function appendLog(db: Queryable, entries: readonly LogEntry[]): Promise<void> {
  await runAll(db, logInserts(entries))
}
