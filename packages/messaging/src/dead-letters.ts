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
  message: KafkaMessage
}

/** The dead letters in the records of one dead-letter topic, each with whether a later marker says that it was redriven. */
export function foldDeadLetters(
  groupId: string,
  records: readonly { partition: number; message: KafkaMessage }[],
): DeadLetter[] {
  const letters = new Map<string, DeadLetter>()
  const redriven = new Set<string>()
  for (const { partition, message } of records) {
    const header = (name: string) => message.headers?.[name]?.toString()
    const marks = header(addedHeaders.redriven)
    if (marks) {
      redriven.add(marks)
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
      message,
    })
  }
  return [...letters.values()]
    .map(letter => ({ ...letter, redriven: redriven.has(letter.id) }))
    .sort((a, b) => a.deadLetteredAt.localeCompare(b.deadLetteredAt))
}

/** The ids of the dead-lettered records that these records of a dead-letter topic mark as redriven. */
export function redrivenIds(messages: readonly KafkaMessage[]): string[] {
  return messages.flatMap(({ headers }) => headers?.[addedHeaders.redriven]?.toString() ?? [])
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
    messages: [{ key: message.key, value: null, headers: { [addedHeaders.redriven]: letter.id } }],
  })
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
