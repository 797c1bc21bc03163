import type { IHeaders, KafkaMessage, Producer } from 'kafkajs'
import { isTooLarge } from './refusals.ts'

/** A consumer's dead letters: the records it could not handle, with the reason. */
export const deadLetterTopic = (groupId: string): string => `${groupId}.dlq`
/** Where re-driven records come back to the one consumer that parked them. No other consumer sees them again. */
export const retryTopic = (groupId: string): string => `${groupId}.retry`

/** Headers that parking adds. They start with `dlq_`, so that the record's own headers stay as they were. */
const parkedHeaders = {
  reason: 'dlq_reason',
  topic: 'dlq_topic',
  partition: 'dlq_partition',
  offset: 'dlq_offset',
  at: 'dlq_at',
  /** On a marker record: which parked record (`partition/offset` in the dead-letter topic) was re-driven. */
  redriven: 'dlq_redriven',
  /** On a record that describes an event which could not be published: its row in the service's `outbox_rejected`. */
  outboxId: 'dlq_outbox_id',
} as const

/**
 * Parks one record: the same key, value and headers, and why. Resolves when Kafka has it on all replicas. A record that
 * the dead-letter topic does not take (it was compressed where it came from) is parked without its value and headers,
 * and the reason says where the whole one lies.
 */
export async function park(
  producer: Producer,
  options: { groupId: string; topic: string; partition: number; message: KafkaMessage; reason: string; now: Date },
): Promise<void> {
  const { message, topic, partition } = options
  const letter = (reason: string, original: Pick<KafkaMessage, 'key' | 'value' | 'headers'>) =>
    producer.send({
      topic: deadLetterTopic(options.groupId),
      acks: -1,
      messages: [
        {
          key: original.key,
          value: original.value,
          headers: {
            ...original.headers,
            [parkedHeaders.reason]: reason,
            [parkedHeaders.topic]: topic,
            [parkedHeaders.partition]: String(partition),
            [parkedHeaders.offset]: message.offset,
            [parkedHeaders.at]: options.now.toISOString(),
          },
        },
      ],
    })
  const reason = options.reason.slice(0, 1_000)
  try {
    await letter(reason, message)
  } catch (error) {
    if (!isTooLarge(error)) throw error
    const place = `${topic}/${partition} at offset ${message.offset}`
    const { ce_type, ce_id } = message.headers ?? {}
    await letter(`${reason} (it is too large to be kept here: the whole record is in ${place})`, {
      key: message.key?.subarray(0, 1_000) ?? null,
      value: null,
      headers: Object.fromEntries(
        Object.entries({ ce_type, ce_id }).filter(([, value]) => value && value.length < 1_000),
      ),
    })
  }
}

/** The record's own headers, without what parking added. */
export function originalHeaders(headers: IHeaders): IHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('dlq_')))
}

/** A parked record, as a person looks at it. */
export interface DeadLetter {
  /** Names it for `show` and `redrive`: `partition/offset` in the dead-letter topic. */
  id: string
  groupId: string
  reason: string
  parkedAt: string
  /** Where it came from. */
  topic: string
  partition: string
  offset: string
  /** The event's type, where the record had one. */
  type: string | undefined
  /** For an event that the service itself could not publish: where it lies in `outbox_rejected`. It can't be redriven. */
  outboxId: string | undefined
  redriven: boolean
  message: KafkaMessage
}

/** Folds the records of one dead-letter topic: each parked one, marked if a later record says that it was re-driven. */
export function foldDeadLetters(
  groupId: string,
  records: readonly { partition: number; message: KafkaMessage }[],
): DeadLetter[] {
  const letters = new Map<string, DeadLetter>()
  const redriven = new Set<string>()
  for (const { partition, message } of records) {
    const header = (name: string) => message.headers?.[name]?.toString()
    const marks = header(parkedHeaders.redriven)
    if (marks) {
      redriven.add(marks)
      continue
    }
    const id = `${partition}/${message.offset}`
    letters.set(id, {
      id,
      groupId,
      reason: header(parkedHeaders.reason) ?? 'unknown',
      parkedAt: header(parkedHeaders.at) ?? '',
      topic: header(parkedHeaders.topic) ?? '',
      partition: header(parkedHeaders.partition) ?? '',
      offset: header(parkedHeaders.offset) ?? '',
      type: header('ce_type'),
      outboxId: header(parkedHeaders.outboxId),
      redriven: false,
      message,
    })
  }
  return [...letters.values()]
    .map(letter => ({ ...letter, redriven: redriven.has(letter.id) }))
    .sort((a, b) => a.parkedAt.localeCompare(b.parkedAt))
}

/** The ids of the dead-lettered records that these records of a dead-letter topic mark as redriven. */
export function redrivenIds(messages: readonly KafkaMessage[]): string[] {
  return messages.flatMap(({ headers }) => headers?.[parkedHeaders.redriven]?.toString() ?? [])
}

/**
 * Gives a parked record back to the consumer that parked it, then marks it. A crash between the two re-drives it again
 * at worst; the inbox recognises the repeat.
 *
 * @throws Error saying what to do instead where it can't be given back
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
    messages: [{ key: message.key, value: null, headers: { [parkedHeaders.redriven]: letter.id } }],
  })
}

/** Why a dead letter can't be given back to its consumer, and what to do instead; undefined where it can. */
export function whyNotRedriven({ groupId, id, outboxId }: DeadLetter): string | undefined {
  if (outboxId === undefined) return undefined
  return [
    `${groupId} ${id} was never published, so that no consumer can be given it. In the database of ${groupId}, remove`,
    'the reason (see outbox_rejected), then put it back into the outbox:',
    `  with again as (delete from outbox_rejected where id = ${outboxId} returning topic, key, headers, value)`,
    '  insert into outbox (topic, key, headers, value) select * from again;',
  ].join('\n')
}
