import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs'
import { stopWithin } from './membership.ts'

/** A place in Kafka: the offset is of the partition. */
export interface Place {
  readonly topic: string
  readonly partition: number
  readonly offset: string
}

/** Records that are not read within this time fail the call, ms. */
const readTimeoutMs = 30_000

/**
 * Reads single records by their places, in the order of `places`; undefined for one that Kafka no longer has, or never
 * had. Only the batches around the places are read.
 *
 * @throws Error while Kafka does not answer
 */
export async function readRecordsAt(kafka: Kafka, places: readonly Place[]): Promise<(KafkaMessage | undefined)[]> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const wanted = await existingOnes(places, topic => admin.fetchTopicOffsets(topic), await admin.listTopics())
    if (wanted.size === 0) return places.map(() => undefined)
    const groupId = `reader-${randomUUID()}`
    // Unlike joining, this waits for a broker that has just started and still loads the groups that it coordinates.
    await admin.describeGroups([groupId])
    const found = await readWanted(kafka, groupId, wanted)
    await admin.deleteGroups([groupId]).catch(() => {})
    return places.map(place => found.get(keyOf(place)))
  } finally {
    await admin.disconnect()
  }
}

const partitionKey = (topic: string, partition: number): string => `${topic}/${partition}`
const keyOf = ({ topic, partition, offset }: Place): string => `${partitionKey(topic, partition)}/${offset}`

/** The offsets that are wanted of each partition, ascending, without those that it does not have. */
type Wanted = Map<string, { topic: string; partition: number; offsets: bigint[] }>

async function existingOnes(
  places: readonly Place[],
  offsetsOf: (topic: string) => Promise<{ partition: number; low: string; high: string }[]>,
  topics: readonly string[],
): Promise<Wanted> {
  const existing = new Set(topics)
  const wanted: Wanted = new Map()
  for (const [topic, its] of Map.groupBy(places, place => place.topic)) {
    if (!existing.has(topic)) continue
    const bounds = new Map((await offsetsOf(topic)).map(one => [one.partition, one]))
    for (const { partition, offset } of its) {
      const bound = bounds.get(partition)
      if (!bound || BigInt(offset) < BigInt(bound.low) || BigInt(offset) >= BigInt(bound.high)) continue
      const key = partitionKey(topic, partition)
      const entry = wanted.get(key) ?? { topic, partition, offsets: [] }
      entry.offsets.push(BigInt(offset))
      wanted.set(key, entry)
    }
  }
  for (const { offsets } of wanted.values()) offsets.sort((a, b) => (a < b ? -1 : 1))
  return wanted
}

async function readWanted(kafka: Kafka, groupId: string, wanted: Wanted): Promise<Map<string, KafkaMessage>> {
  const found = new Map<string, KafkaMessage>()
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 200, allowAutoTopicCreation: false })
  const { promise: finished, resolve, reject } = Promise.withResolvers<void>()
  consumer.on('consumer.crash', ({ payload }) => reject(payload.error))
  const stopped = new AbortController()

  async function take({ batch }: EachBatchPayload): Promise<void> {
    const { topic, partition } = batch
    const entry = wanted.get(partitionKey(topic, partition))
    if (!entry) return
    for (const message of batch.messages) {
      const { offset } = message
      if (entry.offsets.includes(BigInt(offset))) found.set(keyOf({ topic, partition, offset }), message)
    }
    // An offset that was skipped has been deleted meanwhile.
    const last = BigInt(batch.lastOffset())
    entry.offsets = entry.offsets.filter(offset => offset > last)
    if (entry.offsets.length === 0) {
      wanted.delete(partitionKey(topic, partition))
      consumer.pause([{ topic, partitions: [partition] }])
    } else seekNext(consumer, entry)
    if (wanted.size === 0) resolve()
  }

  try {
    await consumer.connect()
    await consumer.subscribe({
      topics: [...new Set([...wanted.values()].map(({ topic }) => topic))],
      fromBeginning: true,
    })
    await consumer.run({ autoCommit: false, eachBatch: take })
    for (const entry of wanted.values()) seekNext(consumer, entry)
    const tooLate = delay(readTimeoutMs, undefined, { signal: stopped.signal }).then(() => {
      throw new Error(`Kafka did not deliver the records within ${readTimeoutMs / 1_000} s`)
    })
    await Promise.race([finished, tooLate])
    return found
  } finally {
    stopped.abort()
    await stopWithin(() => consumer.disconnect())
  }
}

function seekNext(
  consumer: Consumer,
  { topic, partition, offsets }: { topic: string; partition: number; offsets: bigint[] },
) {
  consumer.seek({ topic, partition, offset: String(offsets[0]) })
}
