import { setImmediate } from 'node:timers/promises'
import { type DomainEvent, eventIdLifetimeMs } from '@alipay-checkout/contracts'
import type { Log } from '@alipay-checkout/service-kit'
import { type Executor, textArray } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'

/** Records the ids of events in one statement; returns those that were not recorded before. */
export async function insertNewIds(
  tx: Executor,
  groupId: string,
  events: readonly DomainEvent[],
): Promise<Set<string>> {
  const rows = await tx.execute<{ event_id: string }>(sql`
    insert into inbox (consumer, event_id)
    select ${groupId}, id::uuid from unnest(${textArray(events.map(event => event.id))}) as id
    on conflict do nothing
    returning event_id`)
  return new Set(rows.map(row => row.event_id))
}

const deleteEveryMs = 60_000
/** Rows deleted in one statement, so that each statement is short. */
const deleteBatchSizeMax = 10_000
const smallestId = '00000000-0000-0000-0000-000000000000'

/**
 * Deletes the ids of this group's events after `eventIdLifetimeMs`: each minute all that are due, in batches. Returns how
 * to stop.
 */
export function deleteExpiredIds(db: Executor, groupId: string, logger: Log): () => void {
  let stopped = false
  let running = false
  async function deleteDue(): Promise<void> {
    if (running) return
    running = true
    try {
      // By the database's clock, because the clocks of replicas differ.
      const [row] = await db.execute<{ dueMs: number }>(sql`
        select extract(epoch from clock_timestamp())::float8 * 1000 - ${eventIdLifetimeMs}::float8 as "dueMs"`)
      await deleteIdsBefore(db, groupId, new Date(row?.dueMs ?? 0), () => stopped)
    } catch (error) {
      logger.warn({ reason: (error as Error).message }, 'could not delete old event ids; trying again in a minute')
    } finally {
      running = false
    }
  }
  const timer = setInterval(() => void deleteDue(), deleteEveryMs)
  return () => {
    stopped = true
    clearInterval(timer)
  }
}

/**
 * Deletes all ids of a group that were created and received before a time, until `isStopped` returns true. Replicas that
 * do so at the same time share the rows.
 */
export async function deleteIdsBefore(
  db: Executor,
  groupId: string,
  time: Date,
  isStopped: () => boolean = () => false,
): Promise<void> {
  // The smallest UUIDv7 of that millisecond.
  const bound = `${time.getTime().toString(16).padStart(12, '0')}`.replace(
    /^(.{8})(.{4})$/,
    '$1-$2-7000-8000-000000000000',
  )
  // Each batch starts after the last one, because deleted rows stay in the index while an old snapshot is open.
  let after = smallestId
  while (!isStopped()) {
    const [batch] = await db.execute<{ rows: number; last: string }>(sql`
      with due as (
        select ctid, event_id from inbox
        where consumer = ${groupId} and event_id > ${after}::uuid and event_id < ${bound}::uuid
          and received_at < ${time.toISOString()}::timestamptz
        order by event_id limit ${deleteBatchSizeMax} for update skip locked
      ), gone as (
        delete from inbox where ctid = any(array(select ctid from due)) returning event_id
      )
      select count(*)::int as rows, max(event_id::text) as last from gone`)
    if (!batch || batch.rows < deleteBatchSizeMax) return
    after = batch.last
    await setImmediate()
  }
}
