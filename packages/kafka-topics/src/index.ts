import { setTimeout as delay } from 'node:timers/promises'
import {
  consumerGroups,
  deadLetterBytesMax,
  eventTopicSettings,
  eventTopics,
  type Topic,
} from '@alipay-checkout/contracts'
import { adviceOnKafka, type KafkaConnection, kafkaOptions, withAdvice } from '@alipay-checkout/service-kit/connections'
import kafkajs, { type Admin, type ITopicConfig, Kafka, logLevel } from 'kafkajs'

// Node does not find these two among the names that kafkajs exports.
const { ConfigResourceTypes, ConfigSource } = kafkajs

const dayMs = 24 * 60 * 60 * 1000

interface TopicPlan {
  topic: string
  /** Settings that the code depends on, by Kafka's names. A topic that differs is changed. */
  settings: TopicSettings
  /** A fixed number of partitions; by default the deployment chooses it. */
  partitions?: number
}

interface TopicSettings {
  'retention.ms': number
  'segment.ms': number
  'max.message.bytes': number
  'message.timestamp.type': 'LogAppendTime'
}

/** A redriven record is delivered like an event: for no longer than consumers keep ids. */
const retrySettings: TopicSettings = { ...eventTopicSettings, 'max.message.bytes': deadLetterBytesMax }

const deadLetterSettings: TopicSettings = {
  ...eventTopicSettings,
  // A dead letter waits for an operator. No service consumes it as an event from here.
  'retention.ms': 90 * dayMs,
  'segment.ms': 7 * dayMs,
  'max.message.bytes': deadLetterBytesMax,
}

/** Every topic of the system. */
export const topicPlans: readonly TopicPlan[] = [
  ...eventTopics.map(topic => ({ topic, settings: eventTopicSettings })),
  ...consumerGroups.map(deadLetterPlan),
  ...consumerGroups.map(retryPlan),
]

function deadLetterPlan(group: string): TopicPlan {
  return { topic: `${group}.dlq`, settings: deadLetterSettings }
}

/** Redriven dead letters, for the group that dead-lettered them. One partition, because they are few. */
function retryPlan(group: string): TopicPlan {
  return { topic: `${group}.retry`, settings: retrySettings, partitions: 1 }
}

/** How many partitions and copies the topics get. */
export interface TopicOptions {
  /** At least this many; 6 by default: more than the replicas that a small shop runs, and cheap. */
  partitions?: number
  /** Copies of each record, 1 by default. With three, a write succeeds once two have it. */
  replicationFactor?: number
}

/**
 * Creates missing topics, corrects the settings that the code depends on, and adds missing partitions. It removes nothing
 * and leaves other settings alone, so it may run at every start, and in several processes at once.
 */
export async function createTopics(kafka: KafkaConnection, options: TopicOptions = {}): Promise<void> {
  const { partitions = 6, replicationFactor = 1 } = options
  const admin = await connectedAdmin(kafka)
  try {
    const existing = await existingPlans(admin)
    await createMissing(
      admin,
      topicPlans.filter(plan => !existing.includes(plan)),
      { partitions, replicationFactor },
    )
    await changeSettings(admin, existing)
    await growPartitions(admin, partitions)
  } finally {
    await admin.disconnect()
  }
}

/**
 * Creates the topics of a consumer group of another system, `<group>.dlq` and `<group>.retry`, where they are missing. They
 * get as many partitions and copies as the topics that the group consumes.
 *
 * @param consumed the topics that the group consumes
 * @throws Error when one of these does not exist yet
 */
export async function createGroupTopics(
  kafka: KafkaConnection,
  group: string,
  consumed: readonly Topic[],
): Promise<void> {
  const admin = await connectedAdmin(kafka)
  try {
    const existing = new Set(await admin.listTopics())
    const unknown = consumed.filter(topic => !existing.has(topic))
    if (unknown.length > 0) throw new Error(`Kafka has no topic ${unknown.join(', ')} yet`)
    const missing = [deadLetterPlan(group), retryPlan(group)].filter(({ topic }) => !existing.has(topic))
    const { topics } = await admin.fetchTopicMetadata({ topics: [...consumed] })
    const partitions = topics.flatMap(topic => topic.partitions)
    await createMissing(admin, missing, {
      partitions: Math.max(...topics.map(topic => topic.partitions.length)),
      replicationFactor: Math.max(...partitions.map(({ replicas }) => replicas.length)),
    })
  } finally {
    await admin.disconnect()
  }
}

/** @throws Error with the reason, and the setting that it points at */
async function connectedAdmin(connection: KafkaConnection): Promise<Admin> {
  const kafka = new Kafka({ clientId: 'topics', ...kafkaOptions(connection), logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  try {
    await admin.connect()
    // Brokers that require a password close the connection only now.
    await admin.fetchTopicMetadata()
    return admin
  } catch (error) {
    await admin.disconnect()
    throw withAdvice(error, adviceOnKafka(error, connection, { isFirst: true }))
  }
}

async function existingPlans(admin: Admin): Promise<TopicPlan[]> {
  const existing = new Set(await admin.listTopics())
  return topicPlans.filter(plan => existing.has(plan.topic))
}

async function createMissing(
  admin: Admin,
  missing: readonly TopicPlan[],
  { partitions, replicationFactor }: Required<TopicOptions>,
): Promise<void> {
  if (missing.length === 0) return
  await createAndWait(
    admin,
    missing.map(({ topic, settings, partitions: fixed }) => ({
      topic,
      numPartitions: fixed ?? partitions,
      replicationFactor,
      configEntries: [
        ...entriesOf(settings),
        // Writes go on with one copy down, but are never on one machine alone if there are several.
        { name: 'min.insync.replicas', value: String(Math.max(1, replicationFactor - 1)) },
      ],
    })),
  )
}

const entriesOf = (settings: TopicSettings) =>
  Object.entries(settings).map(([name, value]) => ({ name, value: String(value) }))

/** Kafka replaces all settings of a topic at once, so the others are sent unchanged. */
async function changeSettings(admin: Admin, plans: readonly TopicPlan[]): Promise<void> {
  if (plans.length === 0) return
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: plans.map(({ topic }) => ({ type: ConfigResourceTypes.TOPIC, name: topic })),
  })
  const changes = plans.flatMap(({ topic, settings }) => {
    const described = resources.find(({ resourceName }) => resourceName === topic)?.configEntries ?? []
    const present = new Map(
      described
        .filter(({ configSource }) => configSource === ConfigSource.TOPIC_CONFIG)
        .map(({ configName, configValue }) => [configName, configValue]),
    )
    const wanted = entriesOf(settings)
    if (wanted.every(({ name, value }) => present.get(name) === value)) return []
    for (const { name, value } of wanted) present.set(name, value)
    const configEntries = Array.from(present, ([name, value]) => ({ name, value }))
    return [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries }]
  })
  if (changes.length > 0) await admin.alterConfigs({ validateOnly: false, resources: changes })
}

/** Every broker knows a new topic within some hundred ms, or later on a machine under load. */
const knownTimeoutMs = 30_000

/**
 * Creates topics that do not exist, and waits until all can be used.
 *
 * KRaft: a broker answers a creation before it knows the topic itself, and for a moment answers that it does not host it.
 * The option `waitForLeaders` of kafkajs fails then.
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
      // The leader may be the last broker to know that it leads.
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
