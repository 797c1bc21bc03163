import { jwt, testSecrets } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signReturnLink } from './auth/return-link.ts'
import { notifyForm, orderId, startGateway, type TestGateway } from './test-gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway.close())

interface Ask {
  token?: string
  body?: unknown
  headers?: Record<string, string>
}

function ask(method: string, path: string, { token, body, headers = {} }: Ask = {}): Promise<Response> {
  const sent = { ...headers, ...(token && { authorization: `Bearer ${token}` }) }
  const json = body !== undefined && typeof body !== 'string'
  return fetch(gateway.url + path, {
    method,
    redirect: 'manual',
    headers: json ? { 'content-type': 'application/json', ...sent } : sent,
    ...(body !== undefined && { body: json ? JSON.stringify(body) : (body as string) }),
  })
}

function returnQuery(id = orderId, t = String(Date.now())): string {
  return `order_id=${id}&t=${t}&sign=${signReturnLink(testSecrets.RETURN_URL_SECRET, id, t)}`
}

const lastCall = () => gateway.standIn.calls.at(-1)

describe('a token', () => {
  it.each([
    ['GET', '/api/orders'],
    ['GET', `/api/orders/${orderId}`],
    ['GET', `/api/orders/${orderId}/status`],
    ['POST', '/api/orders'],
    ['POST', `/api/orders/${orderId}/cancel`],
    ['POST', `/api/orders/${orderId}/payment`],
    ['PUT', '/api/admin/products/tea-01'],
    ['POST', '/api/admin/stock/tea-01/adjustments'],
  ])('is required by %s %s', async (method, path) => {
    const without = await ask(method, path)
    expect(without.status).toBe(401)
    expect(without.headers.get('www-authenticate')).toBe('Bearer')
    expect(without.headers.get('content-type')).toContain('application/problem+json')
    const expired = await ask(method, path, { token: jwt('mei', { expiresInSeconds: -1 }) })
    expect(expired.status).toBe(401)
    expect(expired.headers.get('www-authenticate')).toContain('invalid_token')
  })

  it('needs the role "admin" for products and stock', async () => {
    const body = { title: '茶', priceFen: 100 }
    expect((await ask('PUT', '/api/admin/products/tea-01', { token: jwt('mei'), body })).status).toBe(403)
    const admin = { token: jwt('boss', { role: 'admin' }), body }
    expect((await ask('PUT', '/api/admin/products/tea-01', admin)).status).toBe(200)
    expect(lastCall()).toMatchObject({ method: 'PUT', path: '/products/tea-01', body: JSON.stringify(body) })
    expect((await ask('PUT', '/api/admin/products/..%2Forders', admin)).status).toBe(400)
  })

  it('is issued by the demo login only with DEMO_LOGIN', async () => {
    const answer = await ask('POST', '/demo/login', { body: { name: 'Mei' } })
    const { token, customerId } = (await answer.json()) as { token: string; customerId: string }
    await ask('GET', '/api/orders', { token })
    expect(lastCall()?.path).toContain(`customerId=${customerId}`)
    const off = await startGateway({ DEMO_LOGIN: 'false' })
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"Mei"}' }
    expect((await fetch(`${off.url}/demo/login`, init)).status).toBe(404)
    await off.close()
  })
})

describe('orders', () => {
  it('passes the customer of the token to order-service', async () => {
    await ask('GET', `/api/orders?limit=7&cursor=${orderId}`, { token: jwt('mei&limit=1') })
    expect(lastCall()?.path).toBe(`/orders?customerId=mei%26limit%3D1&limit=7&cursor=${orderId}`)
    await ask('GET', `/api/orders/${orderId}`, { token: jwt('mei') })
    expect(lastCall()?.path).toBe(`/orders/${orderId}?customerId=mei`)
    await ask('POST', `/api/orders/${orderId}/cancel`, { token: jwt('mei') })
    expect(lastCall()).toMatchObject({ path: `/orders/${orderId}/cancel`, body: '{"customerId":"mei"}' })
  })

  it('are not kept by caches', async () => {
    for (const path of ['/api/orders', `/api/orders/${orderId}`]) {
      expect((await ask('GET', path, { token: jwt('mei') })).headers.get('cache-control')).toBe('no-store')
    }
  })

  it('lists orders in pages of 1 to 100', async () => {
    for (const limit of ['0', '101', 'x', '1.5', '']) {
      expect((await ask('GET', `/api/orders?limit=${limit}`, { token: jwt('mei') })).status).toBe(400)
    }
  })

  it('answers 404 for a malformed id', async () => {
    const seen = gateway.standIn.calls.length
    for (const id of ['1', 'ord_', 'ord_XYZ', '..%2Fproducts', `${orderId}0`]) {
      const answer = await ask('GET', `/api/orders/${id}`, { token: jwt('mei') })
      expect(await answer.json()).toMatchObject({ status: 404, type: '/problems/order-not-found' })
    }
    expect(gateway.standIn.calls).toHaveLength(seen)
  })
})

describe('the status by return link', () => {
  it('is shown to its holder and not cacheable', async () => {
    gateway.standIn.on('GET /orders/*/status', () => ({
      status: 200,
      body: { orderId, status: 'PAID', orderStatus: 'PAID' },
    }))
    const answer = await ask('GET', `/api/orders/${orderId}/status?${returnQuery()}`)
    expect(await answer.json()).toEqual({ orderId, status: 'PAID', orderStatus: 'PAID' })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(lastCall()?.path).toBe(`/orders/${orderId}/status`)
  })

  it.each([
    ['of another order', () => returnQuery(orderId.replace('0190', '0191'))],
    ['that has expired', () => returnQuery(orderId, String(Date.now() - 25 * 3_600_000))],
    ['that was tampered with', () => returnQuery().replace(/.$/, last => (last === '0' ? '1' : '0'))],
    ['with a parameter twice', () => `${returnQuery()}&order_id=${orderId}`],
    ['without a time', () => returnQuery().replace(/&t=\d+/, '')],
  ])('is refused for a link %s', async (_what, query) => {
    const answer = await ask('GET', `/api/orders/${orderId}/status?${query()}`)
    expect(await answer.json()).toMatchObject({ status: 403, type: '/problems/invalid-return-signature' })
  })
})

describe("Alipay's notify", () => {
  const form = notifyForm()

  it.each([
    'application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded; text/html; charset=utf-8',
    'text/plain',
    'application/json',
    'nonsense',
  ])('is forwarded byte for byte with the content type %s', async contentType => {
    gateway.standIn.on('POST /notify', () => ({ status: 200, body: 'success', contentType: 'text/plain' }))
    const answer = await ask('POST', '/api/payment/notify', { body: form, headers: { 'content-type': contentType } })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe('success')
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(lastCall()?.body).toBe(form)
  })

  it('is answered `failure` when it is refused or empty, or payment-service is unavailable', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    gateway.standIn.on('POST /notify', () => ({ status: 200, body: 'failure', contentType: 'text/plain' }))
    for (const body of [form, undefined]) {
      const refused = await ask('POST', '/api/payment/notify', { ...(body && { body }), headers })
      expect([refused.status, await refused.text()]).toEqual([200, 'failure'])
    }
    gateway.standIn.on('POST /notify', () => 'cut')
    const away = await ask('POST', '/api/payment/notify', { body: form, headers })
    expect([away.status, await away.text()]).toEqual([503, 'failure'])
  })

  it('is refused when it is too large', async () => {
    const answer = await ask('POST', '/api/payment/notify', { body: 'x'.repeat(70_000) })
    expect(answer.status).toBe(413)
  })
})

describe('every response', () => {
  it('is a problem for an unknown address', async () => {
    const answer = await ask('GET', '/nothing')
    expect(await answer.json()).toMatchObject({ type: '/problems/not-found', status: 404, instance: '/nothing' })
    for (const path of ['/api/orders/%ZZ', `/api/orders/${'x'.repeat(300)}`]) {
      expect(await (await ask('GET', path)).json()).toMatchObject({ type: '/problems/not-found', status: 404 })
    }
  })

  it('lists the supported methods for an unsupported one', async () => {
    const answer = await ask('DELETE', '/api/orders', { body: '{not read' })
    expect(await answer.json()).toMatchObject({ type: '/problems/method-not-allowed', status: 405 })
    expect(answer.headers.get('allow')).toBe('POST, GET, HEAD')
    const other = await ask('POST', '/api/orders/ord_1/status')
    expect([other.status, other.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    expect((await ask('POST', '/no-page.css')).status).toBe(404)
  })

  it('has security headers, and pages may run only their own scripts', async () => {
    for (const path of ['/', '/api/products', '/nothing', `/pay/${orderId}`]) {
      const { headers } = await ask('GET', path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('content-security-policy')).toContain("script-src 'self';")
    }
  })

  it('is readable by other origins only if they are allowed', async () => {
    const origin = 'https://store.example'
    expect(
      (await ask('GET', '/api/products', { headers: { origin } })).headers.get('access-control-allow-origin'),
    ).toBeNull()
    const open = await startGateway({ CORS_ORIGINS: origin })
    const answer = await fetch(`${open.url}/api/products`, { headers: { origin } })
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
    await open.close()
  })

  it('is 429 with Retry-After beyond the limit of a customer, without affecting other customers or notifies', async () => {
    const limited = await startGateway({ RATE_LIMIT_CUSTOMER_PER_MINUTE: '2', RATE_LIMIT_IP_PER_MINUTE: '1' })
    const as = (name: string) =>
      fetch(`${limited.url}/api/orders`, { headers: { authorization: `Bearer ${jwt(name)}` } })
    const statuses = [await as('mei'), await as('mei'), await as('mei'), await as('li')].map(({ status }) => status)
    expect(statuses).toEqual([200, 200, 429, 200])
    const refused = await as('mei')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused.json()).toMatchObject({ type: '/problems/too-many-requests' })
    limited.standIn.on('POST /notify', () => ({ status: 200, body: 'success', contentType: 'text/plain' }))
    for (let n = 0; n < 5; n++) {
      const notify = await fetch(`${limited.url}/api/payment/notify`, { method: 'POST', body: notifyForm() })
      expect(notify.status).toBe(200)
    }
    await limited.close()
  })
})
