import type { IHeaders, KafkaMessage, Producer } from 'kafkajs'

/** A consumer's dead letters: the records it could not handle, with the reason. */
export const deadLetterTopic = (groupId: string): string => `${groupId}.dlq`
/** Where re-driven records come back to the one consumer that parked them. No other consumer sees them again. */
export const retryTopic = (groupId: string): string => `${groupId}.retry`

/** Headers that parking adds. They start with `dlq_`, so that the record's own headers stay as they were. */
export const parkedHeaders = {
  reason: 'dlq_reason',
  topic: 'dlq_topic',
  partition: 'dlq_partition',
  offset: 'dlq_offset',
  at: 'dlq_at',
  /** On a marker record: which parked record (`partition/offset` in the dead-letter topic) was re-driven. */
  redriven: 'dlq_redriven',
} as const

/** Parks one record: the same key, value and headers, and why. Resolves when Kafka has it on all replicas. */
export async function park(
  producer: Producer,
  options: { groupId: string; topic: string; partition: number; message: KafkaMessage; reason: string; now: Date },
): Promise<void> {
  const { message } = options
  await producer.send({
    topic: deadLetterTopic(options.groupId),
    acks: -1,
    messages: [
      {
        key: message.key,
        value: message.value,
        headers: {
          ...message.headers,
          [parkedHeaders.reason]: options.reason.slice(0, 1_000),
          [parkedHeaders.topic]: options.topic,
          [parkedHeaders.partition]: String(options.partition),
          [parkedHeaders.offset]: message.offset,
          [parkedHeaders.at]: options.now.toISOString(),
        },
      },
    ],
  })
}

/** The record's own headers, without what parking added. */
export function originalHeaders(headers: IHeaders): IHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('dlq_')))
}
