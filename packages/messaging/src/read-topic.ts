import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { Kafka, KafkaMessage } from 'kafkajs'

/**
 * Reads a topic from its beginning to where it ended when asked, and gives back every record. For tools: everything is
 * held in memory. A topic that does not exist is empty.
 */
export async function readTopic(kafka: Kafka, topic: string): Promise<{ partition: number; message: KafkaMessage }[]> {
  const admin = kafka.admin()
  await admin.connect()
  const groupId = `dlq-tool-${randomUUID()}`
  try {
    if (!(await admin.listTopics()).includes(topic)) return []
    const waiting = new Map(
      (await admin.fetchTopicOffsets(topic))
        .filter(({ low, high }) => BigInt(high) > BigInt(low))
        .map(({ partition, high }) => [partition, BigInt(high)]),
    )
    if (waiting.size === 0) return []
    const records = await readUntil(kafka, { topic, groupId, waiting })
    await admin.deleteGroups([groupId])
    return records
  } finally {
    await admin.disconnect()
  }
}

async function readUntil(
  kafka: Kafka,
  { topic, groupId, waiting }: { topic: string; groupId: string; waiting: Map<number, bigint> },
): Promise<{ partition: number; message: KafkaMessage }[]> {
  const records: { partition: number; message: KafkaMessage }[] = []
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 200 })
  const done = new EventTarget()
  await consumer.connect()
  try {
    await consumer.subscribe({ topic, fromBeginning: true })
    const finished = once(done, 'end')
    await consumer.run({
      eachBatch: async ({ batch }) => {
        for (const message of batch.messages) records.push({ partition: batch.partition, message })
        if (BigInt(batch.lastOffset()) + 1n >= (waiting.get(batch.partition) ?? 0n)) waiting.delete(batch.partition)
        if (waiting.size === 0) done.dispatchEvent(new Event('end'))
      },
    })
    await finished
  } finally {
    await consumer.disconnect()
  }
  return records
}
