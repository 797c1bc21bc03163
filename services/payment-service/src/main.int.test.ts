import { createHash, generateKeyPairSync } from 'node:crypto'
import { dueWorkers } from '@alipay-checkout/contracts'
import { openDatabase } from '@alipay-checkout/service-kit/database'
import {
  bundledProgram,
  createTestDatabase,
  freePort,
  runToEnd,
  startProcess,
  testStack,
  waitUntil,
} from '@alipay-checkout/test-support'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrationsFolder } from './test-database.ts'
import { type AlipayForTests, serviceToken, startAlipayForTests } from './test-shop.ts'

const main = await bundledProgram('services/payment-service/src/main.ts')
const migrate = await bundledProgram('services/payment-service/src/migrate.ts')

let alipay: AlipayForTests
beforeAll(async () => {
  alipay = await startAlipayForTests()
})
afterAll(() => alipay.close())

/** Complete settings, with addresses at which no server listens. */
async function settings(): Promise<Record<string, string>> {
  const unused = `127.0.0.1:${await freePort()}`
  return {
    PAYMENT_DATABASE_URL: `postgres://payment:payment@${unused}/payment`,
    KAFKA_BROKERS: unused,
    REDIS_URL: `redis://${unused}`,
    SERVICE_TOKEN: serviceToken,
    PUBLIC_URL: 'http://127.0.0.1:8080',
    ALIPAY_GATEWAY: alipay.gatewayUrl,
    ALIPAY_APP_ID: alipay.appId,
    ALIPAY_SELLER_ID: alipay.sellerId,
    ALIPAY_PRIVATE_KEY: alipay.appPrivateKey,
    ALIPAY_PUBLIC_KEY: alipay.alipayPublicKey,
  }
}

// Each test starts one process. They do not depend on each other, so they run at the same time.
describe.concurrent('the service’s programs', { timeout: 120_000 }, () => {
  it('ends with 1 on a wrong setting, names it in the log and hides its value', async () => {
    const service = startProcess(main, { env: { ...(await settings()), ALIPAY_PUBLIC_KEY: 'c2VjcmV0' } })
    expect(await service.exited).toBe(1)
    expect(service.output()).toContain('ALIPAY_PUBLIC_KEY')
    expect(service.output()).not.toContain('c2VjcmV0')
  })

  it('logs that it waits for PostgreSQL, and can be stopped meanwhile', async () => {
    const service = startProcess(main, { env: await settings() })
    await waitUntil(() => service.output().includes('waiting for Postgres'), {
      what: 'it logs what it waits for',
      timeoutMs: 60_000,
    })
    expect(await service.stop()).toBe(0)
  })

  it('reports in the log, in /readyz and in a metric that Alipay’s replies do not verify, and keeps serving', async () => {
    const { kafkaBrokers, redisUrl } = await testStack()
    const database = await createTestDatabase('payment_test', { migrationsFolder })
    const port = await freePort()
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const service = startProcess(main, {
      env: {
        ...(await settings()),
        PAYMENT_DATABASE_URL: database.url,
        KAFKA_BROKERS: kafkaBrokers,
        REDIS_URL: redisUrl,
        ALIPAY_PUBLIC_KEY: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
        PORT: String(port),
      },
    })
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
      const own = async (path: string) => {
        const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'x-service-token': serviceToken } })
        return answer.json()
      }
      const info = await own('/info')
      expect(info).toMatchObject({
        service: 'payment-service',
        checks: { postgres: 'ok' },
        settings: { PORT: String(port) },
      })
      expect(info.degraded).toContain('alipay')
      const spki = publicKey.export({ type: 'spki', format: 'der' })
      expect(info.keys).toMatchObject([
        { name: 'the application’s public key', daysLeft: null },
        {
          name: 'Alipay’s public key',
          fingerprint: createHash('sha256')
            .update(spki)
            .digest('hex')
            .toUpperCase()
            .replace(/(..)(?=.)/g, '$1:'),
          daysLeft: null,
        },
      ])
      const secrets = [serviceToken, alipay.appPrivateKey, new URL(database.url).password]
      for (const secret of secrets) expect(JSON.stringify(info)).not.toContain(secret)
      const { items } = await own('/due')
      expect(items.map(({ kind }: { kind: string }) => kind)).toEqual(dueWorkers['payment-service'])
      for (const { timers } of items) expect(timers).toMatchObject({ delayed: expect.any(Number) })
    } finally {
      await service.stop()
      await database.drop()
    }
  })

  it('names half of certificate mode in the log, and ends', async () => {
    const { ALIPAY_PUBLIC_KEY: _key, ...others } = await settings()
    const service = startProcess(main, { env: { ...others, ALIPAY_APP_CERT: 'app.crt' } })
    expect(await service.exited).toBe(1)
    expect(service.output()).toContain('but ALIPAY_ROOT_CERT, ALIPAY_PUBLIC_CERT are not set')
  })

  it('in certificate mode, shows in /readyz and in a metric when the certificates end, and outlasts a rotation', async () => {
    const { kafkaBrokers, redisUrl } = await testStack()
    const database = await createTestDatabase('payment_test', { migrationsFolder })
    const alipay = await startAlipayForTests({ keyMode: 'certificate' })
    const port = await freePort()
    const { ALIPAY_PUBLIC_KEY: _key, ...others } = await settings()
    // Before the start, so that the probe's reply is the first to name the new certificate.
    const certificates = alipay.certificates
    await alipay.control('POST', '/certificates/rotate', { validDays: 20 })
    const service = startProcess(main, {
      env: {
        ...others,
        ...certificates,
        ALIPAY_GATEWAY: alipay.gatewayUrl,
        PAYMENT_DATABASE_URL: database.url,
        KAFKA_BROKERS: kafkaBrokers,
        REDIS_URL: redisUrl,
        PORT: String(port),
      },
    })
    try {
      await waitUntil(() => service.output().includes('payment-service is ready'), {
        what: 'the service listens',
        timeoutMs: 60_000,
      })
      const read = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text()
      await waitUntil(async () => (await read('/metrics')).includes('alipay_connection_ok{reason="ok"} 1'), {
        what: 'the reply is verified with the new certificate',
      })
      expect(service.output()).toContain('Add the new file to ALIPAY_PUBLIC_CERT')
      const ready = JSON.parse(await read('/readyz'))
      expect(ready).toMatchObject({ status: 'ready', checks: { alipay: 'ok', certificates: 'ok' } })
      expect(ready.certificates.map((one: { certificate: string }) => one.certificate)).toEqual([
        'app',
        'alipay',
        'root',
        'alipay',
      ])
      expect(ready.certificates[3]).toMatchObject({ daysLeft: 19 })
      const answer = await fetch(`http://127.0.0.1:${port}/info`, { headers: { 'x-service-token': serviceToken } })
      expect((await answer.json()).keys.at(-1)).toMatchObject({
        name: 'Alipay’s certificate (downloaded)',
        fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
        daysLeft: 19,
      })
      const metrics = await read('/metrics')
      const { serialNumber } = ready.certificates[3]
      expect(metrics).toContain(`alipay_certificate_days_left{certificate="alipay",serial_number="${serialNumber}"} 19`)
    } finally {
      await service.stop()
      await database.drop()
      await alipay.close()
    }
  })

  it('migrates an empty database', async () => {
    const { url, drop } = await createTestDatabase('payment_test')
    const database = openDatabase({ url, name: 'payment-test', poolSize: 1 })
    try {
      await runToEnd(migrate, { env: { PAYMENT_DATABASE_URL: url } })
      expect(await database.client`select order_id from payments`).toHaveLength(0)
    } finally {
      await database.close()
      await drop()
    }
  })
})
