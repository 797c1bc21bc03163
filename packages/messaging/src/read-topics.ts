import { randomUUID } from 'node:crypto'
import type { Admin, Kafka, KafkaMessage } from 'kafkajs'

/** A record with its topic and partition. */
export interface ReadRecord {
  topic: string
  partition: number
  message: KafkaMessage
}

/**
 * Reads topics from their beginning to the end that they had at the call, and returns every record. For tools:
 * everything is held in memory. A topic that does not exist is empty.
 */
export async function readTopics(kafka: Kafka, topics: readonly string[]): Promise<ReadRecord[]> {
  const waiting = await endsOf(kafka, topics)
  if (waiting.size === 0) return []
  const groupId = `reader-${randomUUID()}`
  return withAdmin(kafka, async admin => {
    // Unlike joining, this waits for a broker that has just started and still loads the groups that it coordinates.
    await admin.describeGroups([groupId])
    const records = await readUntil(kafka, { groupId, waiting })
    await admin.deleteGroups([groupId])
    return records
  })
}

async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

const placeOf = (topic: string, partition: number): string => `${topic}/${partition}`

/** For each partition that holds anything, the offset after its last record. */
async function endsOf(kafka: Kafka, topics: readonly string[]): Promise<Map<string, bigint>> {
  const existing = await withAdmin(kafka, async admin => {
    const all = new Set(await admin.listTopics())
    return topics.filter(topic => all.has(topic))
  })
  try {
    return await withAdmin(kafka, admin => offsetsOf(admin, existing))
  } catch (error) {
    // A topic that is deleted meanwhile fails the client's requests for all other topics too.
    const all = new Set(await withAdmin(kafka, admin => admin.listTopics()))
    if (existing.every(topic => all.has(topic))) throw error
    return endsOf(kafka, existing)
  }
}

async function offsetsOf(admin: Admin, topics: readonly string[]): Promise<Map<string, bigint>> {
  const offsets = await Promise.all(
    topics.map(async topic => ({ topic, partitions: await admin.fetchTopicOffsets(topic) })),
  )
  return new Map(
    offsets.flatMap(({ topic, partitions }) =>
      partitions
        .filter(({ low, high }) => BigInt(high) > BigInt(low))
        .map(({ partition, high }) => [placeOf(topic, partition), BigInt(high)] as const),
    ),
  )
}

async function readUntil(
  kafka: Kafka,
  { groupId, waiting }: { groupId: string; waiting: Map<string, bigint> },
): Promise<ReadRecord[]> {
  const records: ReadRecord[] = []
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 200 })
  const { promise: finished, resolve, reject } = Promise.withResolvers<void>()
  consumer.on('consumer.crash', ({ payload }) => reject(payload.error))
  const topics = new Set([...waiting.keys()].map(place => place.slice(0, place.lastIndexOf('/'))))
  await consumer.connect()
  try {
    await consumer.subscribe({ topics: [...topics], fromBeginning: true })
    await consumer.run({
      eachBatch: async ({ batch }) => {
        const { topic, partition } = batch
        for (const message of batch.messages) records.push({ topic, partition, message })
        const place = placeOf(topic, partition)
        if (BigInt(batch.lastOffset()) + 1n >= (waiting.get(place) ?? 0n)) waiting.delete(place)
        if (waiting.size === 0) resolve()
      },
    })
    await finished
  } finally {
    await consumer.disconnect()
  }
  return records
}
