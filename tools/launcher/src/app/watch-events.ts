import { randomUUID } from 'node:crypto'
import { type Admin, type Consumer, type EachMessagePayload, Kafka, logLevel } from 'kafkajs'

/** One event of an order, as a downstream system sees it. */
export interface SeenEvent {
  event: string
  /** When it became true, ISO 8601. */
  at: string
  /** Who said it. */
  service: string
}

/** A look at the events from now on. */
export interface EventWatch {
  /** What was seen about one order so far, in the order of time. */
  of(orderId: string): SeenEvent[]
  stop(): Promise<void>
}

const topics = ['order.events', 'payment.events', 'inventory.events']

/**
 * Follows every topic from its present end, as fulfilment or analytics would: a consumer group of its own, which is
 * removed afterwards.
 *
 * @param brokers `host:port`, several with commas between
 */
export async function watchEvents(brokers: string): Promise<EventWatch> {
  const kafka = new Kafka({ clientId: 'demo', brokers: brokers.split(','), logLevel: logLevel.NOTHING })
  const groupId = `demo-${randomUUID()}`
  // The default wait of 5 s would also be how long leaving takes.
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 200, allowAutoTopicCreation: false })
  const admin = kafka.admin()
  const seen = new Map<string, SeenEvent[]>()
  await Promise.all([admin.connect(), consumer.connect()])
  await followFromHere(admin, consumer, payload => {
    const orderId = payload.message.key?.toString() ?? ''
    const header = (name: string) => payload.message.headers?.[name]?.toString() ?? ''
    const event = { event: header('ce_type'), at: header('ce_time'), service: header('ce_source').replace(/^\//, '') }
    seen.set(orderId, [...(seen.get(orderId) ?? []), event])
  })
  return {
    of: orderId => [...(seen.get(orderId) ?? [])].sort((a, b) => a.at.localeCompare(b.at)),
    async stop() {
      await consumer.disconnect()
      await admin.deleteGroups([groupId])
      await admin.disconnect()
    },
  }
}

async function followFromHere(
  admin: Admin,
  consumer: Consumer,
  look: (payload: EachMessagePayload) => void,
): Promise<void> {
  // The ends are read first and then gone to: what comes while the group is still joining is not missed.
  const ends = await Promise.all(
    topics.map(async topic => ({ topic, partitions: await admin.fetchTopicOffsets(topic) })),
  )
  const joined = new Promise<void>(resolve => consumer.on('consumer.group_join', () => resolve()))
  await consumer.subscribe({ topics })
  await consumer.run({ autoCommit: false, eachMessage: async payload => look(payload) })
  await joined
  for (const { topic, partitions } of ends) {
    for (const { partition, high } of partitions) consumer.seek({ topic, partition, offset: high })
  }
}
