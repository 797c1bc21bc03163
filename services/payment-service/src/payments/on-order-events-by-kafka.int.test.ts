import type { NewEvent, OrderEvent } from '@alipay-checkout/contracts'
import { createOutbox, deadLetterTopic, type Messaging, retryTopic, startMessaging } from '@alipay-checkout/messaging'
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
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { silent } from '../test-database.ts'
import { orderClosing, orderCreated, startTestService, type TestService } from '../test-service.ts'
import { newOrderId, type PaidTrade } from '../test-shop.ts'

/** A group of the test's own, so that it takes no partition from a service that runs on the same Kafka. */
const group = uniqueName('payment-test')
const parkedTopic = deadLetterTopic(group)
const ownTopics = [retryTopic(group), parkedTopic]

/** Others use these topics too: theirs must not be answered from here. */
const ours = new Set<string>()
const isOurs = ({ key }: { key: string }) => ours.has(key)

let admin: ReturnType<ReturnType<typeof testKafka>['admin']>
let service: TestService
let watch: TopicWatch
let messaging: Messaging

beforeAll(async () => {
  const { kafkaBrokers } = await testStack()
  await ensureTopics()
  admin = testKafka(kafkaBrokers).admin()
  await admin.connect()
  await createTopicsNamed(ownTopics)
  watch = await watchTopics(['payment.events', parkedTopic])
  service = await startTestService()
  service.alipay.setService(service.url)
  const { handler } = service
  messaging = startMessaging({
    outbox: service.outbox,
    service: group,
    brokers: kafkaBrokers,
    topics: ['order.events'],
    handlers: [{ ...handler, handle: (tx, events, loaded) => handler.handle(tx, events.filter(isOurs), loaded) }],
    database: service.database,
    logger: silent,
    registry: new Registry(),
  })
})

afterAll(async () => {
  await messaging.stop()
  await service.close()
  await watch.stop()
  await admin.deleteTopics({ topics: ownTopics })
  await admin.deleteGroups([group])
  await admin.disconnect()
})

/** Publishes as order-service would: through an outbox, which the relay polls every second. */
async function publish(...events: NewEvent<OrderEvent>[]): Promise<void> {
  for (const { key } of events) ours.add(key)
  const outbox = createOutbox({ db: service.database.db, service: 'order-service' })
  await outbox.transact(async () => ({ events, now: new Date(), result: undefined }))
}

it('consumes orders, opens their payments, and publishes the payments that notifies report', async () => {
  const orderIds = Array.from({ length: 20 }, newOrderId)
  await publish(...orderIds.map(orderId => orderCreated(orderId, { amountFen: 12_345 })))
  // Each partition has a batch of its own, so that the last order may be known before the first.
  const isKnown = async (orderId: string) => (await service.read(orderId)).status === 'EXPECTED'
  await waitUntil(async () => (await Promise.all(orderIds.map(isKnown))).every(Boolean), {
    what: 'the payments are known',
  })
  const trades = await Promise.all(
    orderIds.map(async orderId =>
      service.alipay.control<PaidTrade>('POST', '/pay', { url: await service.open(orderId), withReturnUrl: false }),
    ),
  )
  for (const { outTradeNo, tradeNo } of trades) {
    const said = await watch.next(({ key, type }) => key === outTradeNo && type === 'PaymentSucceeded', {
      what: `${outTradeNo} is paid`,
    })
    expect(JSON.parse(said.value)).toMatchObject({ orderId: outTradeNo, tradeNo, amountFen: 12_345, source: 'notify' })
    expect(said.headers).toMatchObject({ ce_source: '/payment-service', ce_subject: outTradeNo })
    expect(await service.read(outTradeNo)).toMatchObject({ status: 'PAID', tradeNo, notifies: 1 })
  }
})

it('closes a due order whose cashier was never opened', async () => {
  const orderId = newOrderId()
  await publish(orderCreated(orderId), orderClosing(orderId, 'expired'))
  await watch.next(({ key, type }) => key === orderId && type === 'PaymentClosed', { what: 'it is closed' })
  expect(await service.read(orderId)).toMatchObject({ status: 'CLOSED' })
})

it('dead-letters a closing of an unknown order, and handles the orders beside it', async () => {
  const [unknown, good] = [newOrderId(), newOrderId()]
  await publish(orderClosing(unknown, 'expired'), orderCreated(good))
  const parked = await watch.next(({ topic, key }) => topic === parkedTopic && key === unknown, {
    what: 'it is parked',
  })
  expect(parked.headers.dlq_reason).toContain('unknown_order')
  await waitUntil(async () => (await service.read(good)).status === 'EXPECTED', { what: 'the good order is known' })
})
