import { join } from 'node:path'
import {
  freePort,
  jwt,
  type SeenRecord,
  startService,
  testKafka,
  waitUntil,
  watchTopics,
} from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deliver, notifyOf, pay, signNotify } from './parts/alipay.ts'
import { type Books, openBooks } from './parts/books.ts'
import { systemEnvironment } from './parts/config.ts'
import { call } from './parts/http.ts'
import { refund, untilBooksAgree } from './parts/money.ts'
import { type Customer, cancel, newCustomer, newProduct, place, tryToPlace, untilOrderIs } from './parts/shop.ts'
import { system } from './parts/system.ts'

let books: Books

beforeAll(() => {
  books = openBooks()
})
afterAll(() => books?.close())

/** Settings of a replica of the test's own. */
const replica = async (more: Record<string, string> = {}) => ({
  ...systemEnvironment(0),
  ...system.environment,
  GATEWAY_PORT: String(await freePort()),
  ...more,
})

test('promise 1: never oversold: sixty shoppers at once on ten units buy exactly ten', async () => {
  const sku = await newProduct(books, { units: 10 })
  const answers = await Promise.all(Array.from({ length: 60 }, () => tryToPlace(newCustomer(), { [sku]: 1 })))
  const refused = answers.filter(({ status }) => status === 409)
  for (const { body } of refused) expect(body.type).toMatch(/\/out-of-stock$/)
  expect(refused.length).toBeLessThanOrEqual(50)
  const kept = answers.filter(({ status }) => status === 201 || status === 202).map(({ body }) => body.order.orderId)
  expect(kept.length + refused.length).toBe(60)
  // Verdicts that came too late for the answer decide all the same.
  await expect.poll(() => books.stockOf(sku)).toEqual({ available: 0, held: 10, sold: 0, supplied: 10 })
  await untilBooksAgree(sku, ...kept)
})

/** What each consumer listens to. */
const consumed = {
  'order-service': ['payment.events', 'inventory.events'],
  'payment-service': ['order.events'],
  'inventory-service': ['order.events'],
}

/** Records that consumers have not taken yet, as Kafka knows it. */
async function lagOf(admin: ReturnType<ReturnType<typeof testKafka>['admin']>): Promise<number> {
  let lag = 0
  for (const [groupId, topics] of Object.entries(consumed)) {
    for (const { topic, partitions } of await admin.fetchOffsets({ groupId, topics })) {
      const taken = new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)]))
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
        lag += Number(high) - Math.max(taken.get(partition) ?? -1, Number(low))
      }
    }
  }
  return lag
}

test('promise 8: effects happen once: everything that was ever said about orders is said again, and no row changes', async () => {
  const topics = ['order.events', 'payment.events', 'inventory.events']
  const customer = newCustomer()
  const sku = await newProduct(books, { units: 9 })
  const [paid, returned, cancelled] = await Promise.all([1, 2, 3].map(() => place(customer, { [sku]: 2 })))
  const ids = [paid, returned, cancelled].map(one => one?.order.orderId ?? '')
  await Promise.all([pay(paid?.paymentUrl ?? ''), pay(returned?.paymentUrl ?? '')])
  await Promise.all(ids.slice(0, 2).map(orderId => untilOrderIs(customer, orderId, 'PAID')))
  await refund(ids[1] ?? '', { reason: 'all of it' })
  await cancel(customer, ids[2] ?? '')
  await untilOrderIs(customer, ids[1] ?? '', 'REFUNDED')
  await untilOrderIs(customer, ids[2] ?? '', 'CANCELLED')
  await untilBooksAgree(sku, ...ids)

  const kafka = testKafka(system.kafkaBrokers)
  const [admin, producer] = [kafka.admin(), kafka.producer()]
  const watch = await watchTopics(topics, { from: 'beginning' })
  try {
    await Promise.all([admin.connect(), producer.connect()])
    const isLast = ({ key, type }: SeenRecord) => key === ids[1] && type === 'PaymentRefunded'
    await watch.next(isLast, { what: 'the topics are read' })
    await expect.poll(() => lagOf(admin), { timeout: 15_000 }).toBe(0)
    const told = watch.records.filter(({ key }) => ids.includes(key) || key === sku)
    expect(new Set(told.map(({ type }) => type))).toContain('OrderPaid')
    const before = await Promise.all(ids.map(orderId => books.rowsOf(orderId)))
    for (const { topic, partition, key, headers, value } of told) {
      await producer.send({ topic, acks: -1, messages: [{ partition, key, headers, value }] })
    }
    await expect.poll(() => lagOf(admin), { timeout: 15_000 }).toBe(0)
    expect(await Promise.all(ids.map(orderId => books.rowsOf(orderId)))).toEqual(before)
    expect(await books.stockOf(sku)).toEqual({ available: 5, held: 0, sold: 4, supplied: 9 })
    await untilBooksAgree(sku, ...ids)
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect(), watch.stop()])
  }
}, 60_000)

test('promise 11: success is said only after the commit: killed before it, payment-service says nothing, and the redelivery counts', async () => {
  const sku = await newProduct(books, { units: 1 })
  const customer = newCustomer()
  const { order, tradeNo } = await place(customer, { [sku]: 1 })
  const form = signNotify(notifyOf({ outTradeNo: tradeNo, totalFen: order.totalFen }))
  const keyFile = (name: string) => join(system.dir, 'alipay', name)
  const payments = await startService('payment-service', {
    env: await replica({
      ALIPAY_PRIVATE_KEY: keyFile('app-private-key.pem'),
      ALIPAY_PUBLIC_KEY: keyFile('alipay-public-key.pem'),
    }),
  })
  const letGo = await books.holdPayment(order.orderId)
  try {
    const headers = { 'x-service-token': system.environment.SERVICE_TOKEN ?? '' }
    const answer = call('POST', '/notify', { base: payments.url, body: form, headers })
    answer.catch(() => {})
    await waitUntil(() => books.isPaymentWaitedFor(), { what: 'the notify waits for the row' })
    payments.kill('SIGKILL')
    await expect(answer).rejects.toThrow()
  } finally {
    await payments.stop()
    await letGo()
  }
  expect((await deliver(form)).text).toBe('success')
  await untilOrderIs(customer, order.orderId, 'PAID')
}, 60_000)

test('promise 15: nobody sees or changes what is not theirs', async () => {
  const owner = newCustomer()
  const sku = await newProduct(books, { units: 2 })
  const { orderId } = (await place(owner, { [sku]: 1 })).order
  const before = await books.rowsOf(orderId)
  const link = `order_id=${orderId}&t=${Date.now()}&sign=${'0'.repeat(64)}`
  const asked: [status: number, ...Parameters<typeof call>][] = [
    [404, 'GET', `/api/orders/${orderId}`, { token: newCustomer().token }],
    [404, 'POST', `/api/orders/${orderId}/cancel`, { token: newCustomer().token }],
    [403, 'GET', `/api/orders/${orderId}/status?${link}`],
    [401, 'GET', `/api/orders/${orderId}`],
    [401, 'POST', `/api/orders/${orderId}/cancel`],
    [401, 'POST', `/api/orders/${orderId}/cancel`, { token: jwt(owner.id, { secret: 'another-shops-secret' }) }],
    [403, 'GET', `/api/admin/orders/${orderId}/timeline`, { token: owner.token }],
    [403, 'POST', `/api/admin/orders/${orderId}/refunds`, { token: owner.token, body: { reason: 'mine' } }],
    [403, 'PUT', `/api/admin/products/${sku}`, { token: owner.token, body: { title: 'Mine', priceFen: 1 } }],
  ]
  for (const [status, ...request] of asked)
    expect([(await call(...request)).status, request]).toEqual([status, request])
  expect(await books.rowsOf(orderId)).toEqual(before)
})

test('promise 16: shutting down loses nothing: SIGTERM under load, and every acknowledged order is there', async () => {
  const sku = await newProduct(books, { units: 100_000 })
  const orders = await startService('order-service', { env: await replica() })
  const gateway = await startService('gateway', { env: await replica({ ORDER_SERVICE_URL: orders.url }) })
  const acknowledged: string[] = []
  const refused: { status: number; type: string }[] = []
  const ended = new AbortController()
  const customers: Customer[] = []
  const shop = async () => {
    while (!ended.signal.aborted) {
      const customer = newCustomer()
      customers.push(customer)
      const options = { base: gateway.url, headers: { prefer: 'respond-async' } }
      const { status, body } = await tryToPlace(customer, { [sku]: 1 }, options)
      if (status === 202) acknowledged.push(body.order.orderId)
      else refused.push({ status, type: body.type })
    }
  }
  try {
    const shoppers = Promise.all(Array.from({ length: 16 }, shop))
    await waitUntil(() => acknowledged.length >= 100, { what: 'it is under load', timeoutMs: 20_000 })
    expect(await orders.stop()).toBe(0)
    await waitUntil(() => refused.length >= 16, { what: 'everybody was refused once' })
    ended.abort()
    await shoppers
  } finally {
    ended.abort()
    await gateway.stop()
    await orders.stop()
  }
  for (const one of refused) expect(one).toEqual({ status: 503, type: expect.stringMatching(/\/service-unavailable$/) })
  const saved = (await Promise.all(customers.map(({ id }) => books.ordersOf(id)))).flat()
  const kept = new Set(saved.map(({ order_id }) => order_id))
  expect(acknowledged.filter(orderId => !kept.has(orderId))).toEqual([])
  await untilBooksAgree(sku, ...kept)
}, 60_000)
