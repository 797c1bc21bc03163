import type { PaymentMethod } from '@alipay-checkout/contracts'
import { jwt } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { userAgents } from '../test-browsers.ts'
import { contents, openAsAsked, orderBody, orderId, problem, startGateway, type TestGateway } from '../test-gateway.ts'

const own = `http://shop.test/pay/${orderId}`
const base = { orderId, tradeNo: `${orderId}_2` }
const instalments = { number: 6, sellerPaysFee: false }
const paidWith = (fields: object) => ({ paymentUrl: own, ...fields })
let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway.close())
beforeEach(() => {
  gateway.standIn.reset()
  gateway.standIn.on('POST /orders', () => ({ status: 201, body: { order: orderBody() } }))
  gateway.standIn.on('POST /idempotent-answers', () => ({ status: 204, body: '' }))
  gateway.standIn.on('POST /payments/open', openAsAsked)
})

function place(payment: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${gateway.url}/api/orders`, {
    method: 'POST',
    headers: { authorization: `Bearer ${jwt('mei')}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ items: [{ sku: 'tea-01', quantity: 2 }], ...payment }),
  })
}

const bodiesTo = (path: string) =>
  gateway.standIn.calls.filter(call => call.path === path).map(({ body }) => JSON.parse(body))

it.each<[{ paymentMethod: PaymentMethod; buyerOpenId?: string }, { paymentUrl: string }]>([
  [{ paymentMethod: 'alipay_page' }, { paymentUrl: contents.alipay_page }],
  [{ paymentMethod: 'alipay_wap' }, { paymentUrl: contents.alipay_wap }],
  [{ paymentMethod: 'alipay_app' }, paidWith({ orderString: contents.alipay_app })],
  [{ paymentMethod: 'alipay_jsapi', buyerOpenId: 'a' }, paidWith({ alipayTradeNo: contents.alipay_jsapi })],
  [{ paymentMethod: 'alipay_qr' }, paidWith({ qrCode: contents.alipay_qr, qrSvg: expect.stringMatching(/^<svg/) })],
])('answers an order with %j with how to pay it', async (request, fields) => {
  const answer = await place(request)
  expect(answer.status).toBe(201)
  expect(await answer.json()).toEqual({
    order: orderBody(),
    paymentUrl: fields.paymentUrl,
    tradeNo: base.tradeNo,
    payment: { ...base, method: request.paymentMethod, ...fields },
  })
})

it.each([
  ['desk', 'alipay_page', contents.alipay_page],
  ['phone', 'alipay_wap', contents.alipay_wap],
  ['alipay', 'alipay_wap', contents.alipay_wap],
  ['wechat', 'alipay_wap', own],
] as const)('chooses for auto by the browser: %s', async (browser, method, paymentUrl) => {
  const answer = await place({ paymentMethod: 'auto' }, { 'user-agent': userAgents[browser] })
  expect(await answer.json()).toMatchObject({ paymentUrl, payment: { ...base, method, paymentUrl } })
})

it.each<[object, number, string, string?]>([
  [{ paymentMethod: 'alipay' }, 400, 'invalid-request', 'paymentMethod'],
  [{ method: 'auto' }, 400, 'invalid-request', 'method'],
  [{ paymentMethod: 'alipay_jsapi' }, 400, 'invalid-request', 'buyerOpenId'],
  [{ paymentMethod: 'alipay_jsapi', buyerOpenId: 'a b' }, 400, 'invalid-request', 'buyerOpenId'],
  [{ paymentMethod: 'alipay_jsapi', buyerId: '1' }, 400, 'invalid-request', 'buyerId'],
  [{ buyerId: '2088000000000002' }, 400, 'invalid-request', 'buyerId'],
  [{ paymentMethod: 'alipay_qr', instalments }, 400, 'invalid-request', 'instalments'],
  [{ paymentMethod: 'alipay_page', instalments }, 422, 'payment-method-unavailable'],
  [{ instalments: { ...instalments, number: 5 } }, 400, 'invalid-request', 'instalments.number'],
])('refuses %j before anything is ordered', async (request, status, type, field) => {
  const answer = await place(request, { 'idempotency-key': 'k-1' })
  const body = (await answer.json()) as { status: number; type: string; errors?: { field: string }[] }
  expect([answer.status, body.type]).toEqual([status, `/problems/${type}`])
  expect(new Set(body.errors?.map(error => error.field))).toEqual(new Set(field ? [field] : []))
  expect(gateway.standIn.calls).toEqual([])
})

it('refuses a product that is not contracted before anything is ordered', async () => {
  const pageOnly = await startGateway({ ALIPAY_PRODUCTS: 'page' })
  const answer = await fetch(`${pageOnly.url}/api/orders`, {
    method: 'POST',
    headers: { authorization: `Bearer ${jwt('mei')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ items: [{ sku: 'tea-01', quantity: 2 }], paymentMethod: 'alipay_qr' }),
  })
  expect(await answer.json()).toMatchObject({
    status: 422,
    type: '/problems/payment-method-unavailable',
    detail: 'This shop does not offer alipay_qr. Send another `paymentMethod`: alipay_page.',
  })
  expect(pageOnly.standIn.calls).toEqual([])
  await pageOnly.close()
})

it.each([
  'alipay-failed',
  'alipay-timeout',
  'service-unavailable',
  'payment-method-unavailable',
  'invalid-request',
] as const)('places the order although its payment is answered %s', async type => {
  gateway.standIn.on('POST /payments/open', () => problem(type))
  const answer = await place({ paymentMethod: 'alipay_qr' })
  expect(answer.status).toBe(201)
  const link = { tradeNo: orderId, paymentUrl: own }
  expect(await answer.json()).toEqual({
    order: orderBody(),
    ...link,
    payment: { orderId, method: 'alipay_qr', ...link },
  })
})

it('waits longer for Alipay than for a signature', async () => {
  gateway.standIn.on('POST /payments/open', () => 'hang')
  const took = async (paymentMethod: string) => {
    const startedAt = performance.now()
    expect((await place({ paymentMethod })).status).toBe(201)
    return performance.now() - startedAt
  }
  const [app = 0, qr = 0] = await Promise.all([took('alipay_app'), took('alipay_qr')])
  expect(app).toBeLessThan(4_000)
  expect(qr).toBeGreaterThan(5_000)
})

it('answers our own link with the method while the stock is not confirmed', async () => {
  const order = orderBody({ orderStatus: 'RESERVING' })
  gateway.standIn.on('POST /orders', () => ({ status: 202, body: { order } }))
  const answer = await place({ paymentMethod: 'alipay_app' })
  expect(answer.status).toBe(202)
  const link = { tradeNo: orderId, paymentUrl: own }
  expect(await answer.json()).toEqual({ order, ...link, payment: { orderId, method: 'alipay_app', ...link } })
  expect(bodiesTo('/payments/open')).toEqual([])
})

it('counts the method as it is given for the Idempotency-Key, so that another browser repeats the request', async () => {
  for (const browser of ['phone', 'desk'] as const) {
    await place({ paymentMethod: 'auto' }, { 'idempotency-key': 'k', 'user-agent': userAgents[browser] })
  }
  await place({ paymentMethod: 'alipay_wap' }, { 'idempotency-key': 'k' })
  const [first, second, third] = bodiesTo('/orders').map(({ idempotency }) => idempotency.requestHash)
  expect([first === second, first === third]).toEqual([true, false])
})
