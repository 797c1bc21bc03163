import { randomUUID } from 'node:crypto'
import { consumedTopics } from '@alipay-checkout/test-support'
import type { Fault } from '../fault.ts'
import { connectKafka, resetOffsets } from '../system/kafka.ts'
import { warehouseGroup, warehouseTopics } from '../system/warehouse.ts'
import { done, type FaultContext, type Outcome, replicasOf, waitUnlessAborted } from './context.ts'

/** A foreign consumer keeps its partitions this long, ms. */
const foreignConsumerStaysMs = 700

/** A service receives every event again, from the first one on. */
export async function replayAll(context: FaultContext, { service }: Fault & { family: 'replay' }): Promise<Outcome> {
  const replicas = replicasOf(context, service)
  // No other fault may start one of them meanwhile.
  const [first, second] = replicas
  await first?.inTurn(async () =>
    second?.inTurn(async () => {
      const shutdowns = await Promise.all(replicas.map(replica => replica.stop()))
      context.shutdowns.push(...shutdowns.filter(shutdown => shutdown !== undefined))
      try {
        await resetOffsets(context.system.kafkaBrokers, service, consumedTopics[service])
      } finally {
        for (const replica of replicas) replica.start()
      }
      await Promise.all(replicas.map(replica => replica.untilReady()))
    }),
  )
  return done
}

/** Foreign consumers join the group in turn, take partitions, do nothing, and leave. */
export async function rebalanceGroup(
  context: FaultContext,
  { service, times }: Fault & { family: 'rebalance' },
): Promise<Outcome> {
  const kafka = connectKafka(context.system.kafkaBrokers)
  for (let n = 0; n < times && !context.signal.aborted; n++) {
    const foreign = kafka.consumer({ groupId: service, sessionTimeout: 10_000, maxWaitTimeInMs: 200 })
    try {
      await foreign.connect()
      await foreign.subscribe({ topics: [...consumedTopics[service]], fromBeginning: true })
      const joined = new Promise<void>(resolve => foreign.on('consumer.group_join', () => resolve()))
      await foreign.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => {} })
      await Promise.race([joined, waitUnlessAborted(10_000, context)])
      await waitUnlessAborted(foreignConsumerStaysMs, context)
    } finally {
      await foreign.disconnect()
    }
  }
  return done
}

/** The groups that consume a topic. */
const groupsOf = (topic: string) =>
  Object.entries({ ...consumedTopics, [warehouseGroup]: warehouseTopics })
    .filter(([, topics]) => topics.includes(topic))
    .map(([group]) => group)

/** Sends an unreadable record to each topic, and an event about an unknown order. */
export async function sendPoison({ system, poison }: FaultContext): Promise<Outcome> {
  const producer = connectKafka(system.kafkaBrokers).producer()
  await producer.connect()
  try {
    for (const topic of ['order.events', 'payment.events', 'inventory.events']) {
      const key = `poison-${randomUUID()}`
      await producer.send({ topic, acks: -1, messages: [{ key, value: '{"this is": no event' }] })
      for (const group of groupsOf(topic)) poison.push({ group, key })
    }
    const orderId = `ord_${randomUUID().replaceAll('-', '')}`
    await producer.send({ topic: 'payment.events', acks: -1, messages: [closedPaymentOf(orderId)] })
    poison.push({ group: 'order-service', key: orderId })
  } finally {
    await producer.disconnect()
  }
  return done
}

/** Reports an unknown order's payment as closed. */
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
