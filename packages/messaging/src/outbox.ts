import type { NewEvent } from '@alipay-checkout/contracts'
import { jsonRows, runAll, type Tx } from '@alipay-checkout/service-kit/database'
import { type SQL, sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { toRecord } from './record.ts'

/**
 * The statement that keeps events for publishing, to be run in the transaction of what caused them: one, whatever
 * their number, or none without events. `source` is the producing service; `time` is when the facts became true.
 */
export function outboxInserts(source: string, events: readonly NewEvent[], time: Date): SQL[] {
  if (events.length === 0) return []
  const records = events.map(event => toRecord(event, { id: uuidv7(), time, source }))
  return [
    sql`
      insert into outbox (topic, key, headers, value)
      select topic, key, headers, value
      from jsonb_to_recordset(${jsonRows(records)}) as r(topic text, key text, headers jsonb, value text)`,
  ]
}

/** Keeps events for publishing, at once. */
export async function appendEvents(tx: Tx, source: string, events: readonly NewEvent[], time: Date): Promise<void> {
  await runAll(tx, outboxInserts(source, events, time))
}
