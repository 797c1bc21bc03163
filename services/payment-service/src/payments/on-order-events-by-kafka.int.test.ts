import type { NewEvent, OrderEvent } from '@alipay-checkout/contracts'
import { createOutbox, deadLetterTopic, type Messaging, retryTopic, startMessaging } from '@alipay-checkout/messaging'
import {
  createConsumerGroup,
  type TestConsumerGroup,
  type TopicWatch,
  uniqueName,
  waitUntil,
  watchTopics,
} from '@alipay-checkout/test-support'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { silent } from '../test-database.ts'
import { orderClosing, orderCreated, startTestService, type TestService } from '../test-service.ts'
import { newOrderId, type PaidTrade } from '../test-shop.ts'

/** A consumer group of this test, so that it takes no partition from a service on the same Kafka. */
const group = uniqueName('payment-test')
const deadLetters = deadLetterTopic(group)

/** Orders of this test. Other tests use the same topics, and this consumer must not handle their orders. */
const ours = new Set<string>()
const isOurs = ({ key }: { key: string }) => ours.has(key)

let consumerGroup: TestConsumerGroup
let service: TestService
let watch: TopicWatch
let messaging: Messaging

beforeAll(async () => {
  consumerGroup = await createConsumerGroup(group, [retryTopic(group), deadLetters])
  watch = await watchTopics(['payment.events', deadLetters])
  service = await startTestService()
  service.alipay.setService(service.url)
  const { handler } = service
  messaging = startMessaging({
    outbox: service.outbox,
    service: group,
    kafka: { brokers: consumerGroup.kafkaBrokers },
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
  await consumerGroup.remove()
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
  // Each partition is consumed on its own, so the last order may be consumed before the first.
  const isKnown = async (orderId: string) => (await service.read(orderId)).status === 'EXPECTED'
  await waitUntil(async () => (await Promise.all(orderIds.map(isKnown))).every(Boolean), {
    what: 'the payments are stored',
  })
  const trades = await Promise.all(
    orderIds.map(async orderId =>
      service.alipay.control<PaidTrade>('POST', '/pay', { url: await service.open(orderId), withReturnUrl: false }),
    ),
  )
  for (const { outTradeNo, tradeNo } of trades) {
    const published = await watch.next(({ key, type }) => key === outTradeNo && type === 'PaymentSucceeded', {
      what: `${outTradeNo} is paid`,
    })
    expect(JSON.parse(published.value)).toMatchObject({
      orderId: outTradeNo,
      tradeNo,
      amountFen: 12_345,
      source: 'notify',
    })
    expect(published.headers).toMatchObject({ ce_source: '/payment-service', ce_subject: outTradeNo })
    expect(await service.read(outTradeNo)).toMatchObject({ status: 'PAID', tradeNo, notifies: 1 })
  }
})

it('closes a due order whose cashier was never opened', async () => {
  const orderId = newOrderId()
  await publish(orderCreated(orderId), orderClosing(orderId, 'expired'))
  await watch.next(({ key, type }) => key === orderId && type === 'PaymentClosed', { what: 'it is closed' })
  expect(await service.read(orderId)).toMatchObject({ status: 'CLOSED' })
})

it('dead-letters the closing of an unknown order, and handles the other orders', async () => {
  const [unknown, other] = [newOrderId(), newOrderId()]
  await publish(orderClosing(unknown, 'expired'), orderCreated(other))
  const letter = await watch.next(({ topic, key }) => topic === deadLetters && key === unknown, {
    what: 'it is dead-lettered',
  })
  expect(letter.headers.dlq_reason).toContain('unknown_order')
  await waitUntil(async () => (await service.read(other)).status === 'EXPECTED', { what: 'the other order is stored' })
})
