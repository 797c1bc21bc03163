import type { IHeaders, KafkaMessage, Producer } from 'kafkajs'
import { isTooLarge } from './refusals.ts'

/** A consumer's dead letters: the records it could not handle, with the reason. */
export const deadLetterTopic = (groupId: string): string => `${groupId}.dlq`
/** Redriven records: only the consumer that dead-lettered them reads them again. */
export const retryTopic = (groupId: string): string => `${groupId}.retry`

/** Headers that are added to a dead letter. They start with `dlq_`, so that the record's own headers stay as they were. */
const addedHeaders = {
  reason: 'dlq_reason',
  topic: 'dlq_topic',
  partition: 'dlq_partition',
  offset: 'dlq_offset',
  at: 'dlq_at',
  /** On a marker record: the dead letter (`partition/offset` in the dead-letter topic) that was redriven. */
  redriven: 'dlq_redriven',
  /** On a marker record: the dead letter that was discarded, and why. */
  discarded: 'dlq_discarded',
  discardReason: 'dlq_discard_reason',
  /** On a record that describes an event which could not be published: its row in the service's `outbox_rejected`. */
  outboxId: 'dlq_outbox_id',
} as const

/**
 * Sends one record to the dead-letter topic: the same key, value and headers, with the reason. Resolves when all in-sync
 * replicas have it. A record that is too large there (it was compressed in its own topic) is sent without its value and
 * headers, and the reason says where the whole record is.
 */
export async function sendDeadLetter(
  producer: Producer,
  options: { groupId: string; topic: string; partition: number; message: KafkaMessage; reason: string; now: Date },
): Promise<void> {
  const { message, topic, partition } = options
  const send = (reason: string, original: Pick<KafkaMessage, 'key' | 'value' | 'headers'>) =>
    producer.send({
      topic: deadLetterTopic(options.groupId),
      acks: -1,
      messages: [
        {
          key: original.key,
          value: original.value,
          headers: {
            ...original.headers,
            [addedHeaders.reason]: reason,
            [addedHeaders.topic]: topic,
            [addedHeaders.partition]: String(partition),
            [addedHeaders.offset]: message.offset,
            [addedHeaders.at]: options.now.toISOString(),
          },
        },
      ],
    })
  const reason = options.reason.slice(0, 1_000)
  try {
    await send(reason, message)
  } catch (error) {
    if (!isTooLarge(error)) throw error
    const place = `${topic}/${partition} at offset ${message.offset}`
    const { ce_type, ce_id } = message.headers ?? {}
    await send(`${reason} (it is too large for this topic: the whole record is in ${place})`, {
      key: message.key?.subarray(0, 1_000) ?? null,
      value: null,
      headers: Object.fromEntries(
        Object.entries({ ce_type, ce_id }).filter(([, value]) => value && value.length < 1_000),
      ),
    })
  }
}

/** The record's own headers, without those that were added to the dead letter. */
export function originalHeaders(headers: IHeaders): IHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('dlq_')))
}

/** A dead-lettered record, as an operator reads it. */
export interface DeadLetter {
  /** Names it for `show` and `redrive`: `partition/offset` in the dead-letter topic. */
  id: string
  groupId: string
  reason: string
  deadLetteredAt: string
  /** Where it came from. */
  topic: string
  partition: string
  offset: string
  /** The event's type, where the record had one. */
  type: string | undefined
  /** For an event that the service itself could not publish: its row in `outbox_rejected`. It can't be redriven. */
  outboxId: string | undefined
  redriven: boolean
  discarded: boolean
  message: KafkaMessage
}

/** The dead letters in the records of one dead-letter topic, each with whether a marker says that it was handled. */
export function foldDeadLetters(
  groupId: string,
  records: readonly { partition: number; message: KafkaMessage }[],
): DeadLetter[] {
  const letters = new Map<string, DeadLetter>()
  const redriven = new Set<string>()
  const discarded = new Set<string>()
  for (const { partition, message } of records) {
    const header = (name: string) => message.headers?.[name]?.toString()
    const marker = markerOf(message)
    if (marker) {
      const marked = marker.outcome === 'redriven' ? redriven : discarded
      marked.add(marker.id)
      continue
    }
    const id = `${partition}/${message.offset}`
    letters.set(id, {
      id,
      groupId,
      reason: header(addedHeaders.reason) ?? 'unknown',
      deadLetteredAt: header(addedHeaders.at) ?? '',
      topic: header(addedHeaders.topic) ?? '',
      partition: header(addedHeaders.partition) ?? '',
      offset: header(addedHeaders.offset) ?? '',
      type: header('ce_type'),
      outboxId: header(addedHeaders.outboxId),
      redriven: false,
      discarded: false,
      message,
    })
  }
  return [...letters.values()]
    .map(letter => ({ ...letter, redriven: redriven.has(letter.id), discarded: discarded.has(letter.id) }))
    .sort((a, b) => a.deadLetteredAt.localeCompare(b.deadLetteredAt))
}

/** What a marker record says, which is in the partition of its dead letter, and after it: the dead letter of this id in the same topic was redriven or discarded. */
export interface Marker {
  readonly id: string
  readonly outcome: 'redriven' | 'discarded'
  /** Why it was discarded. */
  readonly reason?: string
}

/** The markers among these records of a dead-letter topic. */
export function markersOf(messages: readonly KafkaMessage[]): Marker[] {
  return messages.flatMap(message => markerOf(message) ?? [])
}

function markerOf({ headers }: KafkaMessage): Marker | undefined {
  const header = (name: string) => headers?.[name]?.toString()
  const redriven = header(addedHeaders.redriven)
  if (redriven) return { id: redriven, outcome: 'redriven' }
  const discarded = header(addedHeaders.discarded)
  return discarded
    ? { id: discarded, outcome: 'discarded', reason: header(addedHeaders.discardReason) ?? '' }
    : undefined
}

/**
 * Redrives a dead letter: sends it to its consumer's retry topic, then marks it. After a crash between the two it may be
 * redriven twice; the inbox recognises the repeat.
 *
 * @throws Error saying what to do instead where it can't be redriven
 */
export async function redrive(producer: Producer, letter: DeadLetter): Promise<void> {
  const obstacle = whyNotRedriven(letter)
  if (obstacle) throw new Error(obstacle)
  const { message, groupId } = letter
  await producer.send({
    topic: retryTopic(groupId),
    acks: -1,
    messages: [{ key: message.key, value: message.value, headers: originalHeaders(message.headers ?? {}) }],
  })
  await producer.send({
    topic: deadLetterTopic(groupId),
    acks: -1,
    messages: [
      {
        key: message.key,
        value: null,
        partition: placeOf(letter.id).partition,
        headers: { [addedHeaders.redriven]: letter.id },
      },
    ],
  })
}

/** Marks a dead letter as discarded, with the reason: its consumer never gets it. Repeating it is harmless. */
export async function discard(
  producer: Producer,
  { groupId, id }: Pick<DeadLetter, 'groupId' | 'id'>,
  reason: string,
): Promise<void> {
  const headers = { [addedHeaders.discarded]: id, [addedHeaders.discardReason]: reason }
  await producer.send({
    topic: deadLetterTopic(groupId),
    acks: -1,
    messages: [{ key: null, value: null, partition: placeOf(id).partition, headers }],
  })
}

/** The partition and the offset that an id names. */
export function placeOf(id: string): { partition: number; offset: string } {
  const [partition = '', offset = ''] = id.split('/')
  return { partition: Number(partition), offset }
}

/** Why a dead letter can't be redriven, and what to do instead; undefined where it can. */
export function whyNotRedriven({ groupId, id, outboxId }: DeadLetter): string | undefined {
  if (outboxId === undefined) return undefined
  return [
    `${groupId} ${id} was never published, so no consumer can receive it. In the database of ${groupId}, remove`,
    'the cause (see outbox_rejected), then put it back into the outbox:',
    `  with again as (delete from outbox_rejected where id = ${outboxId} returning topic, key, headers, value)`,
    '  insert into outbox (topic, key, headers, value) select * from again;',
  ].join('\n')
}
