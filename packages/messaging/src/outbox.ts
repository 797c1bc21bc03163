import type { NewEvent } from '@alipay-checkout/contracts'
import { jsonRows, type Tx } from '@alipay-checkout/service-kit'
import { sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { toRecord } from './record.ts'

/**
 * Keeps events for publishing, in the transaction of what caused them: one statement, whatever their number.
 * `source` is the producing service; `time` is when the facts became true.
 */
export async function appendEvents(tx: Tx, source: string, events: readonly NewEvent[], time: Date): Promise<void> {
  if (events.length === 0) return
  const records = events.map(event => toRecord(event, { id: uuidv7(), time, source }))
  await tx.execute(sql`
    insert into outbox (topic, key, headers, value)
    select topic, key, headers, value
    from jsonb_to_recordset(${jsonRows(records)}) as r(topic text, key text, headers jsonb, value text)`)
}
