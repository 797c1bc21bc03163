import { randomUUID } from 'node:crypto'
import { directKafka } from '../faults/groups.ts'
import { asAdmin } from './read-groups.ts'

/** What a record of a topic says of itself. */
export interface LoggedEvent {
  topic: string
  partition: number
  offset: number
  key: string
  /** Empty where it is no event. */
  type: string
  id: string
  /** The event's data, where it can be read. */
  data: Record<string, unknown>
}

const readWithinMs = 60_000

/** Everything that was ever published, each partition in its order. Held in memory. */
export async function readEvents(brokers: string, topics: readonly string[]): Promise<LoggedEvent[]> {
  const ends = await asAdmin(brokers, async admin => {
    const all = await Promise.all(
      topics.map(async topic =>
        (await admin.fetchTopicOffsets(topic)).map(
          ({ partition, high }) => [`${topic}/${partition}`, Number(high)] as const,
        ),
      ),
    )
    return new Map<string, number>(all.flat().filter(([, high]) => high > 0))
  })
  const events: LoggedEvent[] = []
  if (ends.size === 0) return events
  const groupId = `faults-${randomUUID()}`
  const consumer = directKafka(brokers).consumer({ groupId, maxWaitTimeInMs: 200 })
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
        const data = parse(message.value?.toString() ?? '')
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
  await asAdmin(brokers, admin => admin.deleteGroups([groupId]))
  return events
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
