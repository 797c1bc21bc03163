import {
  createOutbox,
  deadLetterTopic,
  type Messaging,
  type Outbox,
  retryTopic,
  startMessaging,
} from '@alipay-checkout/messaging'
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
import type { StockInput } from './stock-state.ts'

/** A consumer group of this test, so that it takes no partition from a service on the same Kafka. */
const service = uniqueName('inventory-test')
const deadLetters = deadLetterTopic(service)
const ownTopics = [retryTopic(service), deadLetters]
const lines = [{ sku: 'tea-01', quantity: 1 }]

/** Orders of this test. Other tests use the same topics, and this consumer must not handle their orders. */
const ours = new Set<string>()
let admin: ReturnType<ReturnType<typeof testKafka>['admin']>
let database: InventoryDatabase
let watch: TopicWatch
let messaging: Messaging
/** The outbox of order-service, published by the same relay. */
let orderOutbox: Outbox

beforeAll(async () => {
  database = await openTestDatabase()
  await database.db.execute(sql`insert into products (sku, title, price_fen) values ('tea-01', 'Tea', 100)`)
  await database.db.execute(sql`insert into stock_levels (sku, available, supplied) values ('tea-01', 50, 50)`)
  const { kafkaBrokers } = await testStack()
  await ensureTopics()
  admin = testKafka(kafkaBrokers).admin()
  await admin.connect()
  await createTopicsNamed(ownTopics)
  watch = await watchTopics(['inventory.events', deadLetters])
  const registry = new Registry()
  const handler = onOrderEvents({ registry })
  const own = createOutbox({ db: database.db, service })
  orderOutbox = createOutbox({ db: database.db, service: 'order-service' })
  const outbox: Outbox = {
    ...own,
    bindRelay(relay) {
      own.bindRelay(relay)
      orderOutbox.bindRelay(relay)
    },
  }
  messaging = startMessaging({
    outbox,
    service,
    kafka: { brokers: kafkaBrokers },
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

/** Publishes events as order-service does, through an outbox. */
async function publish(events: readonly StockInput[]): Promise<void> {
  for (const { key } of events) ours.add(key)
  await orderOutbox.transact(async () => ({ events, now: new Date(), result: undefined }))
}

/** The orders for which this consumer, not another one on the same Kafka, has published this result. */
function resultsOf(type: 'StockReserved' | 'StockRejected'): string[] {
  return watch.records
    .filter(record => record.type === type && record.headers.ce_source === `/${service}`)
    .map(record => record.key)
}

async function level() {
  const [row] = await database.db.execute(sql`select available, reserved, sold, supplied from stock_levels`)
  return row
}

it('publishes a stock result for each order, sells paid orders and releases the others', async () => {
  const orderIds = Array.from({ length: 60 }, newOrderId)
  await publish(orderIds.map(orderId => orderEvent('OrderCreated', orderId, lines)))
  await waitUntil(() => resultsOf('StockReserved').length + resultsOf('StockRejected').length >= 60, {
    what: 'every order has its stock result',
  })
  const reserved = resultsOf('StockReserved')
  expect([...reserved, ...resultsOf('StockRejected')].toSorted()).toEqual(orderIds.toSorted())
  expect(await level()).toEqual({ available: 0, reserved: 50, sold: 0, supplied: 50 })

  await publish(reserved.map((orderId, index) => orderEvent(index < 30 ? 'OrderPaid' : 'OrderExpired', orderId, lines)))
  await waitUntil(async () => (await level())?.reserved === 0, { what: 'nothing is reserved any more' })
  expect(await level()).toEqual({ available: 20, reserved: 0, sold: 30, supplied: 50 })
})

it('dead-letters the payment of an unknown order and still reserves the other orders of the batch', async () => {
  const [unknown, valid] = [newOrderId(), newOrderId()]
  await publish([orderEvent('OrderPaid', unknown, lines), orderEvent('OrderCreated', valid, lines)])
  await waitUntil(() => resultsOf('StockReserved').includes(valid), { what: 'the valid order is reserved' })
  const deadLetter = await watch.next(record => record.topic === deadLetters && record.key === unknown, {
    what: 'the unknown order is dead-lettered',
  })
  expect(deadLetter.headers.dlq_reason).toContain('unknown_order')
})
