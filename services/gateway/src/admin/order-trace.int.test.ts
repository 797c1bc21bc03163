import { jwt } from '@alipay-checkout/test-support'
import { startTraceSink, type TraceSink } from '@alipay-checkout/trace-sink'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { orderId, problem, startGateway, type TestGateway } from '../test-gateway.ts'
import { readTempoTrace } from './tempo-trace.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
let sink: TraceSink
let gateway: TestGateway
beforeAll(async () => {
  sink = await startTraceSink({ host: '127.0.0.1', port: 0 })
  gateway = await startGateway({ TRACES_URL: sink.url })
})
afterAll(async () => {
  await gateway.close()
  await sink.close()
})
beforeEach(() => gateway.standIn.reset())

const span = (spanId: string, more: object) => ({ traceId, spanId, kind: 2, attributes: [], ...more })

async function store(service: string, spans: object[]): Promise<void> {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: service } }] }
  const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] })
  expect((await fetch(`${sink.url}/v1/traces`, { method: 'POST', body })).status).toBe(200)
}

async function read(from = gateway) {
  const headers = { authorization: `Bearer ${jwt('ann', { roles: ['viewer'] })}` }
  const answer = await fetch(`${from.url}/api/admin/orders/${orderId}/trace`, { headers })
  return { status: answer.status, body: await answer.json() }
}

it("shows the order's trace from the source that is configured, in the order of time", async () => {
  gateway.standIn.on('GET /admin/orders/*', () => ({ status: 200, body: { orderId, traceId } }))
  expect(await read()).toEqual({ status: 200, body: { orderId, traceId, state: 'not_recorded', spans: [] } })
  const links = [{ traceId: 'f'.repeat(32), spanId: 'e'.repeat(16) }]
  await store('order-service', [
    span('00000000000000b2', {
      parentSpanId: '00000000000000a1',
      name: 'POST /orders',
      startTimeUnixNano: '1767225600002500000',
      endTimeUnixNano: '1767225600012000000',
      status: { code: 2, message: 'answered 503' },
      links,
    }),
  ])
  await store('gateway', [
    span('00000000000000a1', {
      name: 'POST /api/orders',
      startTimeUnixNano: '1767225600000000000',
      endTimeUnixNano: '1767225600020000000',
    }),
  ])
  const { body } = await read()
  expect(body).toEqual({
    orderId,
    traceId,
    state: 'recorded',
    spans: [
      {
        spanId: '00000000000000a1',
        name: 'POST /api/orders',
        service: 'gateway',
        startedAt: '2026-01-01T00:00:00.000Z',
        startMs: 0,
        durationMs: 20,
        linkedTraceIds: [],
      },
      {
        spanId: '00000000000000b2',
        parentSpanId: '00000000000000a1',
        name: 'POST /orders',
        service: 'order-service',
        startedAt: '2026-01-01T00:00:00.002Z',
        startMs: 2.5,
        durationMs: 9.5,
        error: 'answered 503',
        linkedTraceIds: ['f'.repeat(32)],
      },
    ],
  })
})

it('says that an order without a trace has none recorded, and that an unknown order does not exist', async () => {
  gateway.standIn.on('GET /admin/orders/*', () => ({ status: 200, body: { orderId } }))
  expect((await read()).body).toEqual({ orderId, traceId: null, state: 'not_recorded', spans: [] })
  gateway.standIn.on('GET /admin/orders/*', () => problem('order-not-found'))
  expect((await read()).status).toBe(404)
})

it('says that there is no source, or that it does not answer', async () => {
  const without = await startGateway()
  const broken = await startGateway({ TRACES_URL: 'http://127.0.0.1:9' })
  try {
    for (const one of [without, broken])
      one.standIn.on('GET /admin/orders/*', () => ({ status: 200, body: { orderId, traceId } }))
    expect(await read(without)).toEqual({ status: 200, body: { orderId, traceId, state: 'no_source', spans: [] } })
    expect(await read(broken)).toMatchObject({ status: 503, body: { service: 'traces' } })
  } finally {
    await without.close()
    await broken.close()
  }
})

it('reads ids in hex too, and both names of the list', () => {
  const spans = [{ spanId: '00000000000000A1', name: 'one', startTimeUnixNano: '0', endTimeUnixNano: '1000000' }]
  const expected = [expect.objectContaining({ spanId: '00000000000000a1', durationMs: 1 })]
  expect(readTempoTrace({ resourceSpans: [{ scopeSpans: [{ spans }] }] })).toEqual(expected)
  expect(readTempoTrace({ trace: { resourceSpans: [{ scopeSpans: [{ spans }] }] } })).toEqual(expected)
  expect(readTempoTrace({})).toEqual([])
})
