import { jwt } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { orderBody, orderId, problem, startGateway, type TestGateway } from '../test-gateway.ts'

const alipayUrl = 'https://openapi.alipay.test/gateway.do?sign=abc'
let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway()
})
beforeEach(() => {
  gateway.standIn.reset()
  gateway.standIn.on('POST /orders', () => ({ status: 201, body: { order: orderBody() } }))
  gateway.standIn.on('POST /idempotent-answers', () => ({ status: 204, body: '' }))
  gateway.standIn.on('POST /payments/open', () => ({
    status: 200,
    body: { orderId, outTradeNo: orderId, method: 'alipay_page', content: alipayUrl },
  }))
})
afterAll(() => gateway.close())

function place(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${gateway.url}/api/orders`, {
    method: 'POST',
    headers: { authorization: `Bearer ${jwt('mei')}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

const calls = (path: string) => gateway.standIn.calls.filter(call => call.path.startsWith(path))
const oneTea = { items: [{ sku: 'tea-01', quantity: 2 }] }

it("places the order for the token's customer, with Alipay's link and a signed return link", async () => {
  const answer = await place({ items: [...oneTea.items, { sku: 'tea-01', quantity: 1 }] })
  expect(answer.status).toBe(201)
  const link = { paymentUrl: alipayUrl, tradeNo: orderId }
  const payment = { orderId, tradeNo: orderId, method: 'alipay_page', paymentUrl: alipayUrl }
  expect(await answer.json()).toEqual({ order: orderBody(), ...link, payment })
  expect(JSON.parse(calls('/orders')[0]?.body ?? '')).toEqual({
    customerId: 'mei',
    items: [{ sku: 'tea-01', quantity: 3 }],
    waitMs: 2_000,
  })
  const { returnUrl, ...opened } = JSON.parse(calls('/payments')[0]?.body ?? '')
  expect(opened).toEqual({ orderId, method: 'alipay_page', as: 'url' })
  expect(returnUrl).toMatch(new RegExp(`^http://shop.test/payment/result/${orderId}/\\d{13}/[0-9a-f]{64}$`))
  expect(calls('/idempotent-answers')).toHaveLength(0)
})

it("returns the gateway's own payment link while payment-service is unavailable", async () => {
  gateway.standIn.on('POST /payments/open', () => 'cut')
  const answer = await place(oneTea)
  expect(answer.status).toBe(201)
  expect(await answer.json()).toMatchObject({ paymentUrl: `http://shop.test/pay/${orderId}`, tradeNo: orderId })
})

it("returns the gateway's own payment link when payment-service takes too long", async () => {
  gateway.standIn.on('POST /payments/open', () => 'hang')
  const startedAt = performance.now()
  const answer = await place(oneTea)
  expect(await answer.json()).toMatchObject({ paymentUrl: `http://shop.test/pay/${orderId}` })
  expect(performance.now() - startedAt).toBeGreaterThan(1_400)
})

it('answers 202 with a Location when the stock result is late', async () => {
  gateway.standIn.on('POST /orders', () => ({ status: 202, body: { order: orderBody({ orderStatus: 'RESERVING' }) } }))
  const answer = await place(oneTea)
  expect(answer.status).toBe(202)
  expect(answer.headers.get('location')).toBe(`/api/orders/${orderId}`)
  expect(await answer.json()).toMatchObject({ paymentUrl: `http://shop.test/pay/${orderId}` })
  expect(calls('/payments')).toHaveLength(0)
})

it('does not wait for the stock result when the caller prefers respond-async', async () => {
  const answer = await place(oneTea, { prefer: 'respond-async' })
  expect(JSON.parse(calls('/orders')[0]?.body ?? '')).toMatchObject({ waitMs: 0 })
  expect(answer.headers.get('preference-applied')).toBe('respond-async')
})

it('answers a problem with the shortages, whose instance is this address', async () => {
  const shortages = [{ sku: 'tea-01', requested: 2, available: 1 }]
  gateway.standIn.on('POST /orders', () => problem('out-of-stock', { shortages }))
  const answer = await place(oneTea)
  expect(answer.status).toBe(409)
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(await answer.json()).toMatchObject({ type: '/problems/out-of-stock', instance: '/api/orders', shortages })
})

it('stores the exact response for repeats before it is sent, also when stock is short', async () => {
  const created = await place(oneTea, { 'idempotency-key': 'k-1' })
  const kept = JSON.parse(calls('/idempotent-answers')[0]?.body ?? '')
  expect(kept).toEqual({
    customerId: 'mei',
    key: 'k-1',
    status: 201,
    body: await created.text(),
    contentType: created.headers.get('content-type'),
  })
  gateway.standIn.on('POST /orders', () => problem('out-of-stock', { shortages: [] }))
  const refused = await place(oneTea, { 'idempotency-key': 'k-2' })
  expect(JSON.parse(calls('/idempotent-answers')[1]?.body ?? '')).toMatchObject({
    status: 409,
    body: await refused.text(),
  })
})

it('repeats a stored response byte for byte', async () => {
  const replayed = {
    status: 202,
    body: `{ "order": {"orderId":"${orderId}"}}`,
    contentType: 'application/json; charset=utf-8',
  }
  gateway.standIn.on('POST /orders', () => ({ status: 200, body: { replayed } }))
  const answer = await place(oneTea, { 'idempotency-key': 'k-1' })
  expect(answer.status).toBe(202)
  expect(await answer.text()).toBe(replayed.body)
  expect(answer.headers.get('content-type')).toBe(replayed.contentType)
  expect(answer.headers.get('idempotent-replayed')).toBe('true')
  expect(answer.headers.get('location')).toBe(`/api/orders/${orderId}`)
  expect(calls('/idempotent-answers')).toHaveLength(0)
})

it('sends the response that was stored first when two replicas handled the same request', async () => {
  const earlier = {
    customerId: 'mei',
    key: 'k-1',
    status: 202,
    body: '{"order":{"orderId":"ord_1"}}',
    contentType: 'application/json',
  }
  gateway.standIn.on('POST /idempotent-answers', () => ({ status: 200, body: earlier }))
  const answer = await place(oneTea, { 'idempotency-key': 'k-1' })
  expect([answer.status, await answer.text()]).toEqual([202, earlier.body])
})

it('does not send a response that could not be stored', async () => {
  gateway.standIn.on('POST /idempotent-answers', () => 'cut')
  const answer = await place(oneTea, { 'idempotency-key': 'k-1' })
  expect(answer.status).toBe(503)
})

it('sends the same request hash however the body is written', async () => {
  const spelling = '{ "items" : [ {"quantity":1,"sku":"b"}, {"sku":"a","quantity":1} ,{"sku":"a", "quantity":1}]}'
  await place(spelling, { 'idempotency-key': 'k' })
  await place(
    {
      items: [
        { sku: 'a', quantity: 2 },
        { sku: 'b', quantity: 1 },
      ],
    },
    { 'idempotency-key': 'k' },
  )
  const [first, second] = calls('/orders').map(call => JSON.parse(call.body).idempotency)
  expect(first).toEqual(second)
})

it.each<[string, unknown, string]>([
  ['a quantity of 0', { items: [{ sku: 'a', quantity: 0 }] }, 'items.0.quantity'],
  ['a negative quantity', { items: [{ sku: 'a', quantity: -1 }] }, 'items.0.quantity'],
  ['half a unit', { items: [{ sku: 'a', quantity: 0.5 }] }, 'items.0.quantity'],
  ['a quantity as text', { items: [{ sku: 'a', quantity: '1' }] }, 'items.0.quantity'],
  ['a huge quantity', { items: [{ sku: 'a', quantity: 1e21 }] }, 'items.0.quantity'],
  [
    'a sum over the maximum',
    {
      items: [
        { sku: 'a', quantity: 1_000_000 },
        { sku: 'a', quantity: 1 },
      ],
    },
    'items.1.quantity',
  ],
  ['a SKU that can not be one', { items: [{ sku: '../a', quantity: 1 }] }, 'items.0.sku'],
  ['a price', { items: [{ sku: 'a', quantity: 1, unitPriceFen: 1 }] }, 'items.0.unitPriceFen'],
  ['a total', { items: [{ sku: 'a', quantity: 1 }], totalFen: 1 }, 'totalFen'],
  ['no lines', { items: [] }, 'items'],
  ['101 lines', { items: Array.from({ length: 101 }, (_, n) => ({ sku: `a${n}`, quantity: 1 })) }, 'items'],
  ['no items at all', {}, 'items'],
])('refuses %s, naming the field', async (_what, body, field) => {
  const answer = await place(body)
  expect(answer.status).toBe(400)
  const { type, errors } = (await answer.json()) as { type: string; errors: { field: string }[] }
  expect(type).toBe('/problems/invalid-request')
  expect(new Set(errors.map(error => error.field))).toEqual(new Set([field]))
  expect(gateway.standIn.calls).toHaveLength(0)
})

it.each([
  ['an empty key', ''],
  ['a key with a space', 'a b'],
  ['a key of 256 characters', 'k'.repeat(256)],
])('refuses %s', async (_what, key) => {
  const answer = await place(oneTea, { 'idempotency-key': key })
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ errors: [{ field: 'idempotency-key' }] })
})

it('refuses a body that is not JSON, too large, or of another content type', async () => {
  expect(await (await place('{"items":[')).json()).toMatchObject({ type: '/problems/malformed-json', status: 400 })
  expect(await (await place('', {})).json()).toMatchObject({ status: 400 })
  expect(await (await place('items', { 'content-type': 'text/plain' })).json()).toMatchObject({
    type: '/problems/unsupported-media-type',
  })
  const large = await place(`{"items":"${'x'.repeat(2_000_000)}"}`)
  expect(await large.json()).toMatchObject({ type: '/problems/body-too-large', status: 413 })
})

it.each([
  ['request-in-flight', 409],
  ['idempotency-key-reused', 422],
  ['unknown-sku', 422],
] as const)('passes the problem %s on', async (type, status) => {
  gateway.standIn.on('POST /orders', () => problem(type, { skus: ['x'] }))
  const answer = await place(oneTea, { 'idempotency-key': 'k' })
  expect(answer.status).toBe(status)
  expect(await answer.json()).toMatchObject({ type: `/problems/${type}`, instance: '/api/orders', skus: ['x'] })
  expect(calls('/idempotent-answers')).toHaveLength(0)
})

it('answers 503 without naming a host when order-service is unavailable', async () => {
  gateway.standIn.on('POST /orders', () => 'cut')
  const answer = await place(oneTea)
  expect(answer.status).toBe(503)
  expect(await answer.text()).not.toMatch(/127\.0\.0\.1|ECONN|socket/)
})

it('does not forward a refused service token', async () => {
  gateway.standIn.on('POST /orders', () => problem('unauthenticated'))
  const answer = await place(oneTea)
  expect(answer.status).toBe(500)
  expect(await answer.text()).not.toContain('because unauthenticated')
})

it("begins a trace of its own for every order, and never continues the caller's", async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  await place(oneTea, { traceparent, tracestate: 'a=b', baggage: 'c=d' })
  await place(oneTea)
  const sent = gateway.standIn.calls.filter(({ path }) => path === '/orders').map(({ headers }) => headers)
  // Without a receiver of traces, nothing is recorded.
  for (const one of sent) expect(one.traceparent).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-02$/)
  expect(new Set(sent.map(one => one.traceparent?.slice(3, 35))).size).toBe(2)
  expect(sent[0]).not.toMatchObject({ traceparent: expect.stringContaining(traceparent.slice(3, 35)) })
  expect(sent[0]?.tracestate ?? sent[0]?.baggage).toBeUndefined()
})
