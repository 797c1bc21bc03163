import { freePort, waitUntil } from '@alipay-checkout/test-support'
import { describe, expect, it } from 'vitest'
import { readiness } from './support/outages.ts'
import { withService } from './support/own-service.ts'

/** A cold start takes a second or two, and much longer on a busy machine. */
const timeoutMs = 120_000

const closedPort = async () => `127.0.0.1:${await freePort()}`

describe('a service that is started while a server is away', () => {
  it('waits for PostgreSQL and reports it', async () => {
    const url = `postgres://nobody:nothing@${await closedPort()}/orders`
    await withService('order-service', { ORDER_DATABASE_URL: url }, async ({ output }) => {
      await waitUntil(() => output().includes('waiting for Postgres'), { what: 'it logs what it waits for', timeoutMs })
      expect(output()).not.toContain('nothing@')
    })
  })

  it.each(['order-service', 'inventory-service'] as const)(
    '%s accepts requests without Kafka and reports it',
    async service => {
      await withService(service, { KAFKA_BROKERS: await closedPort() }, async ({ output }, url) => {
        const told = await waitUntil(() => readiness(url), { what: 'it answers', timeoutMs })
        expect(told).toMatchObject({ httpStatus: 200, status: 'ready', checks: { postgres: 'ok' } })
        expect(told.degraded).toContain('kafka')
        await waitUntil(() => output().includes('waiting for Kafka'), { what: 'it logs what it waits for' })
      })
    },
  )

  it('is ready without Redis and reports it as degraded', async () => {
    const away = { REDIS_URL: `redis://${await closedPort()}`, REDIS_SSL_CA: '' }
    await withService('gateway', away, async (_running, url) => {
      const told = await waitUntil(() => readiness(url), { what: 'it answers', timeoutMs })
      expect(told).toMatchObject({ httpStatus: 200, status: 'ready', degraded: ['redis'], checks: { orders: 'ok' } })
      expect(told.checks.redis).toMatch(/Redis/)
    })
  })
})

describe('a service with METRICS_PORT', () => {
  it.each(['gateway', 'order-service'] as const)('%s serves its metrics there, and on no other port', async service => {
    const metricsPort = String(await freePort())
    await withService(service, { METRICS_PORT: metricsPort, CONSOLE_PORT: '0' }, async (_running, url) => {
      await waitUntil(() => readiness(url), { what: 'it answers', timeoutMs })
      expect((await fetch(`${url}/metrics`)).status).toBe(404)
      const own = `http://127.0.0.1:${metricsPort}`
      expect(await (await fetch(`${own}/metrics`)).text()).toContain('readiness_check_ok{check="redis"} 1')
      expect((await fetch(`${own}/readyz`)).status).toBe(404)
    })
  })
})
