import { createAndWait, createTopics } from '@alipay-checkout/kafka-topics'
import { kafkaOptions } from '@alipay-checkout/service-kit/connections'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import { testKafkaConnection } from './config.ts'
import { testStack } from './stack.ts'
import { uniqueName } from './unique-name.ts'

/** A connection for tests. It logs nothing, because errors are thrown. */
export function testKafka(brokers: string): Kafka {
  return new Kafka({
    clientId: 'test',
    ...kafkaOptions(testKafkaConnection(brokers)),
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 50 },
  })
}

/** Creates the system's own topics where they are missing. Several test runs may do so at once. */
export async function ensureTopics(options: { partitions?: number } = {}): Promise<void> {
  const { kafkaBrokers } = await testStack()
  await createTopics(testKafkaConnection(kafkaBrokers), options)
}

/** Creates topics with exactly these names, and waits until they can be used. */
export async function createTopicsNamed(
  names: readonly string[],
  { partitions = 1 }: { partitions?: number } = {},
): Promise<void> {
  const { kafkaBrokers } = await testStack()
  const topics = names.map(topic => ({ topic, numPartitions: partitions, replicationFactor: 1 }))
  await asAdmin(kafkaBrokers, admin => createAndWait(admin, topics))
}

/**
 * Creates topics that no other test uses.
 *
 * @param names what they are called in the test
 * @returns their real names by those names, and a function that removes them
 */
export async function createTopicSet<const Name extends string>(
  names: readonly Name[],
  { partitions = 3 }: { partitions?: number } = {},
): Promise<{ topics: Record<Name, string>; remove(): Promise<void> }> {
  const { kafkaBrokers } = await testStack()
  const topics = Object.fromEntries(names.map(name => [name, uniqueName(name)])) as Record<Name, string>
  const all = Object.values<string>(topics)
  await createTopicsNamed(all, { partitions })
  return { topics, remove: () => asAdmin(kafkaBrokers, admin => admin.deleteTopics({ topics: all })) }
}

/** A consumer group of one test, and the topics that only this group uses. */
export interface TestConsumerGroup {
  kafkaBrokers: string
  /** Deletes the group, which must have no members any more, and its topics. */
  remove(): Promise<void>
}

/** Creates a consumer group's own topics, and the system's topics where they are missing. */
export async function createConsumerGroup(groupId: string, topics: readonly string[]): Promise<TestConsumerGroup> {
  const { kafkaBrokers } = await testStack()
  await ensureTopics()
  await createTopicsNamed(topics)
  return {
    kafkaBrokers,
    remove: () =>
      asAdmin(kafkaBrokers, async admin => {
        await admin.deleteTopics({ topics: [...topics] })
        await admin.deleteGroups([groupId])
      }),
  }
}

async function asAdmin(brokers: string, work: (admin: Admin) => Promise<unknown>): Promise<void> {
  const admin = testKafka(brokers).admin()
  await admin.connect()
  try {
    await work(admin)
  } finally {
    await admin.disconnect()
  }
}
