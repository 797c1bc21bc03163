import { jwt } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { userAgents } from '../test-browsers.ts'
import { contents, openAsAsked, orderId, problem, startGateway, type TestGateway } from '../test-gateway.ts'

const own = `http://shop.test/pay/${orderId}`
const base = { orderId, tradeNo: `${orderId}_2` }
const svg = expect.stringMatching(/^<svg/)
let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway({ ALIPAY_INSTALMENTS: 'true' })
})
afterAll(() => gateway.close())
beforeEach(() => {
  gateway.standIn.reset()
  gateway.standIn.on('POST /payments/open', openAsAsked)
  orderIs('PENDING_PAYMENT')
})

function orderIs(orderStatus: string): void {
  gateway.standIn.on('GET /orders/*/status', () => ({ status: 200, body: { orderId, status: 'PENDING', orderStatus } }))
}

function pay(body?: object, headers: Record<string, string> = {}, url = gateway.url): Promise<Response> {
  return fetch(`${url}/api/orders/${orderId}/payment`, {
    method: 'POST',
    headers: { authorization: `Bearer ${jwt('mei')}`, ...(body && { 'content-type': 'application/json' }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  })
}

function follow(headers: Record<string, string> = {}, url = gateway.url): Promise<Response> {
  return fetch(`${url}/pay/${orderId}`, { redirect: 'manual', headers })
}

const opened = () =>
  gateway.standIn.calls.filter(({ path }) => path === '/payments/open').map(({ body }) => JSON.parse(body))

describe('POST /api/orders/{id}/payment', () => {
  it.each<[string, object | undefined, Record<string, string>]>([
    ['no body', undefined, {}],
    ['no body, announced as JSON', undefined, { 'content-type': 'application/json' }],
    ['an empty object', {}, { 'user-agent': userAgents.phone }],
  ])("answers Alipay's page to %s", async (_what, body, headers) => {
    const answer = await pay(body, headers)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.json()).toEqual({ ...base, method: 'alipay_page', paymentUrl: contents.alipay_page })
  })

  it.each<[object, object]>([
    [{ method: 'alipay_page' }, { paymentUrl: contents.alipay_page }],
    [{ method: 'alipay_wap' }, { paymentUrl: contents.alipay_wap }],
    [
      { method: 'alipay_page', as: 'form' },
      { paymentUrl: own, form: '<form></form>' },
    ],
    [
      { method: 'alipay_wap', as: 'form' },
      { paymentUrl: own, form: '<form></form>' },
    ],
    [
      { method: 'alipay_page', as: 'qr' },
      { paymentUrl: own, qrSvg: svg },
    ],
    [
      { method: 'alipay_wap', as: 'qr' },
      { paymentUrl: own, qrSvg: svg },
    ],
    [{ method: 'alipay_app' }, { paymentUrl: own, orderString: contents.alipay_app }],
    [
      { method: 'alipay_jsapi', buyerOpenId: 'open-1' },
      { paymentUrl: own, alipayTradeNo: contents.alipay_jsapi },
    ],
    [{ method: 'alipay_qr' }, { paymentUrl: own, qrCode: contents.alipay_qr, qrSvg: svg }],
    [
      { method: 'alipay_qr', as: 'qr' },
      { paymentUrl: own, qrCode: contents.alipay_qr, qrSvg: svg },
    ],
  ])('answers %j with what the method gives', async (body, fields) => {
    const answer = await pay(body)
    expect(await answer.json()).toEqual({ ...base, method: (body as { method: string }).method, ...fields })
  })

  it.each([
    ['desk', 'alipay_page', contents.alipay_page],
    ['phone', 'alipay_wap', contents.alipay_wap],
    ['alipay', 'alipay_wap', contents.alipay_wap],
    ['wechat', 'alipay_wap', own],
  ] as const)('chooses for auto by the browser: %s', async (browser, method, paymentUrl) => {
    const headers = { 'user-agent': userAgents[browser] }
    expect(await (await pay({ method: 'auto' }, headers)).json()).toEqual({ ...base, method, paymentUrl })
    const code = await (await pay({ method: 'auto', as: 'qr' }, headers)).json()
    expect(code).toEqual({ ...base, method, paymentUrl: own, qrSvg: svg })
  })

  it('passes on what the payment is opened with, and where wap’s cashier is left to', async () => {
    const instalments = { number: 12, sellerPaysFee: true }
    await pay({ method: 'alipay_wap', anotherPayer: true, instalments })
    await pay({ method: 'alipay_jsapi', buyerId: '2088000000000002' })
    const returnUrl = expect.stringMatching(
      new RegExp(`^http://shop.test/payment/result/${orderId}/\\d{13}/[0-9a-f]{64}$`),
    )
    const quitUrl = `http://shop.test/orders/${orderId}`
    const common = { orderId, as: 'url', returnUrl }
    expect(opened()).toEqual([
      { ...common, method: 'alipay_wap', anotherPayer: true, instalments, quitUrl },
      { ...common, method: 'alipay_jsapi', buyerId: '2088000000000002' },
    ])
  })

  it.each<[object, string]>([
    [{ as: 'sms' }, 'as'],
    [{ method: 'alipay' }, 'method'],
    [{ method: 'alipay_app', as: 'form' }, 'as'],
    [{ method: 'alipay_jsapi', buyerOpenId: 'a', as: 'form' }, 'as'],
    [{ method: 'alipay_qr', as: 'form' }, 'as'],
    [{ method: 'alipay_jsapi' }, 'buyerOpenId'],
    [{ method: 'alipay_jsapi', buyerOpenId: 'a', buyerId: '2088000000000002' }, 'buyerId'],
    [{ method: 'alipay_wap', buyerOpenId: 'a' }, 'buyerOpenId'],
    [{ method: 'alipay_qr', instalments: { number: 3, sellerPaysFee: false } }, 'instalments'],
    [{ as: 'qr', instalments: { number: 3, sellerPaysFee: false } }, 'instalments'],
    [{ instalments: { number: 4, sellerPaysFee: false } }, 'instalments.number'],
    [{ paymentMethod: 'auto' }, 'paymentMethod'],
  ])('refuses %j naming %s', async (body, field) => {
    const answer = await pay(body)
    expect(answer.status).toBe(400)
    const { type, errors } = (await answer.json()) as { type: string; errors: { field: string }[] }
    expect([type, new Set(errors.map(error => error.field))]).toEqual(['/problems/invalid-request', new Set([field])])
    expect(gateway.standIn.calls).toEqual([])
  })

  it('is for the owner only, and only while the stock is reserved', async () => {
    for (const orderStatus of ['RESERVING', 'CLOSING', 'PAID', 'EXPIRED']) {
      orderIs(orderStatus)
      expect(await (await pay()).json()).toMatchObject({ type: '/problems/order-not-payable', orderStatus })
      expect((await follow()).status).toBe(409)
    }
    gateway.standIn.on('GET /orders/*/status', () => problem('order-not-found'))
    expect((await pay()).status).toBe(404)
    expect(opened()).toEqual([])
  })

  it.each(['alipay-failed', 'alipay-timeout', 'payment-method-unavailable', 'invalid-request'] as const)(
    'passes the problem %s on',
    async type => {
      gateway.standIn.on('POST /payments/open', () => problem(type))
      const answer = await pay({ method: 'alipay_qr' })
      expect(await answer.json()).toMatchObject({ type: `/problems/${type}`, detail: `because ${type}` })
    },
  )

  it('shows the code of our link while Alipay is unavailable, but not where another payment must be closed', async () => {
    gateway.standIn.on('POST /payments/open', () => problem('alipay-timeout'))
    const answer = await pay({ method: 'auto', as: 'qr' })
    expect(await answer.json()).toEqual({
      orderId,
      tradeNo: orderId,
      method: 'alipay_page',
      paymentUrl: own,
      qrSvg: svg,
    })
    expect((await pay({ as: 'qr', anotherPayer: true })).status).toBe(504)
    expect((await pay({ method: 'alipay_qr', as: 'qr' })).status).toBe(504)
    gateway.standIn.on('POST /payments/open', () => 'hang')
    const startedAt = performance.now()
    expect((await pay({ as: 'qr' })).status).toBe(200)
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    gateway.standIn.on('POST /payments/open', () => problem('order-not-payable'))
    expect((await pay({ as: 'qr' })).status).toBe(409)
  })
})

describe('GET /pay/{id}', () => {
  it.each([
    ['desk', contents.alipay_page],
    ['phone', contents.alipay_wap],
    ['alipay', contents.alipay_wap],
  ] as const)("sends the browser to Alipay's page for it: %s", async (browser, location) => {
    const answer = await follow({ 'user-agent': userAgents[browser] })
    expect([answer.status, answer.headers.get('location')]).toEqual([302, location])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('vary')).toContain('User-Agent')
  })

  it('shows in WeChat how to open the link elsewhere, and opens nothing', async () => {
    const answer = await follow({ 'user-agent': userAgents.wechat })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(answer.headers.get('vary')).toContain('User-Agent')
    const page = await answer.text()
    for (const text of ['在浏览器打开', 'Open in browser', own, '复制链接']) expect(page).toContain(text)
    expect(page).not.toMatch(/<script>|onclick/)
    expect(opened()).toEqual([])
  })

  it.each(['order-not-payable', 'order-not-found', 'alipay-failed', 'alipay-timeout'] as const)(
    'explains %s',
    async type => {
      gateway.standIn.on('POST /payments/open', () => problem(type))
      const page = await follow()
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(await page.text()).toContain('<h1>')
    },
  )

  it('opens nothing for the preview of a link or a HEAD, whose page leads on by a button', async () => {
    const headers = { 'user-agent': 'TelegramBot (like TwitterBot)' }
    const page = await follow(headers)
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store'])
    const text = await page.text()
    for (const part of [`<form class="actions" action="/pay/${orderId}">`, 'name="open" value="1"']) {
      expect(text).toContain(part)
    }
    const head = await fetch(`${gateway.url}/pay/${orderId}`, { method: 'HEAD', redirect: 'manual' })
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(gateway.standIn.calls).toEqual([])
    const url = `${gateway.url}/pay/${orderId}?open=1`
    expect((await fetch(url, { redirect: 'manual', headers })).headers.get('location')).toBe(contents.alipay_page)
  })

  it('explains that there are too many requests', async () => {
    const limited = await startGateway({ RATE_LIMIT_IP_PER_MINUTE: '1' })
    await follow({}, limited.url)
    const page = await follow({}, limited.url)
    expect([page.status, page.headers.get('content-type')]).toEqual([429, 'text/html; charset=utf-8'])
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(page.headers.get('cache-control')).toBe('no-store')
    const text = await page.text()
    for (const part of ['访问过于频繁', 'Too many requests', `href="/pay/${orderId}"`]) expect(text).toContain(part)
    await limited.close()
  })

  it('shows no id that is no order’s as HTML', async () => {
    expect(await (await fetch(`${gateway.url}/pay/%3Cscript%3E`)).text()).not.toContain('<script>')
  })
})

describe('what is not contracted', () => {
  it('is refused naming what is, and auto takes the other one', async () => {
    const wapOnly = await startGateway({ ALIPAY_PRODUCTS: 'wap' })
    wapOnly.standIn.on('POST /payments/open', openAsAsked)
    wapOnly.standIn.on('GET /orders/*/status', () => ({
      status: 200,
      body: { orderId, status: 'PENDING', orderStatus: 'PENDING_PAYMENT' },
    }))
    for (const body of [
      {},
      { method: 'alipay_qr' },
      { method: 'auto', instalments: { number: 3, sellerPaysFee: false } },
    ]) {
      const refused = await pay(body, {}, wapOnly.url)
      expect(await refused.json()).toMatchObject({ status: 422, type: '/problems/payment-method-unavailable' })
    }
    expect(wapOnly.standIn.calls).toEqual([])
    const headers = { 'user-agent': userAgents.desk }
    expect(await (await pay({ method: 'auto' }, headers, wapOnly.url)).json()).toMatchObject({ method: 'alipay_wap' })
    expect((await follow(headers, wapOnly.url)).headers.get('location')).toBe(contents.alipay_wap)
    await wapOnly.close()
  })

  it('is explained by the payment page where neither page nor wap is', async () => {
    const appOnly = await startGateway({ ALIPAY_PRODUCTS: 'app,qr' })
    const page = await follow({ 'user-agent': userAgents.phone }, appOnly.url)
    expect(page.status).toBe(422)
    expect(await page.text()).toContain('This shop has no contract for paying with Alipay in a browser')
    expect((await pay({ method: 'auto' }, {}, appOnly.url)).status).toBe(422)
    await appOnly.close()
  })
})
