import { generateKeyPairSync } from 'node:crypto'
import { openDatabase } from '@alipay-checkout/service-kit/database'
import { createTestDatabase, freePort, runToEnd, startProcess, waitUntil } from '@alipay-checkout/test-support'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AlipayForTests, serviceToken, startAlipayForTests } from './test-shop.ts'

const main = 'services/payment-service/src/main.ts'
const migrate = 'services/payment-service/src/migrate.ts'

let alipay: AlipayForTests
beforeAll(async () => {
  alipay = await startAlipayForTests()
})
afterAll(() => alipay.close())

/** Settings with which it would start, were anything there. */
async function settings(): Promise<Record<string, string>> {
  const nowhere = `127.0.0.1:${await freePort()}`
  return {
    PAYMENT_DATABASE_URL: `postgres://payment:payment@${nowhere}/payment`,
    KAFKA_BROKERS: nowhere,
    REDIS_URL: `redis://${nowhere}`,
    SERVICE_TOKEN: serviceToken,
    PUBLIC_URL: 'http://127.0.0.1:8080',
    ALIPAY_GATEWAY: alipay.gatewayUrl,
    ALIPAY_APP_ID: alipay.appId,
    ALIPAY_SELLER_ID: alipay.sellerId,
    ALIPAY_PRIVATE_KEY: alipay.appPrivateKey,
    ALIPAY_PUBLIC_KEY: alipay.alipayPublicKey,
  }
}

it('does not start without its settings, and names all that are missing', async () => {
  const service = startProcess(main)
  expect(await service.exited).toBe(1)
  for (const name of Object.keys(await settings())) expect(service.output()).toContain(`${name} is not set`)
})

it.each(['ALIPAY_PRIVATE_KEY', 'ALIPAY_PUBLIC_KEY'])('does not start with a %s that is no key', async name => {
  const service = startProcess(main, { env: { ...(await settings()), [name]: 'c2VjcmV0' } })
  expect(await service.exited).toBe(1)
  expect(service.output()).toContain(name)
  expect(service.output()).not.toContain('c2VjcmV0')
})

it('logs that it waits for PostgreSQL, and can be stopped meanwhile', async () => {
  const service = startProcess(main, { env: await settings() })
  await waitUntil(() => service.output().includes('waiting for Postgres'), {
    what: 'it says what it waits for',
    timeoutMs: 30_000,
  })
  expect(await service.stop()).toBe(0)
})

it('reports in the log, in /readyz and in a metric that Alipay’s replies do not verify, and keeps serving', async () => {
  const database = await createTestDatabase('payment_test')
  const port = await freePort()
  const strangers = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
  const env = {
    ...(await settings()),
    PAYMENT_DATABASE_URL: database.url,
    KAFKA_BROKERS: process.env.TEST_KAFKA_BROKERS ?? '',
    REDIS_URL: process.env.TEST_REDIS_URL ?? '',
    ALIPAY_PUBLIC_KEY: strangers.export({ type: 'spki', format: 'der' }).toString('base64'),
    PORT: String(port),
  }
  await runToEnd(migrate, { env })
  const service = startProcess(main, { env })
  try {
    await waitUntil(() => service.output().includes('payment-service is ready'), {
      what: 'the service listens',
      timeoutMs: 60_000,
    })
    await waitUntil(() => service.output().includes('ALIPAY_PUBLIC_KEY is most likely not the key'), {
      what: 'the log names the mistake',
    })
    const read = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text()
    const ready = JSON.parse(await read('/readyz'))
    expect(ready).toMatchObject({ status: 'ready', degraded: expect.arrayContaining(['alipay']) })
    expect(ready.checks.alipay).toContain('查看 → 支付宝公钥')
    expect(await read('/metrics')).toContain('alipay_connection_ok{reason="reply_signature"} 0')
  } finally {
    await service.stop()
    await database.drop()
  }
}, 120_000)

it('migrates an empty database, also when two do so at once, and leaves a migrated one as it is', async () => {
  const { url, drop } = await createTestDatabase('payment_test')
  const { db, close } = openDatabase({ url, name: 'payment-test', poolSize: 1 })
  try {
    const env = { PAYMENT_DATABASE_URL: url }
    await Promise.all([runToEnd(migrate, { env }), runToEnd(migrate, { env })])
    await db.execute(sql`
      insert into payments (order_id, customer_id, amount_fen, status, expires_at)
      values ('ord_1', 'c-1', 100, 'EXPECTED', now())`)
    await runToEnd(migrate, { env })
    expect([...(await db.execute(sql`select order_id, status from payments`))]).toEqual([
      { order_id: 'ord_1', status: 'EXPECTED' },
    ])
  } finally {
    await close()
    await drop()
  }
  // Four programs are started.
}, 120_000)
