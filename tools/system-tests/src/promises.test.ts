import { join } from 'node:path'
import { describePromise } from '@alipay-checkout/audit'
import {
  freePort,
  jwt,
  readLag,
  type SeenRecord,
  startService,
  testKafka,
  waitUntil,
  watchTopics,
} from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deliver, notifyOf, pay, signNotify } from './support/alipay.ts'
import { testedEnvironment } from './support/config.ts'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { call } from './support/http.ts'
import { refund, untilLedgersAgree } from './support/refunds-and-cases.ts'
import { type Customer, cancel, newCustomer, newProduct, place, tryToPlace, untilOrderIs } from './support/shop.ts'
import { system } from './support/system.ts'

let databases: TestedDatabases

beforeAll(() => {
  databases = openTestedDatabases()
})
afterAll(() => databases?.close())

/** Settings of a replica of the test's own. */
const replica = async (more: Record<string, string> = {}) => ({
  ...testedEnvironment(0),
  ...system.environment,
  GATEWAY_PORT: String(await freePort()),
  ...more,
})

it(`${describePromise(1)}: sixty parallel customers of ten units get exactly ten`, async () => {
  const sku = await newProduct(databases, { units: 10 })
  const answers = await Promise.all(Array.from({ length: 60 }, () => tryToPlace(newCustomer(), { [sku]: 1 })))
  const refused = answers.filter(({ status }) => status === 409)
  for (const { body } of refused) expect(body.type).toMatch(/\/out-of-stock$/)
  expect(refused.length).toBeLessThanOrEqual(50)
  const kept = answers.filter(({ status }) => status === 201 || status === 202).map(({ body }) => body.order.orderId)
  expect(kept.length + refused.length).toBe(60)
  // Stock results that came after the response decide too.
  await expect.poll(() => databases.stockOf(sku)).toEqual({ available: 0, reserved: 10, sold: 0, supplied: 10 })
  await untilLedgersAgree(sku, ...kept)
})

it(`${describePromise(8)}: no row changes when all events of some orders are published again`, async () => {
  const topics = ['order.events', 'payment.events', 'inventory.events']
  const customer = newCustomer()
  const sku = await newProduct(databases, { units: 9 })
  const [paid, returned, cancelled] = await Promise.all([1, 2, 3].map(() => place(customer, { [sku]: 2 })))
  const ids = [paid, returned, cancelled].map(one => one?.order.orderId ?? '')
  await Promise.all([pay(paid?.paymentUrl ?? ''), pay(returned?.paymentUrl ?? '')])
  await Promise.all(ids.slice(0, 2).map(orderId => untilOrderIs(customer, orderId, 'PAID')))
  await refund(ids[1] ?? '', { reason: 'all of it' })
  await cancel(customer, ids[2] ?? '')
  await untilOrderIs(customer, ids[1] ?? '', 'REFUNDED')
  await untilOrderIs(customer, ids[2] ?? '', 'CANCELLED')
  await untilLedgersAgree(sku, ...ids)

  const kafka = testKafka(system.kafkaBrokers)
  const [admin, producer] = [kafka.admin(), kafka.producer()]
  const watch = await watchTopics(topics, { from: 'beginning' })
  try {
    await Promise.all([admin.connect(), producer.connect()])
    const isLast = ({ key, type }: SeenRecord) => key === ids[1] && type === 'PaymentRefunded'
    await watch.next(isLast, { what: 'the topics are read' })
    await expect.poll(() => readLag(admin), { timeout: 15_000 }).toBe(0)
    const told = watch.records.filter(({ key }) => ids.includes(key) || key === sku)
    expect(new Set(told.map(({ type }) => type))).toContain('OrderPaid')
    const before = await Promise.all(ids.map(orderId => databases.rowsOf(orderId)))
    for (const { topic, partition, key, headers, value } of told) {
      await producer.send({ topic, acks: -1, messages: [{ partition, key, headers, value }] })
    }
    await expect.poll(() => readLag(admin), { timeout: 15_000 }).toBe(0)
    expect(await Promise.all(ids.map(orderId => databases.rowsOf(orderId)))).toEqual(before)
    expect(await databases.stockOf(sku)).toEqual({ available: 5, reserved: 0, sold: 4, supplied: 9 })
    await untilLedgersAgree(sku, ...ids)
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect(), watch.stop()])
  }
}, 60_000)

it(`${describePromise(11)}: killed before the commit, payment-service does not answer, and the redelivery counts`, async () => {
  const sku = await newProduct(databases, { units: 1 })
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
  const release = await databases.lockPayment(order.orderId)
  try {
    const headers = { 'x-service-token': system.environment.SERVICE_TOKEN ?? '' }
    const answer = call('POST', '/notify', { base: payments.url, body: form, headers })
    answer.catch(() => {})
    await waitUntil(() => databases.isPaymentLockAwaited(), { what: 'the notify waits for the row' })
    payments.kill('SIGKILL')
    await expect(answer).rejects.toThrow()
  } finally {
    await payments.stop()
    await release()
  }
  expect((await deliver(form)).text).toBe('success')
  await untilOrderIs(customer, order.orderId, 'PAID')
}, 60_000)

it(`${describePromise(15)}: another customer’s order, forged links and admin routes are refused`, async () => {
  const owner = newCustomer()
  const sku = await newProduct(databases, { units: 2 })
  const { orderId } = (await place(owner, { [sku]: 1 })).order
  const before = await databases.rowsOf(orderId)
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
  expect(await databases.rowsOf(orderId)).toEqual(before)
})

it(`${describePromise(16)}: every acknowledged order exists after SIGTERM under load`, async () => {
  const sku = await newProduct(databases, { units: 100_000 })
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
    await waitUntil(() => acknowledged.length >= 100, { what: 'the service is under load', timeoutMs: 20_000 })
    expect(await orders.stop()).toBe(0)
    await waitUntil(() => refused.length >= 16, { what: 'every shopper was refused once' })
    ended.abort()
    await shoppers
  } finally {
    ended.abort()
    await gateway.stop()
    await orders.stop()
  }
  for (const one of refused) expect(one).toEqual({ status: 503, type: expect.stringMatching(/\/service-unavailable$/) })
  const saved = (await Promise.all(customers.map(({ id }) => databases.ordersOf(id)))).flat()
  const kept = new Set(saved.map(({ order_id }) => order_id))
  expect(acknowledged.filter(orderId => !kept.has(orderId))).toEqual([])
  await untilLedgersAgree(sku, ...kept)
}, 60_000)
