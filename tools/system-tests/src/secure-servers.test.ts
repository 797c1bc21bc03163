import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  jwt,
  runToEnd,
  startProcess,
  type TopicWatch,
  testKafka,
  waitUntil,
  watchTopics,
  withDatabase,
} from '@alipay-checkout/test-support'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pay } from './support/alipay.ts'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { readRedis } from './support/find-values.ts'
import { follow } from './support/follow-order.ts'
import { call } from './support/http.ts'
import { readiness, untilAllReady } from './support/outages.ts'
import { withService } from './support/own-service.ts'
import { reconcile, refund, untilLedgersAgree } from './support/refunds-and-cases.ts'
import { cancel, newCustomer, newProduct, place, placeUnopened, untilOrderIs } from './support/shop.ts'
import { system } from './support/system.ts'

// Kafka, PostgreSQL and Redis accept only TLS with a password here: whatever works goes through it.

const customer = newCustomer()
const { environment } = system
let databases: TestedDatabases
let watch: TopicWatch
let sku: string

beforeAll(async () => {
  databases = openTestedDatabases()
  watch = await watchTopics(['order.events', 'order-service.dlq'])
  sku = await newProduct(databases, { units: 100, priceFen: 500 })
})
afterAll(async () => {
  await watch?.stop()
  await databases?.close()
})

it('runs against servers that demand TLS and passwords', async () => {
  await untilAllReady()
  expect(environment).toMatchObject({ KAFKA_SSL: 'true', KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512' })
  expect(environment.REDIS_URL).toMatch(/^rediss:/)
  for (const url of Object.values(system.databases)) {
    const sessions = await withDatabase(
      url,
      sql => sql<{ name: string; ssl: boolean }[]>`
        select application_name as name, ssl from pg_stat_ssl join pg_stat_activity using (pid)
        where datname = current_database() and client_addr is not null`,
    )
    expect(sessions.map(({ name }) => name)).toContain('outbox relay')
    expect(sessions.filter(({ ssl }) => !ssl)).toEqual([])
  }
  expect(await readRedis()).toContain('bull')
})

it('sells, refunds, closes and cancels, with live pushes and agreeing ledgers', async () => {
  const { order, paymentUrl } = await place(customer, { [sku]: 2 })
  const follower = follow(new URLSearchParams({ order_id: order.orderId }), { token: customer.token })
  await pay(paymentUrl)
  await follower.untilIs('PAID')
  follower.close()
  await refund(order.orderId, { reason: 'returned' })
  await untilOrderIs(customer, order.orderId, 'REFUNDED')
  const { orderId: expiring } = await placeUnopened(customer, { [sku]: 1 }, { base: system.shortTtlGatewayUrl })
  const { orderId: cancelled } = (await place(customer, { [sku]: 1 })).order
  await cancel(customer, cancelled)
  await untilOrderIs(customer, expiring, 'EXPIRED')
  await untilOrderIs(customer, cancelled, 'CANCELLED')
  await expect.poll(() => databases.stockOf(sku)).toMatchObject({ reserved: 0 })
  await watch.next(({ key, type }) => key === cancelled && type === 'OrderCancelled', { what: 'it is published' })
  await untilLedgersAgree(order.orderId, expiring, cancelled)
})

it('dead letters are listed, redriven and audited by the command lines', async () => {
  const producer = testKafka(system.kafkaBrokers).producer()
  await producer.connect()
  const key = `ord_${randomUUID().replaceAll('-', '')}`
  const headers = {
    ce_specversion: '1.0',
    ce_type: 'PaymentSucceeded',
    ce_id: randomUUID(),
    ce_source: '/system-tests',
    ce_time: new Date().toISOString(),
    'content-type': 'application/json',
  }
  await producer.send({ topic: 'payment.events', messages: [{ key, value: '{"orderId": 7}', headers }] })
  await producer.disconnect()
  const isIts = (record: { topic: string; key: string }) => record.topic === 'order-service.dlq' && record.key === key
  const { partition, offset } = await watch.next(isIts, { what: 'it is dead-lettered', timeoutMs: 30_000 })
  const id = `${partition}/${offset}`
  const dlq = (...args: string[]) => runToEnd('packages/messaging/src/dlq-cli.ts', { args, env: environment })
  expect(await dlq('list')).toContain(`order-service ${id}`)
  expect(await dlq('redrive', 'order-service', id)).toContain(`redriven: order-service ${id}`)

  const urls = {
    ORDER_DATABASE_URL: system.databases.orders,
    PAYMENT_DATABASE_URL: system.databases.payments,
    INVENTORY_DATABASE_URL: system.databases.inventory,
  }
  const env = { ...environment, ...urls, SIMULATOR_URL: system.simulatorUrl }
  // Where all files run, the audit also finds what others have broken on purpose.
  const audit = startProcess('tools/audit/src/cli.ts', { env })
  expect([0, 1]).toContain(await audit.exited)
  expect(audit.output()).toMatch(/\d+ orders in the ledgers of all three services and Alipay/)
  expect(audit.output()).not.toContain(key)
})

it('reconciles a bill', async () => {
  expect(await reconcile('2020-01-02')).toEqual([])
})

it('topics are created, and a database is migrated, by the programs of a deployment', async () => {
  expect(await runToEnd('packages/kafka-topics/src/cli.ts', { env: environment })).toContain('topics exist')
  const env = { ...environment, ORDER_DATABASE_URL: system.databases.orders }
  await runToEnd('services/order-service/src/migrate.ts', { env })
})

describe('a setting that is wrong', () => {
  const timeoutMs = 60_000
  const wrong: [what: string, changes: () => Record<string, string>, named: string][] = [
    ['password of Kafka', () => ({ KAFKA_SASL_PASSWORD: 'a-wrong-password' }), 'check KAFKA_SASL_USERNAME'],
    ['authority of Kafka', () => ({ KAFKA_SSL_CA: '' }), 'check KAFKA_SSL_CA'],
    ['no TLS to Kafka', () => ({ KAFKA_SSL: 'false', KAFKA_SSL_CA: '' }), 'check KAFKA_SSL:'],
  ]
  it.each(wrong)('%s: the log and readiness name it, and the service keeps trying', async (_what, changes, named) => {
    await withService('inventory-service', { ...inventory(), ...changes() }, async ({ output }, url) => {
      await waitUntil(async () => (await readiness(url)).checks.kafka?.includes(named), {
        what: `readiness says: ${named}`,
        timeoutMs,
      })
      await waitUntil(() => output().includes(named), { what: 'the log says it', timeoutMs })
      expect(output()).not.toContain('a-wrong-password')
      expect(await readiness(url)).toMatchObject({ httpStatus: 200, degraded: expect.arrayContaining(['kafka']) })
    })
  })

  it('no TLS to PostgreSQL: the log names sslmode', async () => {
    const url = system.databases.inventory.split('?')[0] ?? ''
    await withService('inventory-service', { INVENTORY_DATABASE_URL: url }, async ({ output }) => {
      await waitUntil(() => output().includes('set sslmode=verify-full'), { what: 'the log says it', timeoutMs })
      expect(output()).not.toContain(new URL(url).password)
    })
  })

  it('no TLS to Redis: the log and readiness name REDIS_URL', async () => {
    const changes = { REDIS_URL: environment.REDIS_URL?.replace('rediss:', 'redis:') ?? '', REDIS_SSL_CA: '' }
    await withService('gateway', changes, async ({ output }, url) => {
      const named = 'check REDIS_URL: for a server with TLS it begins with rediss://'
      await waitUntil(async () => (await readiness(url)).checks.redis?.includes(named), { what: named, timeoutMs })
      expect(output()).toContain(named)
    })
  })

  it('a certificate without its key: the service does not start, and says which setting is missing', async () => {
    await withService(
      'inventory-service',
      { ...inventory(), KAFKA_SSL_CERT: 'client.pem' },
      async ({ exited, output }) => {
        expect(await exited).toBe(1)
        expect(output()).toContain('KAFKA_SSL_CERT is set, but KAFKA_SSL_KEY is not')
      },
    )
  })
})

const inventory = () => ({ INVENTORY_DATABASE_URL: system.databases.inventory })

it('no password or key is in a log or in what the services say about themselves', async () => {
  const token = jwt('admin-of-tests', { role: 'admin' })
  const { text } = await call('GET', '/api/admin/health', { token })
  expect(text).toContain('KAFKA_SSL_CA')
  const secrets = [
    environment.KAFKA_SASL_PASSWORD,
    new URL(environment.REDIS_URL ?? '').password,
    ...Object.values(system.databases).map(url => new URL(url).password),
  ]
  const files = [system.dir, join(system.dir, 'replicas')].flatMap(dir =>
    readdirSync(join(dir, 'logs')).map(name => join(dir, 'logs', name)),
  )
  expect(files.length).toBeGreaterThan(8)
  const texts: [string, string][] = [
    ['health', text],
    ...files.map(file => [file, readFileSync(file, 'utf8')] as [string, string]),
  ]
  for (const secret of secrets) {
    expect(secret).toMatch(/^[0-9a-f]{20,}$/)
    expect(texts.filter(([, one]) => one.includes(secret as string)).map(([name]) => name)).toEqual([])
  }
})
