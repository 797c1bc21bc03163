import { jwt } from '@alipay-checkout/test-support'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { orderId, problem, startGateway, type TestGateway } from '../test-gateway.ts'

const shipmentId = `shp_${orderId.slice(4)}_1`
const shipments = `/api/admin/orders/${orderId}/shipments`
const delivered = `/api/admin/shipments/${shipmentId}/delivered`
const parcel = { carrier: '顺丰速运', trackingNumber: 'SF1' }
let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway()
})
afterEach(() => gateway.standIn.reset())
afterAll(() => gateway.close())

interface Options {
  role?: 'fulfilment' | 'admin' | 'owner' | undefined
  body?: unknown
  headers?: object
}

async function ask(method: string, path: string, options: Options = {}) {
  const { role, body, headers } = { role: 'fulfilment' as const, ...options }
  const json = body === undefined ? {} : { 'content-type': 'application/json' }
  const answer = await fetch(gateway.url + path, {
    method,
    headers: { ...json, ...headers, authorization: `Bearer ${jwt('仓库@shop', role && { role })}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as object }
}
const lastCall = () => gateway.standIn.calls.at(-1)

describe.each([
  ['POST', shipments],
  ['GET', shipments],
  ['POST', delivered],
])('%s %s', (method, path) => {
  it('requires one of the roles "fulfilment", "admin" and "owner"', async () => {
    expect((await fetch(gateway.url + path, { method })).status).toBe(401)
    const forbidden = { status: 403, body: { type: '/problems/forbidden' } }
    expect(await ask(method, path, { role: undefined })).toMatchObject(forbidden)
    expect(gateway.standIn.calls).toHaveLength(0)
    for (const role of ['fulfilment', 'admin', 'owner'] as const) {
      const body = path === shipments && method === 'POST' ? parcel : undefined
      expect((await ask(method, path, { role, body })).status).toBe(200)
    }
  })
})

describe('a shipment', () => {
  it('is reported with its lines, key and reporter, and the response is forwarded', async () => {
    gateway.standIn.on('POST /orders/*/shipments', () => ({ status: 201, body: { shipmentId } }))
    const body = { ...parcel, lines: [{ sku: 'tea-01', quantity: 1 }] }
    const answer = await ask('POST', shipments, { body, headers: { 'idempotency-key': 'k-1' } })
    expect(answer).toEqual({ status: 201, body: { shipmentId } })
    expect(lastCall()?.path).toBe(`/orders/${orderId}/shipments`)
    expect(JSON.parse(lastCall()?.body ?? '')).toEqual({ ...body, by: '仓库@shop', idempotencyKey: 'k-1' })
    await ask('POST', shipments, { body: parcel })
    expect(JSON.parse(lastCall()?.body ?? '')).toEqual({ ...parcel, by: '仓库@shop' })
  })

  it.each([
    ['no carrier', { trackingNumber: 'SF1' }],
    ['no tracking number', { carrier: 'SF' }],
    ['a blank carrier', { ...parcel, carrier: '  ' }],
    ['a long tracking number', { ...parcel, trackingNumber: 'x'.repeat(65) }],
    ['no lines in its list', { ...parcel, lines: [] }],
    ['too many lines', { ...parcel, lines: Array(101).fill({ sku: 'tea-01', quantity: 1 }) }],
    ['no units', { ...parcel, lines: [{ sku: 'tea-01', quantity: 0 }] }],
    ['half a unit', { ...parcel, lines: [{ sku: 'tea-01', quantity: 0.5 }] }],
    ['a name in its body', { ...parcel, by: 'li' }],
    ['a price', { ...parcel, lines: [{ sku: 'tea-01', quantity: 1, unitPriceFen: 1 }] }],
  ])('is refused with %s', async (_what, body) => {
    const refused = { status: 400, body: { type: '/problems/invalid-request', errors: expect.any(Array) } }
    expect(await ask('POST', shipments, { body })).toMatchObject(refused)
    expect(gateway.standIn.calls).toHaveLength(0)
  })

  it('is refused with a malformed key', async () => {
    const headers = { 'idempotency-key': 'a key' }
    expect((await ask('POST', shipments, { body: parcel, headers })).status).toBe(400)
  })

  it('is refused with the problem of order-service', async () => {
    const left = [{ sku: 'tea-01', quantity: 1 }]
    gateway.standIn.on('POST /orders/*/shipments', () => problem('shipment-exceeds-order', { left }))
    expect(await ask('POST', shipments, { body: parcel })).toMatchObject({ status: 409, body: { left } })
  })

  it('is listed', async () => {
    await ask('GET', shipments)
    expect(lastCall()).toMatchObject({ method: 'GET', path: `/orders/${orderId}/shipments` })
  })

  it('is reported as delivered, by whom', async () => {
    gateway.standIn.on('POST /shipments/*/delivered', () => ({ status: 200, body: { shipmentId } }))
    expect(await ask('POST', delivered)).toEqual({ status: 200, body: { shipmentId } })
    expect(lastCall()).toMatchObject({
      path: `/shipments/${shipmentId}/delivered`,
      body: JSON.stringify({ by: '仓库@shop' }),
    })
  })

  it.each([
    ['GET', '/api/admin/orders/ord_1/shipments', 'order-not-found'],
    ['POST', '/api/admin/orders/..%2Fproducts/shipments', 'order-not-found'],
    ['POST', '/api/admin/shipments/1/delivered', 'shipment-not-found'],
    ['POST', `/api/admin/shipments/shp_${orderId.slice(4)}_0/delivered`, 'shipment-not-found'],
    ['POST', `/api/admin/shipments/shp_${orderId.slice(4)}_1%2F..%2F/delivered`, 'shipment-not-found'],
  ])('of a malformed id is not found: %s %s', async (method, path, type) => {
    const body = method === 'POST' && path.includes('/orders/') ? parcel : undefined
    expect(await ask(method, path, { body })).toMatchObject({ status: 404, body: { type: `/problems/${type}` } })
    expect(gateway.standIn.calls).toHaveLength(0)
  })
})
