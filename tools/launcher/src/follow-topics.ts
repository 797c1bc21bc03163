import { randomUUID } from 'node:crypto'
import { type KafkaConnection, kafkaOptions } from '@alipay-checkout/service-kit/connections'
import { type EachMessagePayload, Kafka, logLevel } from 'kafkajs'

/** A Kafka record as a downstream system receives it. */
export interface SeenRecord {
  topic: string
  partition: number
  offset: string
  key: string
  /** CloudEvents attributes are `ce_type`, `ce_id`, `ce_time`, `ce_source`. */
  headers: Record<string, string>
  /** The text as it was sent. */
  value: string
  /** The event's type, or an empty text. */
  type: string
}

export interface FollowOptions {
  kafka: KafkaConnection
  topics: readonly string[]
  /** `now`: records written after `followTopics` has resolved. `beginning`: all of them. */
  from: 'now' | 'beginning'
  /** Names the client, and begins the name of its consumer group. */
  clientId: string
}

/**
 * Follows topics as fulfilment or analytics would: in a consumer group of its own, which is deleted afterwards.
 *
 * @param onRecord receives each record once, those of a partition in order
 */
export async function followTopics(
  { kafka: connection, topics, from, clientId }: FollowOptions,
  onRecord: (record: SeenRecord) => void,
): Promise<{ stop(): Promise<void> }> {
  const kafka = new Kafka({
    clientId,
    ...kafkaOptions(connection),
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 50 },
  })
  const groupId = `${clientId}-${randomUUID()}`
  // The default wait of 5 s would also be how long leaving takes.
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, allowAutoTopicCreation: false })
  const admin = kafka.admin()
  await Promise.all([admin.connect(), consumer.connect()])
  // Read before joining and sought afterwards, so that records written while the group is joining are not missed.
  const offsets = await Promise.all(
    topics.map(async topic => ({ topic, partitions: await admin.fetchTopicOffsets(topic) })),
  )
  const seen = new Set<string>()
  const joined = new Promise<void>(resolve => consumer.on('consumer.group_join', () => resolve()))
  await consumer.subscribe({ topics: [...topics], fromBeginning: from === 'beginning' })
  await consumer.run({
    autoCommit: false,
    eachMessage: async payload => {
      // After a seek, a record that was already fetched can come again.
      const position = `${payload.topic}/${payload.partition}/${payload.message.offset}`
      if (seen.has(position)) return
      seen.add(position)
      onRecord(readRecord(payload))
    },
  })
  await joined
  for (const { topic, partitions } of offsets) {
    for (const { partition, low, high } of partitions) {
      consumer.seek({ topic, partition, offset: from === 'now' ? high : low })
    }
  }
  return {
    async stop() {
      await consumer.disconnect()
      await admin.deleteGroups([groupId])
      await admin.disconnect()
    },
  }
}

function readRecord({ topic, partition, message }: EachMessagePayload): SeenRecord {
  const headers = Object.fromEntries(
    Object.entries(message.headers ?? {}).map(([name, value]) => [name, value?.toString() ?? '']),
  )
  return {
    topic,
    partition,
    offset: message.offset,
    key: message.key?.toString() ?? '',
    headers,
    value: message.value?.toString() ?? '',
    type: headers.ce_type ?? '',
  }
}
