import { randomUUID } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'
import type { Fault, Keeper } from '../fault.ts'
import { type Breaking, done, lasting, type Outcome } from './breaking.ts'
import { replicasOf } from './processes.ts'

/** What each service's group reads: its name is that of the service. */
export const topicsOf: Readonly<Record<Keeper, readonly string[]>> = {
  'order-service': ['inventory.events', 'payment.events'],
  'payment-service': ['order.events'],
  'inventory-service': ['order.events'],
}

/** A connection that no fault touches. */
export const directKafka = (brokers: string): Kafka =>
  new Kafka({
    clientId: 'faults',
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
    // A broker may be away for half a minute.
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 40 },
  })

/** Members that died are there until their session is over, which starts anew when Kafka does; and strangers come by. */
const emptyWithinMs = 75_000
/** A stranger keeps its partitions this long, ms. */
const strangerStaysMs = 700

/**
 * Sets a group back to the beginning of its topics while its members are away, so that every event comes to it again.
 *
 * @throws Error when the group does not get empty
 */
export async function resetOffsets(brokers: string, service: Keeper): Promise<void> {
  const admin = directKafka(brokers).admin()
  const giveUpAtMs = performance.now() + emptyWithinMs
  try {
    await admin.connect()
    for (;;) {
      try {
        for (const topic of topicsOf[service]) await admin.resetOffsets({ groupId: service, topic, earliest: true })
        return
      } catch (error) {
        if (performance.now() > giveUpAtMs) throw error
        await new Promise(resolve => setTimeout(resolve, 500))
      }
    }
  } finally {
    await admin.disconnect()
  }
}

/** Everything that a service was ever told is told to it once more. */
export async function replayAll(breaking: Breaking, { service }: Fault & { family: 'replay' }): Promise<Outcome> {
  const replicas = replicasOf(breaking, service)
  // Nobody else may start one of them meanwhile.
  const [first, second] = replicas
  await first?.inTurn(async () =>
    second?.inTurn(async () => {
      const shutdowns = await Promise.all(replicas.map(replica => replica.hold()))
      breaking.shutdowns.push(...shutdowns.filter(shutdown => shutdown !== undefined))
      try {
        await resetOffsets(breaking.system.kafkaBrokers, service)
      } finally {
        for (const replica of replicas) replica.start()
      }
      await Promise.all(replicas.map(replica => replica.untilReady()))
    }),
  )
  return done
}

/** Each stranger takes a share of the partitions, does nothing with them, and leaves. */
export async function stirGroup(
  breaking: Breaking,
  { service, times }: Fault & { family: 'rebalance' },
): Promise<Outcome> {
  const kafka = directKafka(breaking.system.kafkaBrokers)
  for (let n = 0; n < times && !breaking.signal.aborted; n++) {
    const stranger = kafka.consumer({ groupId: service, sessionTimeout: 10_000, maxWaitTimeInMs: 200 })
    try {
      await stranger.connect()
      await stranger.subscribe({ topics: [...topicsOf[service]], fromBeginning: true })
      const joined = new Promise<void>(resolve => stranger.on('consumer.group_join', () => resolve()))
      await stranger.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => {} })
      await Promise.race([joined, lasting(10_000, breaking)])
      await lasting(strangerStaysMs, breaking)
    } finally {
      await stranger.disconnect()
    }
  }
  return done
}

/** Who reads each topic. */
const readersOf = (topic: string) =>
  (Object.keys(topicsOf) as Keeper[]).filter(group => topicsOf[group].includes(topic))

/** One record of each topic is no event at all, and one event contradicts everything. */
export async function sendPoison({ system, poison }: Breaking): Promise<Outcome> {
  const producer = directKafka(system.kafkaBrokers).producer()
  await producer.connect()
  try {
    for (const topic of ['order.events', 'payment.events', 'inventory.events']) {
      const key = `poison-${randomUUID()}`
      await producer.send({ topic, acks: -1, messages: [{ key, value: '{"this is": no event' }] })
      for (const group of readersOf(topic)) poison.push({ group, key })
    }
    const orderId = `ord_${randomUUID().replaceAll('-', '')}`
    await producer.send({ topic: 'payment.events', acks: -1, messages: [closedPaymentOf(orderId)] })
    poison.push({ group: 'order-service', key: orderId })
  } finally {
    await producer.disconnect()
  }
  return done
}

/** Says of an order that nobody knows that its payment is closed. */
function closedPaymentOf(orderId: string) {
  return {
    key: orderId,
    value: JSON.stringify({ orderId }),
    headers: {
      ce_specversion: '1.0',
      ce_type: 'PaymentClosed',
      ce_id: randomUUID(),
      ce_source: '/payment-service',
      ce_time: new Date().toISOString(),
      'content-type': 'application/json',
    },
  }
}
