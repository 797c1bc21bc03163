import { randomBytes } from 'node:crypto'
import { StockRejected, StockReserved } from '@alipay-checkout/contracts'
import {
  appendEvents,
  deadLetterTopic,
  type Messaging,
  on,
  openKafka,
  retryTopic,
  startMessaging,
} from '@alipay-checkout/messaging'
import { sql } from 'drizzle-orm'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { StockInput } from '../stock.ts'
import { addressOf, createTestDatabase, silent, type TestDatabase } from '../test-database.ts'
import { newOrderId, orderEvent } from '../test-events.ts'
import { onOrderEvents } from './on-order-events.ts'

/** A group of the test's own, so that it takes no partition from a service that runs on the same Kafka. */
const service = `inventory-test-${randomBytes(6).toString('hex')}`
const ownTopics = [retryTopic(service), deadLetterTopic(service)]
const kafka = openKafka({ brokers: addressOf('TEST_KAFKA_BROKERS'), clientId: service, logger: silent })
const admin = kafka.admin()
const reader = kafka.consumer({ groupId: `${service}-reader`, maxWaitTimeInMs: 100 })

/** Others use these topics too: theirs must not be answered from here, and nobody else has this SKU to hold. */
const ours = new Set<string>()
const sku = `${service}-sku`
const lines = [{ sku, quantity: 1 }]
const reserved = new Set<string>()
const refused = new Set<string>()
/** Why a record was parked, by order. */
const parked = new Map<string, string>()
let database: TestDatabase
let messaging: Messaging

beforeAll(async () => {
  database = await createTestDatabase()
  await database.db.execute(sql`insert into products (sku, title, price_fen) values (${sku}, 'Tea', 100)`)
  await database.db.execute(sql`insert into stock_levels (sku, available, supplied) values (${sku}, 50, 50)`)
  await admin.connect()
  await admin.createTopics({ topics: ownTopics.map(topic => ({ topic, numPartitions: 1 })), waitForLeaders: true })
  await reader.connect()
  await reader.subscribe({ topic: deadLetterTopic(service), fromBeginning: true })
  await reader.run({
    async eachMessage({ message }) {
      parked.set(String(message.key), String(message.headers?.dlq_reason))
    },
  })
  const registry = new Registry()
  const handler = onOrderEvents({ service, registry })
  messaging = await startMessaging({
    service,
    brokers: addressOf('TEST_KAFKA_BROKERS'),
    topics: ['order.events', 'inventory.events'],
    handlers: [
      {
        types: handler.types,
        handle: (tx, events, afterCommit) => handler.handle(tx, events.filter(isOurs), afterCommit),
      },
      on([StockReserved, StockRejected], async (_tx, events) => {
        for (const { type, key } of events.filter(isOurs)) (type === 'StockReserved' ? reserved : refused).add(key)
      }),
    ],
    database,
    logger: silent,
    registry,
  })
}, 30_000)

afterAll(async () => {
  await messaging.stop()
  await reader.stop()
  await reader.disconnect()
  await admin.deleteTopics({ topics: ownTopics })
  await admin.deleteGroups([service, `${service}-reader`])
  await admin.disconnect()
  await database.drop()
})

function isOurs({ key }: { key: string }): boolean {
  return ours.has(key)
}

/** Publishes as order-service would: through an outbox. */
async function publish(events: readonly StockInput[]): Promise<void> {
  for (const { key } of events) ours.add(key)
  await database.db.transaction(tx => appendEvents(tx, 'order-service', events, new Date()))
  messaging.relay.wake()
}

async function level() {
  const [row] = await database.db.execute(sql`select available, held, sold, supplied from stock_levels`)
  return row
}

it('answers orders that come by Kafka with verdicts, sells what is paid and puts the rest back on sale', async () => {
  const orderIds = Array.from({ length: 60 }, newOrderId)
  await publish(orderIds.map(orderId => orderEvent('OrderCreated', orderId, lines)))
  await vi.waitFor(() => expect(new Set([...reserved, ...refused])).toEqual(new Set(orderIds)), 20_000)
  expect(reserved.size).toBe(50)
  expect(await level()).toEqual({ available: 0, held: 50, sold: 0, supplied: 50 })

  const ends = [...reserved].map((orderId, index) =>
    orderEvent(index < 30 ? 'OrderPaid' : 'OrderExpired', orderId, lines),
  )
  await publish(ends)
  await vi.waitFor(async () => {
    expect(await level()).toEqual({ available: 20, held: 0, sold: 30, supplied: 50 })
  }, 20_000)
}, 60_000)

it('parks an order that was paid but never held, and the orders beside it go on', async () => {
  const [unknown, good] = [newOrderId(), newOrderId()]
  await publish([orderEvent('OrderPaid', unknown, lines), orderEvent('OrderCreated', good, lines)])
  await vi.waitFor(() => expect(reserved).toContain(good), 20_000)
  await vi.waitFor(() => {
    expect(parked.get(unknown)).toBe(`OrderPaid: OrderPaid of ${unknown} can't be followed: unknown_order`)
  }, 20_000)
}, 60_000)
