import { randomUUID } from 'node:crypto'
import { parseJson } from '@alipay-checkout/test-support'
import { connectKafka, withAdmin } from '../system/kafka.ts'

/** A record of a topic. */
export interface RecordedEvent {
  topic: string
  partition: number
  offset: number
  key: string
  /** Empty where it is not an event. */
  type: string
  id: string
  /** The event's data; empty where it cannot be parsed. */
  data: Record<string, unknown>
}

const readWithinMs = 60_000

/** Reads all records of these topics into memory, those of a partition in order. */
export async function readEvents(brokers: string, topics: readonly string[]): Promise<RecordedEvent[]> {
  const ends = await withAdmin(brokers, async admin => {
    const all = await Promise.all(
      topics.map(async topic =>
        (await admin.fetchTopicOffsets(topic)).map(
          ({ partition, high }) => [`${topic}/${partition}`, Number(high)] as const,
        ),
      ),
    )
    return new Map<string, number>(all.flat().filter(([, high]) => high > 0))
  })
  const events: RecordedEvent[] = []
  if (ends.size === 0) return events
  const groupId = `faults-${randomUUID()}`
  const consumer = connectKafka(brokers).consumer({ groupId, maxWaitTimeInMs: 200 })
  const read = Promise.withResolvers<void>()
  const timer = setTimeout(() => read.reject(new Error(`${topics.join(', ')} could not be read in time`)), readWithinMs)
  consumer.on('consumer.crash', ({ payload }) => read.reject(payload.error))
  try {
    await consumer.connect()
    await consumer.subscribe({ topics: [...topics], fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ topic, partition, message }) => {
        const header = (name: string) => message.headers?.[name]?.toString() ?? ''
        const offset = Number(message.offset)
        const type = header('ce_type')
        const data = (parseJson(message.value?.toString() ?? '') ?? {}) as Record<string, unknown>
        events.push({ topic, partition, offset, key: message.key?.toString() ?? '', type, id: header('ce_id'), data })
        const place = `${topic}/${partition}`
        if (offset + 1 >= (ends.get(place) ?? 0)) ends.delete(place)
        if (ends.size === 0) read.resolve()
      },
    })
    await read.promise
  } finally {
    clearTimeout(timer)
    await consumer.disconnect()
  }
  await withAdmin(brokers, admin => admin.deleteGroups([groupId]))
  return events
}
