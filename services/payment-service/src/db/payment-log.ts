import { jsonRows, type Queryable, type Tx } from '@alipay-checkout/service-kit'
import { sql } from 'drizzle-orm'

/** Something that happened to an order's money and is written nowhere else. */
export interface LogEntry {
  readonly orderId: string
  readonly what: string
  readonly cause: string
  readonly detail?: object | undefined
}

/** Adds entries, in one statement; in none when there are none. */
export async function appendLog(tx: Tx | Queryable, entries: readonly LogEntry[]): Promise<void> {
  if (entries.length === 0) return
  const rows = entries.map(({ orderId, what, cause, detail }) => ({ order_id: orderId, what, cause, detail }))
  await tx.execute(sql`
    insert into payment_log (order_id, what, cause, detail)
    select order_id, what, cause, detail
    from jsonb_to_recordset(${jsonRows(rows)}) as r(order_id text, what text, cause text, detail jsonb)`)
}
