import type { DeadLetteredRecord, HandledLetter } from '@alipay-checkout/messaging'
import { jsonRows, textArray } from '@alipay-checkout/service-kit/database'
import { type SQL, sql } from 'drizzle-orm'
import { reasonKeyOf } from './reason-key.ts'

/** A dead letter's group, and its place in the dead-letter topic as `partition/offset`. */
export type Place = Pick<DeadLetteredRecord, 'groupId' | 'id'>

/** The id of a dead letter in the admin API and in `dead_letters`. */
const deadLetterIdOf = ({ groupId, id }: Place): string => `dlq_${groupId}_${id.replace('/', '_')}`

/** The key of a dead letter's case. */
export const caseKeyOf = ({ groupId, id }: Place): string => `parked_message:${groupId}:${id}`

const orderId = /^ord_[0-9a-f]{32}$/
const orderIdInValue = /"orderId"\s*:\s*"(ord_[0-9a-f]{32})"/

/** The order that a record is about: its key, or the `orderId` of its value. */
export function orderOf({ key, value }: Pick<DeadLetteredRecord, 'key' | 'value'>): string | undefined {
  return key !== undefined && orderId.test(key) ? key : orderIdInValue.exec(value ?? '')?.[1]
}

/** The statement that stores dead letters; those that are known stay as they are. */
export function deadLetterInserts(records: readonly DeadLetteredRecord[]): SQL[] {
  if (records.length === 0) return []
  const rows = records.map(record => {
    const [letterPartition, letterOffset] = record.id.split('/').map(Number)
    return {
      dead_letter_id: deadLetterIdOf(record),
      consumer_group: record.groupId,
      letter_partition: letterPartition,
      letter_offset: letterOffset,
      reason: record.reason,
      reason_key: reasonKeyOf(record.reason),
      topic: record.topic,
      origin_partition: record.partition,
      origin_offset: record.offset,
      type: record.type,
      key: record.key,
      value: record.value,
      headers: record.headers,
      base64: record.base64,
      outbox_id: record.outboxId,
      order_id: orderOf(record),
      dead_lettered_at: timeOf(record.deadLetteredAt).toISOString(),
    }
  })
  return [
    sql`
      insert into dead_letters (dead_letter_id, consumer_group, letter_partition, letter_offset, reason, reason_key, topic,
        origin_partition, origin_offset, type, key, value, headers, base64, outbox_id, order_id, dead_lettered_at)
      select dead_letter_id, consumer_group, letter_partition, letter_offset, reason, reason_key, topic,
        origin_partition, origin_offset, type, key, value, headers, base64, outbox_id, order_id, dead_lettered_at
      from jsonb_to_recordset(${jsonRows(rows)}) as r(
        dead_letter_id text, consumer_group text, letter_partition integer, letter_offset bigint, reason text,
        reason_key text, topic text, origin_partition text, origin_offset text, type text, key text, value text,
        headers jsonb, base64 jsonb, outbox_id text, order_id text, dead_lettered_at timestamptz)
      on conflict (dead_letter_id) do nothing`,
  ]
}

/** The time of the header, or now where it is none. */
function timeOf(header: string): Date {
  const time = new Date(header)
  const year = time.getUTCFullYear()
  return year >= 1970 && year < 10_000 ? time : new Date()
}

/**
 * The statements that record what markers in Kafka say. Who did it is only known for those that were decided here; a
 * decision that is still to be written keeps its author.
 */
export function markerUpdates(handled: readonly HandledLetter[]): SQL[] {
  const redriven = handled.filter(({ outcome }) => outcome === 'redriven').map(deadLetterIdOf)
  const discarded = handled
    .filter(({ outcome }) => outcome === 'discarded')
    .map(letter => ({ dead_letter_id: deadLetterIdOf(letter), reason: letter.reason || null }))
  return [
    ...(redriven.length === 0
      ? []
      : [
          sql`
            update dead_letters set status = 'REDRIVEN', next_try_at = null, handled_at = coalesce(handled_at, now())
            where dead_letter_id = any(${textArray(redriven)}) and status in ('WAITING', 'REDRIVING')`,
        ]),
    ...(discarded.length === 0
      ? []
      : [
          sql`
            update dead_letters d set status = 'DISCARDED', next_try_at = null,
              handled_at = coalesce(handled_at, now()), handled_reason = coalesce(handled_reason, r.reason)
            from jsonb_to_recordset(${jsonRows(discarded)}) as r(dead_letter_id text, reason text)
            where d.dead_letter_id = r.dead_letter_id and d.status in ('WAITING', 'DISCARDING')`,
        ]),
  ]
}
