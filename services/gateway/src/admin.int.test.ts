import { jwt, testSecrets, waitUntil } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signReturnLink } from './auth/return-link.ts'
import { orderId, problem, startGateway, type TestGateway } from './test-gateway.ts'

const caseId = `case_${'1'.repeat(32)}`
const entry = (service: string, at: string) => ({ service, at, what: 'something', cause: 'test' })
let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway.close())

function ask(method: string, path: string, options: { token?: string; body?: unknown; headers?: object } = {}) {
  const { token = jwt('掌柜@shop', { role: 'admin' }), body, headers } = options
  const json = body === undefined ? {} : { 'content-type': 'application/json' }
  return fetch(gateway.url + path, {
    method,
    headers: { ...json, ...headers, authorization: `Bearer ${token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}

const lastCall = () => gateway.standIn.calls.at(-1)

it.each([
  ['POST', `/api/admin/orders/${orderId}/refunds`],
  ['GET', `/api/admin/orders/${orderId}/refunds`],
  ['GET', `/api/admin/orders/${orderId}/timeline`],
  ['GET', '/api/admin/orders'],
  ['GET', '/api/admin/cases'],
  ['GET', `/api/admin/cases/${caseId}`],
  ['POST', `/api/admin/cases/${caseId}/resolve`],
  ['POST', '/api/admin/notifies/n1/replay'],
  ['GET', '/api/admin/customers/mei/export'],
  ['POST', '/api/admin/customers/mei/erase'],
  ['GET', '/api/admin/products'],
  ['PUT', '/api/admin/products/tea-01'],
  ['GET', '/api/admin/products/tea-01/changes'],
  ['POST', '/api/admin/stock/tea-01/adjustments'],
  ['GET', '/api/admin/stock/tea-01/adjustments'],
])('%s %s requires the role "admin"', async (method, path) => {
  const seen = gateway.standIn.calls.length
  expect((await fetch(gateway.url + path, { method })).status).toBe(401)
  expect((await ask(method, path, { token: jwt('mei') })).status).toBe(403)
  expect(gateway.standIn.calls).toHaveLength(seen)
})

describe('a refund', () => {
  const path = `/api/admin/orders/${orderId}/refunds`

  it("is requested with the admin's name and idempotency key", async () => {
    gateway.standIn.on('POST /payments/*/refunds', () => ({ status: 202, body: { refundId: 'ref_1' } }))
    const lines = [{ sku: 'tea-01', quantity: 1 }]
    const body = { lines, returnToStock: true, includeShipping: true, reason: 'wet on arrival' }
    const answer = await ask('POST', path, { body, headers: { 'idempotency-key': 'k-1' } })
    expect([answer.status, await answer.json()]).toEqual([202, { refundId: 'ref_1' }])
    expect(lastCall()?.path).toBe(`/payments/${orderId}/refunds`)
    expect(JSON.parse(lastCall()?.body ?? '')).toEqual({ ...body, requestedBy: '掌柜@shop', idempotencyKey: 'k-1' })
    await ask('GET', path)
    expect(lastCall()).toMatchObject({ method: 'GET', path: `/payments/${orderId}/refunds` })
  })

  it('has the limit of a cashier, and none of someone who may refund in another role', async () => {
    gateway.standIn.on('POST /payments/*/refunds', () => ({ status: 202, body: { refundId: 'ref_1' } }))
    const sent = async (role: string | string[]) => {
      await ask('POST', path, { token: jwt('li', { role: role as 'owner' }), body: { reason: 'x' } })
      return [lastCall()?.headers['x-actor-role'], JSON.parse(lastCall()?.body ?? '').limitFen]
    }
    expect(await sent('cashier')).toEqual(['cashier', 20_000])
    expect(await sent(['cashier', 'finance'])).toEqual(['finance', undefined])
    expect(await sent(['cashier', 'owner'])).toEqual(['owner', undefined])
    expect(await sent('finance')).toEqual(['finance', undefined])
  })

  it('is previewed with 200, and needs no reason for that', async () => {
    gateway.standIn.on('POST /payments/*/refunds', () => ({ status: 200, body: { preview: true, amountFen: 5 } }))
    const answer = await ask('POST', path, { body: { preview: true } })
    expect([answer.status, await answer.json()]).toEqual([200, { preview: true, amountFen: 5 }])
    expect(JSON.parse(lastCall()?.body ?? '')).toMatchObject({ preview: true })
  })

  it.each([
    ['nothing said', {}],
    ['no fen', { amountFen: 0, reason: 'x' }],
    ['half a fen', { amountFen: 1.5, reason: 'x' }],
    ['an amount and lines', { amountFen: 1, lines: [{ sku: 'tea-01', quantity: 1 }], reason: 'x' }],
    ['an amount and shipping', { amountFen: 1, includeShipping: true, reason: 'x' }],
    ['units back without lines', { returnToStock: true, reason: 'x' }],
    ['no reason', { amountFen: 1 }],
    ['no reason for what is no preview', { amountFen: 1, preview: false }],
    ['an empty reason', { reason: '  ' }],
    ['a name in the body', { reason: 'x', requestedBy: 'li' }],
  ])('is refused with %s', async (_what, body) => {
    const answer = await ask('POST', path, { body })
    expect(await answer.json()).toMatchObject({ status: 400, errors: [expect.anything()] })
  })

  it('is refused with the problem of payment-service', async () => {
    gateway.standIn.on('POST /payments/*/refunds', () => problem('refund-exceeds-balance', { refundableFen: 7 }))
    const answer = await ask('POST', path, { body: { reason: 'x' } })
    expect(await answer.json()).toMatchObject({ status: 409, refundableFen: 7 })
    expect((await ask('POST', '/api/admin/orders/ord_1/refunds', { body: { reason: 'x' } })).status).toBe(404)
  })
})

describe('a case', () => {
  it("is listed, read and resolved with the admin's name", async () => {
    await ask('GET', '/api/admin/cases?status=OPEN&limit=5&cursor=case_0190a7c8d9e07b1c8d2e3f4051627384')
    expect(lastCall()?.path).toBe('/cases?status=OPEN&limit=5&cursor=case_0190a7c8d9e07b1c8d2e3f4051627384')
    await ask('GET', `/api/admin/cases?kind=outside_refund&orderId=${orderId}&claimedBy=li&order=oldest`)
    expect(lastCall()?.path).toBe(`/cases?kind=outside_refund&orderId=${orderId}&claimedBy=li&order=oldest`)
    await ask('GET', '/api/admin/cases')
    expect(lastCall()?.path).toBe('/cases')
    expect((await ask('GET', '/api/admin/cases?status=LOST')).status).toBe(400)
    await ask('GET', `/api/admin/cases/${caseId}`)
    expect(lastCall()?.path).toBe(`/cases/${caseId}`)
    const body = { action: 'retry_refund', note: 'Alipay had an outage', preview: false }
    await ask('POST', `/api/admin/cases/${caseId}/resolve`, { body })
    expect(lastCall()).toMatchObject({ path: `/cases/${caseId}/resolve`, body: JSON.stringify(body) })
    expect(decodeURI(String(lastCall()?.headers['x-actor']))).toBe('掌柜@shop')
  })

  it('answers 404 for a malformed id', async () => {
    const seen = gateway.standIn.calls.length
    for (const id of ['1', 'case_1', '..%2Fnotify']) {
      expect(await (await ask('GET', `/api/admin/cases/${id}`)).json()).toMatchObject({
        type: '/problems/case-not-found',
      })
    }
    expect(gateway.standIn.calls).toHaveLength(seen)
  })
})

it('replays a notify', async () => {
  gateway.standIn.on('POST /notifies/*/replay', () => ({ status: 200, body: { verdict: 'repeated' } }))
  const answer = await ask('POST', '/api/admin/notifies/2026_1-a/replay')
  expect(await answer.json()).toEqual({ verdict: 'repeated' })
  expect(lastCall()).toMatchObject({
    path: '/notifies/2026_1-a/replay',
    headers: { 'x-actor': encodeURI('掌柜@shop') },
  })
  expect((await ask('POST', `/api/admin/notifies/${'x'.repeat(129)}/replay`)).status).toBe(404)
})

describe('the timeline', () => {
  const path = `/api/admin/orders/${orderId}/timeline`
  const found = (...entries: object[]) => ({ status: 200, body: { orderId, entries } })

  it('merges the entries of all services', async () => {
    gateway.standIn.on('GET /orders/*/timeline', () => found(entry('order-service', '2026-01-15T10:00:02Z')))
    gateway.standIn.on('GET /payments/*/timeline', () => found(entry('payment-service', '2026-01-15T10:00:01Z')))
    const { entries, missing } = (await (await ask('GET', path)).json()) as Record<string, { service: string }[]>
    expect(entries?.map(({ service }) => service)).toEqual(['payment-service', 'order-service', 'order-service'])
    expect(missing).toBeUndefined()
  })

  it('names an unavailable service, and answers 503 if all are', async () => {
    gateway.standIn.on('GET /payments/*/timeline', () => 'cut')
    expect(await (await ask('GET', path)).json()).toMatchObject({ missing: ['payment-service'] })
    gateway.standIn.on('GET /orders/*/timeline', () => 'cut')
    expect((await ask('GET', path)).status).toBe(503)
  })

  it('answers 404 for an order that no service has', async () => {
    for (const call of ['GET /orders/*/timeline', 'GET /payments/*/timeline'])
      gateway.standIn.on(call, () => problem('order-not-found'))
    expect((await ask('GET', path)).status).toBe(404)
  })
})

describe('an unpaid order that is polled by its return link', () => {
  const checks = () => gateway.standIn.calls.filter(call => call.path === `/payments/${orderId}/check`).length
  const poll = async () => {
    const t = String(Date.now())
    const sign = signReturnLink(testSecrets.RETURN_URL_SECRET, orderId, t)
    return (await fetch(`${gateway.url}/api/orders/${orderId}/status?order_id=${orderId}&t=${t}&sign=${sign}`)).json()
  }
  const is = (orderStatus: string) =>
    gateway.standIn.on('GET /orders/*/status', () => ({ status: 200, body: { orderId, orderStatus } }))

  it('is synced with Alipay, and answered without waiting for it', async () => {
    is('PAID')
    await poll()
    is('PENDING_PAYMENT')
    await ask('GET', `/api/orders/${orderId}/status`, { token: jwt('mei') })
    expect(checks()).toBe(0)
    gateway.standIn.on('POST /payments/*/check', () => 'hang')
    expect(await poll()).toMatchObject({ orderStatus: 'PENDING_PAYMENT' })
    await poll()
    await waitUntil(() => checks() === 1, { what: 'the payment is synced' })
  })
})

describe('a product and its stock', () => {
  it("is changed with the admin's name, and stock with an idempotency key", async () => {
    const product = { title: '茶', priceFen: 100, onSale: false, maxPerCustomer: 2 }
    await ask('PUT', '/api/admin/products/tea-01', { body: product })
    const actor = encodeURI('掌柜@shop')
    expect(lastCall()).toMatchObject({ path: '/products/tea-01', headers: { 'x-actor': actor } })
    expect(JSON.parse(lastCall()?.body ?? '')).toEqual(product)
    const headers = { 'idempotency-key': 'k-1' }
    await ask('POST', '/api/admin/stock/tea-01/adjustments', { body: { delta: 1, reason: 'x' }, headers })
    expect(lastCall()).toMatchObject({
      path: '/stock/tea-01/adjustments',
      headers: { 'x-actor': actor, 'idempotency-key': 'k-1' },
    })
  })

  it.each([
    ['/api/admin/products', '/products?all=true'],
    ['/api/admin/products?cursor=tea-01&limit=5&all=false', '/products?cursor=tea-01&limit=5&all=true'],
    ['/api/admin/products/tea-01/changes?cursor=7', '/products/tea-01/changes?cursor=7'],
    ['/api/admin/stock/tea-01/adjustments?limit=5', '/stock/tea-01/adjustments?limit=5'],
    ['/api/products?limit=5&all=true', '/products?limit=5'],
    ['/api/products/tea-01', '/products/tea-01'],
  ])('%s is read at %s', async (path, readAt) => {
    gateway.standIn.on('GET /products', () => ({ status: 200, body: { items: [], nextCursor: null } }))
    expect((await ask('GET', path)).status).toBe(200)
    expect(lastCall()?.path).toBe(readAt)
  })

  it.each(['/api/products?limit=101', '/api/products?cursor=%27', '/api/admin/stock/tea-01/adjustments?cursor=x'])(
    '%s is refused',
    async path => {
      expect((await ask('GET', path)).status).toBe(400)
    },
  )
})
