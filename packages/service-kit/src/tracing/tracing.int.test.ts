import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type SinkSpan, startTraceSink, type TraceSink } from '@alipay-checkout/trace-sink'
import fc from 'fast-check'
import { Registry } from 'prom-client'
import Type from 'typebox'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { acceptCalls, buildHttpApp, createLogger, type HttpApp, Problem, traceOf } from '../index.ts'
import { createOtlpTracer } from './otlp-tracer.ts'
import type { TraceSource } from './request-trace.ts'
import { newTraceparent, traceIdOf } from './traceparent.ts'
import { recordSpan, stopTracing, tracerStatistics, useTracer } from './tracer.ts'

const orderId = `ord_${'0'.repeat(32)}`
const strangers = newTraceparent(true)
let sink: TraceSink
let apps: HttpApp[] = []

const tracerFor = (endpoint: string) =>
  createOtlpTracer({ service: 'tested', systemName: 'tests', version: '0', endpoint, headers: {} })

beforeEach(async () => {
  sink = await startTraceSink({ host: '127.0.0.1', port: 0 })
  useTracer(tracerFor(sink.url))
})
afterEach(async () => {
  for (const app of apps) await app.close()
  apps = []
  await stopTracing()
  await sink.close()
})

const gatewayWith = (ratio: number): TraceSource => ({ sampler: { ratio, always: ['/api/admin/'] } })

function appWith(traces: TraceSource, lines: string[] = []): HttpApp {
  const logger = createLogger('tested', 'info', { write: line => void lines.push(line) })
  const app = buildHttpApp({ logger, registry: new Registry(), readiness: {}, traces })
  app.get('/orders/:orderId', async request => {
    request.log.info('read')
    return { traceparent: traceOf(request) }
  })
  app.get('/api/admin/orders', async () => ({}))
  app.get('/api/admin/refused', async () => {
    throw new Problem('unauthenticated', 'Sign in.')
  })
  app.post('/body', { schema: { body: Type.Object({}) } }, async request => {
    logger.info('posted')
    return { traceparent: traceOf(request) }
  })
  app.get('/fails', async () => {
    throw new Error('as it must')
  })
  apps.push(app)
  return app
}

/** All spans that were recorded, sent. */
async function sent(): Promise<readonly SinkSpan[]> {
  await stopTracing()
  return sink.all()
}

const get = (app: HttpApp, url: string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'GET', url, headers })

it('never continues the trace of a stranger, whatever is sent', async () => {
  const app = appWith(gatewayWith(0))
  const header = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/),
    fc.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-(00|01|02|03|ff)$/),
  )
  await fc.assert(
    fc.asyncProperty(header, fc.string(), fc.string(), async (traceparent, tracestate, baggage) => {
      const headers = { traceparent, tracestate, baggage }
      const own = (await get(app, `/orders/${orderId}`, headers)).json().traceparent as string
      expect(own).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-02$/)
      const given = /[0-9a-f]{32}/.exec(traceparent)?.[0]
      if (given) expect(own).not.toContain(given)
    }),
    { numRuns: 300 },
  )
  expect(await sent()).toEqual([])
})

it('begins a trace at the gateway and links it to the one of the stranger', async () => {
  const { traceparent } = (await get(appWith(gatewayWith(1)), `/orders/${orderId}`, { traceparent: strangers })).json()
  const [span, ...others] = await sent()
  expect(others).toEqual([])
  expect(span).toMatchObject({
    name: 'GET /orders/:orderId',
    kind: 2,
    service: 'tested',
    traceId: traceIdOf(traceparent),
  })
  expect(span?.parentSpanId ?? '').toBe('')
  expect(span?.links).toMatchObject([{ traceId: traceIdOf(strangers) }])
  expect(span?.attributes).toContainEqual({ key: 'order_id', value: { stringValue: orderId } })
})

it('samples the given share of the requests', async () => {
  const app = appWith(gatewayWith(0.25))
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => get(app, `/orders/${orderId}`)))
  const sampled = answers.filter(answer => answer.json().traceparent.endsWith('-03')).length
  // 14 standard deviations to each side.
  expect(sampled).toBeGreaterThan(60)
  expect(sampled).toBeLessThan(440)
  expect(await sent()).toHaveLength(sampled)
})

it('always traces permitted requests of the admin API, and sends the span of any that fails', async () => {
  const app = appWith(gatewayWith(0))
  await get(app, '/api/admin/orders')
  await get(app, '/api/admin/refused')
  await get(app, '/api/admin/unknown')
  await get(app, `/orders/${orderId}`)
  await get(app, '/fails')
  const spans = await sent()
  expect(spans.map(({ name }) => name).toSorted()).toEqual(['GET /api/admin/orders', 'GET /fails'])
  expect(spans.find(({ name }) => name === 'GET /fails')?.status).toMatchObject({ code: 2 })
})

it("continues its caller's trace in a service, also where that is not sampled and the service fails", async () => {
  const app = appWith('caller')
  const [sampled, unsampled] = [newTraceparent(true), newTraceparent(false)]
  await get(app, `/orders/${orderId}`, { traceparent: sampled })
  await get(app, `/orders/${orderId}`, { traceparent: unsampled })
  await get(app, '/fails', { traceparent: unsampled })
  const parents = (await sent()).map(({ name, traceId, parentSpanId }) => [name, traceId, parentSpanId])
  expect(parents.toSorted()).toEqual([
    ['GET /fails', traceIdOf(unsampled), unsampled.slice(36, 52)],
    ['GET /orders/:orderId', traceIdOf(sampled), sampled.slice(36, 52)],
  ])
})

it.each(['00', '01', '02', '03'])("keeps its caller's flags %s, and records it where both are set", async flags => {
  const given = newTraceparent(false).slice(0, -2) + flags
  const { traceparent } = (await get(appWith('caller'), `/orders/${orderId}`, { traceparent: given })).json()
  expect(traceparent.slice(0, 35)).toBe(given.slice(0, 35))
  expect(traceparent.slice(-2)).toBe(flags)
  expect(await sent()).toHaveLength(flags === '03' ? 1 : 0)
})

it('sends the random flag with every span, and with a link the flags that it came with', async () => {
  const link = `${newTraceparent(true).slice(0, -2)}01`
  await get(appWith(gatewayWith(1)), `/orders/${orderId}`, { traceparent: link })
  const [span] = await sent()
  expect(Number(span?.flags) & 0xff).toBe(3)
  expect(Number(span?.links?.[0]?.flags) & 0xff).toBe(1)
})

it('gives each call of a batch a span in its own trace, linked with that of the batch', async () => {
  const app = buildHttpApp({ logger: createLogger('tested', 'silent'), readiness: {} })
  apps.push(app)
  acceptCalls(app).post('/double', Type.Object({}), async (_body, traceparent) => ({ status: 201, body: traceparent }))
  const [batch, one, other] = [newTraceparent(true), newTraceparent(true), newTraceparent(false)]
  const calls = [one, other].map(traceparent => ({ url: '/double', traceparent, body: {} }))
  await app.inject({ method: 'POST', url: '/batch', headers: { traceparent: batch }, payload: calls })
  const spans = await sent()
  const [ofBatch, ofCall] = [traceIdOf(batch), traceIdOf(one)].map(id => spans.find(({ traceId }) => traceId === id))
  expect(spans).toHaveLength(2)
  expect(ofBatch).toMatchObject({
    name: 'POST /batch',
    links: [{ traceId: traceIdOf(one), spanId: one.slice(36, 52) }],
  })
  expect(ofCall).toMatchObject({ name: 'POST /double', parentSpanId: one.slice(36, 52) })
  expect(ofCall?.links).toMatchObject([{ traceId: ofBatch?.traceId, spanId: ofBatch?.spanId }])
})

it('names the trace and the order in the lines of a request, also where nothing is traced', async () => {
  useTracer(undefined)
  const lines: string[] = []
  const app = appWith('caller', lines)
  const traceparent = newTraceparent(false)
  await get(app, `/orders/${orderId}`, { traceparent })
  await app.inject({ method: 'POST', url: '/body', headers: { traceparent }, payload: {} })
  const found = lines.map(line => JSON.parse(line)).map(({ msg, trace_id, order_id }) => ({ msg, trace_id, order_id }))
  expect(found).toEqual([
    { msg: 'read', trace_id: traceIdOf(traceparent), order_id: orderId },
    { msg: 'posted', trace_id: traceIdOf(traceparent), order_id: undefined },
  ])
})

it('adds exemplars for a scraper that accepts OpenMetrics, and none for others', async () => {
  const app = appWith(gatewayWith(1))
  const { traceparent } = (await get(app, `/orders/${orderId}`)).json()
  const exemplar = `# {trace_id="${traceIdOf(traceparent)}",span_id="${traceparent.slice(36, 52)}"}`
  const open = await get(app, '/metrics', { accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5' })
  expect(open.headers['content-type']).toContain('application/openmetrics-text')
  expect(open.body).toContain(exemplar)
  expect(open.body.endsWith('# EOF\n')).toBe(true)
  const [plain, another] = await Promise.all([
    get(app, '/metrics'),
    get(app, '/metrics', { accept: 'application/openmetrics-text' }),
  ])
  expect(another.body).toContain('trace_spans_exported_total')
  expect(plain.headers['content-type']).toContain('text/plain')
  expect(plain.body).not.toContain('# {trace_id')
  expect(plain.body).toContain('# TYPE trace_spans_dropped_total counter')
  expect((await get(app, '/metrics')).body).toContain('# TYPE process_cpu_user_seconds_total counter')
})

it('neither waits for a receiver that does not answer nor keeps more than a bound, and counts what it drops', async () => {
  const silent = createServer(() => {})
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
  useTracer(tracerFor(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`))
  const span = { name: 'one', kind: 'internal', links: [], durationMs: 1, attributes: {} } as const
  for (let n = 0; n < 10_000; n++) recordSpan({ ...span, traceparent: newTraceparent(true) })
  expect(tracerStatistics()).toEqual({ exported: 0, failed: 0, dropped: 10_000 - 4_096 })
  const stopped = await Promise.race([stopTracing().then(() => 'stopped'), delay(10_000, 'late', { ref: false })])
  expect(stopped).toBe('stopped')
  silent.closeAllConnections()
  await new Promise(resolve => silent.close(resolve))
})
