import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Counter, Registry } from 'prom-client'
import { expect, it, onTestFinished } from 'vitest'
import { ConfigError } from './config.ts'
import { buildHttpApp } from './http-app.ts'
import { createLogger } from './logger.ts'
import { metricsPortOf, startMetricsServer } from './metrics-server.ts'

const settings = { NODE_ENV: 'test', HOST: '127.0.0.1' } as const

it.each([
  [{ NODE_ENV: 'production' }, 9464],
  [{ NODE_ENV: 'production', METRICS_PORT: 9500 }, 9500],
  [{ NODE_ENV: 'development' }, undefined],
  [{ NODE_ENV: 'test' }, undefined],
  [{ NODE_ENV: 'development', METRICS_PORT: 9500 }, 9500],
] as const)('with %o metrics are served on port %s', (given, port) => {
  expect(metricsPortOf({ ...settings, ...given })).toBe(port)
})

it('serves metrics and health on a port of their own, and nothing else', async () => {
  const registry = new Registry()
  new Counter({ name: 'things_total', help: 'Things', registers: [registry] }).inc(3)
  const server = await startMetricsServer({ ...settings, METRICS_PORT: 0 }, registry)
  onTestFinished(() => server?.close())
  const get = (path: string, method = 'GET') => fetch(`${server?.url}${path}`, { method })
  const metrics = await get('/metrics')
  expect([metrics.status, metrics.headers.get('content-type')]).toEqual([200, registry.contentType])
  expect(await metrics.text()).toContain('things_total 3')
  expect((await get('/healthz')).status).toBe(200)
  for (const path of ['/', '/readyz', '/metrics/x', '/api/orders']) expect((await get(path)).status).toBe(404)
  expect((await get('/metrics', 'POST')).status).toBe(404)
})

it('starts no server where metrics are served on the main port', async () => {
  expect(await startMetricsServer(settings, new Registry())).toBeUndefined()
})

it('names the setting when the port is in use, or is that of the service', async () => {
  const other = createServer()
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void other.close())
  const { port } = other.address() as AddressInfo
  const start = (more: object) => startMetricsServer({ ...settings, METRICS_PORT: port, ...more }, new Registry())
  await expect(start({})).rejects.toThrow(new RegExp(`^METRICS_PORT ${port} can not be used .*EADDRINUSE`))
  await expect(start({ GATEWAY_PORT: port })).rejects.toThrow(`METRICS_PORT and GATEWAY_PORT are both ${port}`)
  await expect(start({ PORT: port })).rejects.toThrow(ConfigError)
})

it('answers 404 on the main port, counts its requests, and reports the checks of readiness', async () => {
  const registry = new Registry()
  const down = async () => {
    throw new Error('down')
  }
  const app = buildHttpApp({
    logger: createLogger('test', 'silent'),
    registry,
    servesMetrics: false,
    readiness: { required: { postgres: async () => undefined }, optional: { kafka: down } },
  })
  onTestFinished(() => app.close())
  expect((await app.inject('/metrics')).statusCode).toBe(404)
  expect((await app.inject('/healthz')).statusCode).toBe(200)
  const text = await registry.metrics()
  expect(text).toMatch(/http_request_duration_seconds_count\{.*route="\/healthz",status="200"\} 1/)
  expect(text).toContain('readiness_check_ok{check="postgres"} 1')
  expect(text).toContain('readiness_check_ok{check="kafka"} 0')
})
