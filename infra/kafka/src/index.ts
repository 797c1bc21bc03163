import { setTimeout as delay } from 'node:timers/promises'
import { consumerGroups, eventRetentionMs, type Topic } from '@alipay-checkout/contracts'
import { type Admin, type ITopicConfig, Kafka, type KafkaConfig, logLevel } from 'kafkajs'

const dayMs = 24 * 60 * 60 * 1000

/** How long a topic keeps its records, ms. */
interface TopicPlan {
  topic: string
  retentionMs: number
  /** Where the number is not for whoever runs it to choose. */
  partitions?: number
}

const eventTopics: Record<Topic, number> = {
  'order.events': eventRetentionMs,
  'payment.events': eventRetentionMs,
  'inventory.events': eventRetentionMs,
}

// A parked record waits for a person, who may be away.
const deadLetterRetentionMs = 90 * dayMs

/** Every topic of the system. */
export const topicPlans: readonly TopicPlan[] = [
  ...Object.entries(eventTopics).map(([topic, retentionMs]) => ({ topic, retentionMs })),
  ...consumerGroups.map(group => ({ topic: `${group}.dlq`, retentionMs: deadLetterRetentionMs })),
  // Where re-driven dead letters come back to the one group that parked them: few, and asked for with every fetch.
  ...consumerGroups.map(group => ({ topic: `${group}.retry`, retentionMs: deadLetterRetentionMs, partitions: 1 })),
]

/** How many partitions and copies the topics get. */
export interface TopicOptions {
  /** At least this many; 6 by default: more consumers per group than a small shop runs, and few enough to be cheap. */
  partitions?: number
  /** Copies of each record, 1 by default. With three, a write is answered once two have it. */
  replicationFactor?: number
}

/**
 * Makes the topics that are missing, and adds partitions where there are fewer than asked for. Never removes any, so it
 * may run at every start, and from several processes at once.
 *
 * @param brokers `host:port`, several with commas between
 */
export async function createTopics(brokers: string, options: TopicOptions = {}): Promise<void> {
  const { partitions = 6, replicationFactor = 1 } = options
  const admin = connectionTo(brokers).admin()
  await admin.connect()
  try {
    await createMissing(admin, partitions, replicationFactor)
    await growPartitions(admin, partitions)
  } finally {
    await admin.disconnect()
  }
}

function connectionTo(brokers: string): Kafka {
  const config: KafkaConfig = {
    clientId: 'topics',
    brokers: brokers.split(',').map(broker => broker.trim()),
    logLevel: logLevel.NOTHING,
  }
  return new Kafka(config)
}

async function createMissing(admin: Admin, partitions: number, replicationFactor: number): Promise<void> {
  const existing = new Set(await admin.listTopics())
  const missing = topicPlans.filter(plan => !existing.has(plan.topic))
  if (missing.length === 0) return
  await createAndWait(
    admin,
    missing.map(({ topic, retentionMs, partitions: fixed }) => ({
      topic,
      numPartitions: fixed ?? partitions,
      replicationFactor,
      configEntries: [
        { name: 'retention.ms', value: String(retentionMs) },
        // One copy may be down and the rest still takes writes, but a write is never on one machine alone.
        { name: 'min.insync.replicas', value: String(Math.max(1, replicationFactor - 1)) },
      ],
    })),
  )
}

/** A new topic is known to every broker within some hundred ms; a machine under load takes longer. */
const knownTimeoutMs = 30_000

/**
 * Makes topics and waits until they can be used. What is there already stays as it is.
 *
 * KRaft: a broker answers a creation before it has heard of the topic itself, and for that moment says that it does not
 * host it. kafkajs' own `waitForLeaders` takes that for a failure.
 *
 * @param admin connected
 * @throws Error when a topic is refused, or not usable after 30 s
 */
export async function createAndWait(admin: Admin, topics: ITopicConfig[]): Promise<void> {
  await admin.createTopics({ topics, waitForLeaders: false })
  const names = topics.map(({ topic }) => topic)
  const giveUpAtMs = performance.now() + knownTimeoutMs
  for (;;) {
    try {
      const { topics: known } = await admin.fetchTopicMetadata({ topics: names })
      const led = known.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0))
      // The leader itself may be the last to hear that it is one.
      if (led) return void (await Promise.all(names.map(name => admin.fetchTopicOffsets(name))))
    } catch (error) {
      if (performance.now() >= giveUpAtMs) throw error
    }
    if (performance.now() >= giveUpAtMs) throw new Error(`${names.join(', ')}: no leader yet`)
    await delay(50)
  }
}

async function growPartitions(admin: Admin, partitions: number): Promise<void> {
  const growing = topicPlans.filter(plan => plan.partitions === undefined)
  const { topics } = await admin.fetchTopicMetadata({ topics: growing.map(plan => plan.topic) })
  const short = topics.filter(topic => topic.partitions.length < partitions)
  if (short.length === 0) return
  await admin.createPartitions({ topicPartitions: short.map(({ name }) => ({ topic: name, count: partitions })) })
}
