import { type SearchHit, SearchHits } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import Type from 'typebox'
import { orderIdOf } from '../payments/trade-number.ts'

const hitsMax = 20
const Query = Type.Object({ q: Type.String({ minLength: 1, maxLength: 128 }) }, { additionalProperties: false })

/** What a number identifies here: exactly, and each by an index. */
export function addSearch(app: HttpApp, { db }: { db: Db }): void {
  app.get('/admin/search', { schema: { querystring: Query, response: { 200: SearchHits } } }, async ({ query }) => ({
    items: await search(db, query.q.trim()),
  }))
}

async function search(db: Db, q: string): Promise<SearchHit[]> {
  // PostgreSQL stores no such character, so nothing can have it.
  if (q === '' || q.includes('\u0000')) return []
  const rows = await db.execute<{ kind: SearchHit['kind']; id: string; order_id: string | null; matched: string }>(sql`
    select kind, id, order_id, matched from (
      (select 'payment' as kind, out_trade_no as id, order_id, 'out_trade_no' as matched
       from attempts where out_trade_no = ${q})
      union all
      (select 'payment', out_trade_no, order_id, 'trade_no' from attempts where trade_no = ${q})
      union all
      (select 'refund', refund_id, order_id, 'refund' from refunds where refund_id = ${q})
      union all
      (select 'refund', refund_id, order_id, 'out_request_no' from refunds
       where outside_request_no is not null and outside_request_no = ${q} limit ${hitsMax})
      union all
      (select 'case', case_id, order_id, 'case' from cases where case_id = ${q})
      union all
      -- The same notify is stored once for each result.
      (select 'notify', notify_id, out_trade_no, 'notify_id' from notifies where notify_id = ${q} limit 1)
    ) hits limit ${hitsMax}`)
  return rows.map(({ kind, id, order_id, matched }) => {
    const orderId = order_id === null ? undefined : (orderIdOf(order_id) ?? undefined)
    return { kind, id, ...(orderId ? { orderId } : {}), matched }
  })
}
