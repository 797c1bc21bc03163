import { appendEvents, deadLetterTopic, type Messaging, retryTopic, startMessaging } from '@alipay-checkout/messaging'
import {
  createTopicsNamed,
  ensureTopics,
  type TopicWatch,
  testKafka,
  testStack,
  uniqueName,
  waitUntil,
  watchTopics,
} from '@alipay-checkout/test-support'
import { sql } from 'drizzle-orm'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type InventoryDatabase, openTestDatabase, silent } from '../test-database.ts'
import { newOrderId, orderEvent } from '../test-events.ts'
import { onOrderEvents } from './on-order-events.ts'
import type { StockInput } from './stock.ts'

/** A group of the test's own, so that it takes no partition from a service that runs on the same Kafka. */
const service = uniqueName('inventory-test')
const parkedTopic = deadLetterTopic(service)
const ownTopics = [retryTopic(service), parkedTopic]
const lines = [{ sku: 'tea-01', quantity: 1 }]

/** Others use these topics too: theirs must not be answered from here. */
const ours = new Set<string>()
let admin: ReturnType<ReturnType<typeof testKafka>['admin']>
let database: InventoryDatabase
let watch: TopicWatch
let messaging: Messaging

beforeAll(async () => {
  database = await openTestDatabase()
  await database.db.execute(sql`insert into products (sku, title, price_fen) values ('tea-01', 'Tea', 100)`)
  await database.db.execute(sql`insert into stock_levels (sku, available, supplied) values ('tea-01', 50, 50)`)
  const { kafkaBrokers } = await testStack()
  await ensureTopics()
  admin = testKafka(kafkaBrokers).admin()
  await admin.connect()
  await createTopicsNamed(ownTopics)
  watch = await watchTopics(['inventory.events', parkedTopic])
  const registry = new Registry()
  const handler = onOrderEvents({ service, registry })
  messaging = startMessaging({
    service,
    brokers: kafkaBrokers,
    topics: ['order.events'],
    handlers: [{ ...handler, handle: (tx, events, loaded) => handler.handle(tx, events.filter(isOurs), loaded) }],
    database,
    logger: silent,
    registry,
  })
})

afterAll(async () => {
  await messaging.stop()
  await watch.stop()
  await admin.deleteTopics({ topics: ownTopics })
  await admin.deleteGroups([service])
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

/** The orders that this service, and no other on the same Kafka, has answered so. */
function answered(type: 'StockReserved' | 'StockRejected'): string[] {
  return watch.records
    .filter(record => record.type === type && record.headers.ce_source === `/${service}`)
    .map(record => record.key)
}

async function level() {
  const [row] = await database.db.execute(sql`select available, held, sold, supplied from stock_levels`)
  return row
}

it('answers orders that come by Kafka with verdicts, sells what is paid and puts the rest back on sale', async () => {
  const orderIds = Array.from({ length: 60 }, newOrderId)
  await publish(orderIds.map(orderId => orderEvent('OrderCreated', orderId, lines)))
  await waitUntil(() => answered('StockReserved').length + answered('StockRejected').length >= 60, {
    what: 'every order has its verdict',
  })
  const reserved = answered('StockReserved')
  expect([...reserved, ...answered('StockRejected')].toSorted()).toEqual(orderIds.toSorted())
  expect(await level()).toEqual({ available: 0, held: 50, sold: 0, supplied: 50 })

  await publish(reserved.map((orderId, index) => orderEvent(index < 30 ? 'OrderPaid' : 'OrderExpired', orderId, lines)))
  await waitUntil(async () => (await level())?.held === 0, { what: 'nothing is held any more' })
  expect(await level()).toEqual({ available: 20, held: 0, sold: 30, supplied: 50 })
})

it('parks an order that was paid but never held, and the orders beside it go on', async () => {
  const [unknown, good] = [newOrderId(), newOrderId()]
  await publish([orderEvent('OrderPaid', unknown, lines), orderEvent('OrderCreated', good, lines)])
  await waitUntil(() => answered('StockReserved').includes(good), { what: 'the good order is held' })
  const parked = await watch.next(record => record.topic === parkedTopic && record.key === unknown, {
    what: 'the other one is parked',
  })
  expect(parked.headers.dlq_reason).toContain('unknown_order')
})
