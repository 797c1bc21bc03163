import { type NewEvent, OrderCancelled, OrderExpired } from '@alipay-checkout/contracts'
import { createLogger } from '@alipay-checkout/service-kit'
import { createTopicSet, createTopicsNamed, uniqueName } from '@alipay-checkout/test-support'
import { sql } from 'drizzle-orm'
import type { Kafka } from 'kafkajs'
import { Registry } from 'prom-client'
import { uuidv7 } from 'uuidv7'
import { onTestFinished } from 'vitest'
import { startConsumer } from './consumer.ts'
import { createConsumerMetrics } from './consumer-metrics.ts'
import { type DeadLetter, deadLetterTopic, retryTopic } from './dead-letters.ts'
import { createBatchApplier, type Handler, on } from './handler.ts'
import { openKafka } from './kafka.ts'
import { createOutbox } from './outbox.ts'
import { readDeadLetters } from './read-dead-letters.ts'
import { type OutgoingRecord, toRecord } from './record.ts'
import { openTestOutbox, type TestOutbox } from './test-outbox.ts'

const logger = createLogger('test', 'silent')

export const expired = (orderId: string): NewEvent => ({ type: 'OrderExpired', key: orderId, data: { orderId } })
export const recordOf = (event: NewEvent): OutgoingRecord =>
  toRecord(event, { id: uuidv7(), time: new Date(), source: 'test' })

/** For tests: a consumer group with a topic of its own, whose handler writes order ids into a table. */
export interface TestGroup {
  groupId: string
  topic: string
  /** The metrics of the first member. */
  registry: Registry
  /** A member of the group; ends with the test, or when it is told to. */
  join(options?: { kafka?: Kafka }): Promise<{ stop(): Promise<void> }>
  send(events: NewEvent[]): Promise<void>
  sendRaw(messages: { key: string; value: string; headers?: Record<string, string> }[], topic?: string): Promise<void>
  /** Order ids in the order in which they were handled. */
  handledIds(): Promise<string[]>
  deadLetters(): Promise<DeadLetter[]>
}

export interface TestConsumers extends TestOutbox {
  /** `handle` runs in the transaction for each event, with the number of events in the batch. */
  createGroup(handle?: (orderId: string, events: number) => void): Promise<TestGroup>
}

export async function openTestConsumers(name: string): Promise<TestConsumers> {
  const server = await openTestOutbox(name)
  const { database, producer, brokers } = server
  await database.client`create table handled (n bigserial, group_id text, order_id text)`
  // The producer can't go on when a topic vanishes that it has written to, so topics are removed at the very end.
  const removals: (() => Promise<void>)[] = []

  async function createGroup(handle: (orderId: string, events: number) => void = () => {}): Promise<TestGroup> {
    const groupId = uniqueName('group')
    const { topics, remove } = await createTopicSet(['events'])
    const ownTopics = [deadLetterTopic(groupId), retryTopic(groupId)]
    await createTopicsNamed(ownTopics)
    removals.push(remove, () => removeTopics(ownTopics))
    const registry = new Registry()
    let members = 0
    const handler: Handler = on([OrderExpired, OrderCancelled], async (tx, events) => {
      for (const { data } of events) handle(data.orderId, events.length)
      for (const { data } of events)
        await tx.execute(sql`insert into handled (group_id, order_id) values (${groupId}, ${data.orderId})`)
      return {}
    })
    const sendRaw: TestGroup['sendRaw'] = async (messages, topic = topics.events) => {
      await producer.send({ topic, messages })
    }
    return {
      groupId,
      topic: topics.events,
      registry,
      async join({ kafka = openKafka({ brokers, clientId: 'test', logger }) } = {}) {
        const consumer = await startConsumer({
          kafka,
          producer,
          groupId,
          topics: [topics.events],
          applier: createBatchApplier({
            outbox: createOutbox({ db: database.db, service: groupId }),
            groupId,
            handlers: [handler],
          }),
          metrics: createConsumerMetrics({ groupId, registry: members++ === 0 ? registry : new Registry() }),
          logger,
        })
        onTestFinished(() => consumer.stop())
        return consumer
      },
      send: events => sendRaw(events.map(recordOf)),
      sendRaw,
      async handledIds() {
        const rows = await database.client<{ id: string }[]>`
          select order_id as id from handled where group_id = ${groupId} order by n`
        return rows.map(({ id }) => id)
      },
      deadLetters: () => readDeadLetters(openKafka({ brokers, clientId: 'test', logger }), [groupId]),
    }
  }

  async function removeTopics(topics: string[]): Promise<void> {
    const admin = openKafka({ brokers, clientId: 'test', logger }).admin()
    await admin.connect()
    await admin.deleteTopics({ topics })
    await admin.disconnect()
  }

  return {
    ...server,
    createGroup,
    async close() {
      await producer.disconnect()
      await Promise.all(removals.map(remove => remove()))
      await server.close()
    },
  }
}
