import { type DomainEvent, eventRetentionMs } from '@alipay-checkout/contracts'
import type { Logger } from '@alipay-checkout/service-kit'
import { type Db, type Tx, textArray } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'

/** Records the ids of events; gives back the ids that were not there before. One statement. */
export async function recogniseRepeats(tx: Tx, groupId: string, events: readonly DomainEvent[]): Promise<Set<string>> {
  const rows = await tx.execute<{ event_id: string }>(sql`
    insert into inbox (consumer, event_id)
    select ${groupId}, id::uuid from unnest(${textArray(events.map(event => event.id))}) as id
    on conflict do nothing
    returning event_id`)
  return new Set(rows.map(row => row.event_id))
}

/** A day more than Kafka keeps the events themselves. */
const rememberMs = eventRetentionMs + 24 * 60 * 60 * 1000
const forgetEveryMs = 60 * 1000
const forgetBatchSizeMax = 10_000

/** Forgets ids that Kafka can't deliver again, a bounded number a minute. Gives back how to stop. */
export function forgetOldIds(db: Db, groupId: string, logger: Logger): () => void {
  const timer = setInterval(() => {
    forgetIdsBefore(db, groupId, new Date(Date.now() - rememberMs)).catch(error =>
      logger.warn({ reason: (error as Error).message }, 'could not forget old event ids; trying again in a minute'),
    )
  }, forgetEveryMs)
  return () => clearInterval(timer)
}

/** Forgets ids that were made and heard of before a time, a bounded number. */
export async function forgetIdsBefore(db: Db, groupId: string, time: Date): Promise<void> {
  // The smallest UUIDv7 of that millisecond.
  const bound = `${time.getTime().toString(16).padStart(12, '0')}`.replace(
    /^(.{8})(.{4})$/,
    '$1-$2-7000-8000-000000000000',
  )
  await db.execute(sql`
    delete from inbox where ctid = any(array(
      select ctid from inbox
      where consumer = ${groupId} and event_id < ${bound}::uuid and received_at < ${time.toISOString()}::timestamptz
      limit ${forgetBatchSizeMax}))`)
}
