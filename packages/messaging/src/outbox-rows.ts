import type { OutboxRow, RefusedRow } from './publish.ts'
import type { RelaySession } from './relay-session.ts'

/** Rows read at once: one read, one delete. */
const readRowsMax = 1_000
/** Bytes read at once, without the last row: what the relay holds in memory. */
const readBytesMax = 4 * 1024 * 1024

/** A row of the outbox with its approximate size. */
export type ReadRow = OutboxRow & { bytes: number }

/** Whether a read reached its bound, so that more rows may be there. */
export function isCutShort(rows: readonly ReadRow[]): boolean {
  return rows.length === readRowsMax || rows.reduce((sum, { bytes }) => sum + bytes, 0) >= readBytesMax
}

/**
 * Deletes published rows and reads the next ones, in id order: one statement, so that publishing takes one transaction
 * of the database for each batch. The statement still sees the rows that it deletes, hence the exclusion. No rows up to
 * `settledId` are left.
 */
export function exchange(
  { sql }: RelaySession,
  { taken, settledId }: { taken: readonly number[]; settledId: number },
): Promise<ReadRow[]> {
  return sql<ReadRow[]>`
    with gone as (delete from outbox where id = any(${taken}::bigint[]) returning id)
    select id, topic, key, headers, value, bytes from (
      select *, sum(bytes) over (order by id rows between unbounded preceding and 1 preceding) as bytes_before
      from (
        select id, topic, key, headers, value,
          (octet_length(key) + octet_length(value) + pg_column_size(headers))::bigint as bytes
        from outbox where id > ${settledId}::bigint and id not in (select id from gone) order by id limit ${readRowsMax}
      ) first
    ) summed
    where bytes_before is null or bytes_before < ${readBytesMax} order by id`
}

/** Deletes published rows. */
export async function deleteTaken({ sql }: RelaySession, taken: readonly number[]): Promise<void> {
  await sql`delete from outbox where id = any(${taken}::bigint[])`
}

/** The oldest event of an outbox, and when it was first seen as the oldest, by the database's clock. */
export interface OldestEvent {
  id: number
  seenAt: string
  /** How long it has been the oldest, s. */
  oldestForSeconds: number
}

/** Reads the oldest event; `before` is the result of the previous call. */
export async function readOldest(
  { sql }: RelaySession,
  { settledId, before }: { settledId: number; before: OldestEvent | undefined },
): Promise<OldestEvent | undefined> {
  const [oldest] = await sql<OldestEvent[]>`
    select id, coalesce(seen_at, clock_timestamp())::text as "seenAt",
      coalesce(extract(epoch from clock_timestamp() - seen_at), 0)::float8 as "oldestForSeconds"
    from (
      select id, case when id = ${before?.id ?? 0}::bigint then ${before?.seenAt ?? null}::timestamptz end as seen_at
      from outbox where id > ${settledId}::bigint order by id limit 1
    ) first`
  return oldest
}

/**
 * Moves rows that Kafka can never accept to `outbox_rejected`, and adds an outbox row without a value for each, which
 * describes it on the service's dead-letter topic: one statement. A description that is refused itself is only moved.
 */
export async function moveToRejected(
  { sql }: RelaySession,
  { deadLetterTopic, refused }: { deadLetterTopic: string; refused: readonly RefusedRow[] },
): Promise<void> {
  const ids = refused.map(({ row }) => row.id)
  const reasons = refused.map(({ reason }) => reason.slice(0, 1_000))
  await sql`
    with gone as (
      delete from outbox o using unnest(${ids}::bigint[], ${reasons}::text[]) as r(id, reason)
      where o.id = r.id returning o.id, topic, key, headers, value, created_at, reason
    ), kept as (
      insert into outbox_rejected (id, topic, key, headers, value, created_at, reason)
      select id, topic, key, headers, value, created_at, reason from gone
    )
    insert into outbox (topic, key, headers, value)
    select ${deadLetterTopic}, left(key, 1000), jsonb_strip_nulls(jsonb_build_object(
        'ce_type', left(headers ->> 'ce_type', 200), 'ce_id', left(headers ->> 'ce_id', 200),
        'ce_source', left(headers ->> 'ce_source', 200), 'ce_time', left(headers ->> 'ce_time', 200),
        'dlq_reason', 'it could not be published: ' || reason, 'dlq_topic', left(topic, 300),
        'dlq_partition', '', 'dlq_offset', '', 'dlq_outbox_id', id::text,
        'dlq_at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
      )), ''
    from gone where topic <> ${deadLetterTopic} order by id`
}
