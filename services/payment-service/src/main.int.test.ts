import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { NewEvent } from '@alipay-checkout/contracts'
import { appendEvents, openKafka, openProducer } from '@alipay-checkout/messaging'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { addressOf, createTestDatabase, silent, type TestDatabase } from './test-database.ts'
import {
  type AlipayForTests,
  callService,
  newOrderId,
  type PaidTrade,
  serviceToken,
  startAlipayForTests,
} from './test-shop.ts'

let database: TestDatabase
let alipay: AlipayForTests
let service: ChildProcess
let url: string

beforeAll(async () => {
  database = await createTestDatabase()
  alipay = await startAlipayForTests()
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  alipay.setService(url)
  service = startService({ PORT: String(port) })
  await vi.waitUntil(
    () =>
      fetch(`${url}/readyz`).then(
        response => response.ok,
        () => false,
      ),
    { timeout: 30_000 },
  )
}, 60_000)

afterAll(async () => {
  service.kill('SIGTERM')
  if (service.exitCode === null) await once(service, 'exit')
  await alipay.close()
  await database.drop()
})

test('takes an order from Kafka, opens its cashier, believes the notify and says PaymentSucceeded on Kafka', async () => {
  const orderId = newOrderId()
  const heard = await listen(orderId)
  await publish([orderCreated(orderId, 12_345)])
  await vi.waitUntil(async () => (await callService(url, 'GET', `/payments/${orderId}`)).status === 200, {
    timeout: 20_000,
  })

  const opened = await callService<{ content: string; outTradeNo: string }>(url, 'POST', `/payments/${orderId}/open`, {
    as: 'url',
    returnUrl: 'https://shop.example/payment/result',
  })
  expect(opened).toMatchObject({ status: 200, body: { orderId, outTradeNo: orderId } })
  const paid = await alipay.control<PaidTrade>('POST', '/pay', { url: opened.body.content })

  await vi.waitUntil(() => heard.events.length > 0, { timeout: 10_000 })
  expect(heard.events).toEqual([
    expect.objectContaining({
      orderId,
      outTradeNo: orderId,
      tradeNo: paid.tradeNo,
      amountFen: 12_345,
      source: 'notify',
    }),
  ])
  expect((await callService(url, 'GET', `/payments/${orderId}`)).body).toMatchObject({
    status: 'PAID',
    tradeNo: paid.tradeNo,
    notifies: 1,
  })
  await heard.stop()
}, 40_000)

test('refuses to start and names the setting when a key is none', async () => {
  const broken = startService({ ALIPAY_PUBLIC_KEY: 'not a key' })
  let output = ''
  broken.stdout?.on('data', chunk => {
    output += chunk
  })
  const [code] = await once(broken, 'close')
  expect(code).toBe(1)
  expect(output).toContain('ALIPAY_PUBLIC_KEY')
}, 20_000)

function startService(env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [fileURLToPath(new URL('./main.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      LOG_LEVEL: 'warn',
      PAYMENT_DATABASE_URL: database.url,
      KAFKA_BROKERS: addressOf('TEST_KAFKA_BROKERS'),
      REDIS_URL: addressOf('TEST_REDIS_URL'),
      SERVICE_TOKEN: serviceToken,
      PUBLIC_URL: alipay.publicUrl,
      ALIPAY_GATEWAY: alipay.gatewayUrl,
      ALIPAY_APP_ID: alipay.appId,
      ALIPAY_SELLER_ID: alipay.sellerId,
      ALIPAY_PRIVATE_KEY: alipay.appPrivateKey,
      ALIPAY_PUBLIC_KEY: alipay.alipayPublicKey,
      ...env,
    },
  })
}

function orderCreated(orderId: string, totalFen: number): NewEvent {
  const now = Date.now()
  return {
    type: 'OrderCreated',
    key: orderId,
    data: {
      orderId,
      customerId: 'c-1',
      currency: 'CNY',
      totalFen,
      lines: [{ sku: 'tea-01', title: 'Tea', quantity: 1, unitPriceFen: totalFen }],
      createdAt: new Date(now).toISOString(),
      expiresAt: new Date(now + 1_800_000).toISOString(),
    },
  } as NewEvent
}

/** Publishes what order-service would: through an outbox record, sent by a producer of the test's own. */
async function publish(events: readonly NewEvent[]): Promise<void> {
  const producer = openProducer(
    openKafka({ brokers: addressOf('TEST_KAFKA_BROKERS'), clientId: 'test', logger: silent }),
  )
  const outbox = await createTestDatabase()
  await outbox.db.transaction(tx => appendEvents(tx, 'order-service', events, new Date()))
  const messages = await outbox.client<{ key: string; value: string; headers: Record<string, string> }[]>`
    select key, value, headers from outbox order by id`
  await producer.connect()
  await producer.send({ topic: 'order.events', acks: -1, messages: [...messages] })
  await producer.disconnect()
  await outbox.drop()
}

/** Collects what payment.events says about one order from now on. */
async function listen(orderId: string) {
  const events: unknown[] = []
  const kafka = openKafka({ brokers: addressOf('TEST_KAFKA_BROKERS'), clientId: 'test', logger: silent })
  const consumer = kafka.consumer({ groupId: `test-${orderId}`, maxWaitTimeInMs: 100 })
  const joined = new Promise(resolve => consumer.on('consumer.group_join', resolve))
  await consumer.connect()
  await consumer.subscribe({ topics: ['payment.events'], fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message }) => {
      if (message.key?.toString() === orderId) events.push(JSON.parse(String(message.value)))
    },
  })
  await joined
  return { events, stop: () => consumer.disconnect() }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}
