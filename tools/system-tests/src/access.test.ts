import { createHmac } from 'node:crypto'
import { openPostgres } from '@alipay-checkout/service-kit/postgres'
import { jwt } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { call } from './support/http.ts'
import { cancel, listOrders, newCustomer, newProduct, place, readOrder, readStatus } from './support/shop.ts'
import { system } from './support/system.ts'

const owner = newCustomer()
let databases: TestedDatabases
let sku: string
let orderId: string

beforeAll(async () => {
  databases = openTestedDatabases()
  sku = await newProduct(databases, { units: 100 })
  orderId = (await place(owner, { [sku]: 1 })).order.orderId
})
afterAll(() => databases?.close())

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
const claims = { sub: owner.id, exp: Math.floor(Date.now() / 1000) + 3600 }
const [head, payload] = owner.token.split('.')

describe('an invalid token is refused, and no row changes', () => {
  const tokens: [name: string, token: string | undefined][] = [
    ['missing', undefined],
    ['signed with another secret', jwt(owner.id, { secret: 'another-secret-of-another-shop' })],
    ['expired', jwt(owner.id, { expiresInSeconds: -60 })],
    ['with alg none', `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`],
    ['with alg none and the old signature', `${encode({ alg: 'none' })}.${owner.token.split('.').slice(1).join('.')}`],
    ['with a changed customer', `${head}.${encode({ ...claims, sub: 'somebody' })}.${owner.token.split('.')[2]}`],
    ['without a signature', `${head}.${payload}.`],
    ['without a customer', tokenOf({ exp: claims.exp })],
    ['for a customer that is no text', tokenOf({ ...claims, sub: 7 })],
    ['that is no token', 'not-a-token'],
  ]
  it.each(tokens)('%s', async (_name, token) => {
    const by = token === undefined ? {} : { token }
    const before = await databases.rowsOf(orderId)
    const answers = await Promise.all([
      call('POST', '/api/orders', { ...by, body: { items: [{ sku, quantity: 1 }] } }),
      call('GET', '/api/orders', by),
      call('GET', `/api/orders/${orderId}`, by),
      call('GET', `/api/orders/${orderId}/status`, by),
      call('POST', `/api/orders/${orderId}/cancel`, by),
      call('POST', `/api/orders/${orderId}/payment`, { ...by, body: { as: 'url' } }),
    ])
    for (const { status, headers, body } of answers) {
      expect(status).toBe(401)
      expect(body.type).toMatch(/\/unauthenticated$/)
      expect(headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
    expect(await databases.rowsOf(orderId)).toEqual(before)
    expect(await databases.ordersOf(owner.id)).toHaveLength(1)
  })
})

it('another customer’s order is answered 404, to read or to change', async () => {
  const stranger = newCustomer()
  const answers = await Promise.all([
    readOrder(stranger, orderId),
    readStatus(stranger, orderId),
    cancel(stranger, orderId),
    call('POST', `/api/orders/${orderId}/payment`, { token: stranger.token, body: { as: 'url' } }),
  ])
  for (const { status, text } of answers) {
    expect(status).toBe(404)
    expect(JSON.parse(text).type).toMatch(/\/order-not-found$/)
  }
  const missing = await readOrder(stranger, `ord_${'0'.repeat(32)}`)
  expect(missing.text.replaceAll(/ord_[0-9a-f]+/g, 'ord_')).toBe(answers[0].text.replaceAll(/ord_[0-9a-f]+/g, 'ord_'))
  expect((await listOrders(stranger)).body.items).toEqual([])
})

describe('a return link', () => {
  const dayMs = 24 * 60 * 60 * 1000
  const link = (order: string, t: number | string, secret = system.environment.RETURN_URL_SECRET ?? '') => {
    const sign = createHmac('sha256', secret).update(`${order}${t}`).digest('hex')
    return new URLSearchParams({ order_id: order, t: String(t), sign })
  }
  const statusBy = (query: URLSearchParams | string, order = orderId) =>
    call('GET', `/api/orders/${order}/status?${query}`)

  it('shows the state of its order without a token', async () => {
    expect(await statusBy(link(orderId, Date.now()))).toMatchObject({ status: 200, body: { status: 'PENDING' } })
  })

  const other = `ord_${'0'.repeat(32)}`
  const bad: [name: string, query: () => URLSearchParams | string][] = [
    ['for another order', () => link(other, Date.now())],
    ['moved to this order', () => changed({ order_id: orderId }, link(other, Date.now()))],
    ['with a later time', () => changed({ t: String(Date.now() + 1) }, link(orderId, Date.now() - 1000))],
    ['with a changed signature', () => changed({ sign: 'f'.repeat(64) }, link(orderId, Date.now()))],
    ['with an upper-case signature', () => upper(link(orderId, Date.now()))],
    ['signed with another secret', () => link(orderId, Date.now(), 'another-shops-return-secret')],
    ['that is a day old', () => link(orderId, Date.now() - dayMs - 1000)],
    ['from tomorrow', () => link(orderId, Date.now() + dayMs)],
    ['with a time that is none', () => link(orderId, 'now')],
    ['without a signature', () => new URLSearchParams({ order_id: orderId, t: String(Date.now()) })],
    ['with two signatures', () => `${link(orderId, Date.now())}&sign=${'0'.repeat(64)}`],
  ]
  it.each(bad)('%s is refused', async (_name, query) => {
    expect(await statusBy(query())).toMatchObject({
      status: 403,
      body: { type: expect.stringMatching(/\/invalid-return-signature$/) },
    })
  })

  it('gives access to nothing but the state of its order', async () => {
    const query = link(orderId, Date.now())
    expect((await call('GET', `/api/orders/${orderId}?${query}`)).status).toBe(401)
    expect((await call('POST', `/api/orders/${orderId}/cancel?${query}`)).status).toBe(401)
    expect((await call('GET', `/api/orders?${query}`)).status).toBe(401)
  })
})

it('the WebSocket requires a token or a return link, and closes without one', async () => {
  const opens = (query: string, protocols: string[]) =>
    new Promise<boolean>(resolve => {
      const socket = new WebSocket(`${system.gatewayUrl.replace(/^http/, 'ws')}/ws/order-status?${query}`, protocols)
      socket.addEventListener('message', () => {
        resolve(true)
        socket.close()
      })
      socket.addEventListener('close', () => resolve(false))
      socket.addEventListener('error', () => resolve(false))
    })
  expect(await opens(`order_id=${orderId}`, ['order-status', `bearer.${owner.token}`])).toBe(true)
  expect(await opens(`order_id=${orderId}`, ['order-status', `bearer.${newCustomer().token}`])).toBe(false)
  expect(await opens(`order_id=${orderId}`, [])).toBe(false)
  expect(await opens(`order_id=${orderId}&t=${Date.now()}&sign=${'0'.repeat(64)}`, [])).toBe(false)
})

describe('admin routes', () => {
  const product = { title: 'Mine now', priceFen: 1 }
  const adjustment = { delta: 1, reason: 'I want it' }
  it.each([
    ['without a token', undefined, 401],
    ['with a customer’s token', owner.token, 403],
    ['with a token that names itself admin', jwt(owner.id, { role: 'admin', secret: 'not-the-shops-secret' }), 401],
  ])('are closed %s', async (_name, token, status) => {
    const by = token === undefined ? {} : { token }
    const before = [await databases.stockOf(sku), await databases.orderServicePriceOf(sku)]
    expect((await call('PUT', `/api/admin/products/${sku}`, { ...by, body: product })).status).toBe(status)
    const adjusted = await call('POST', `/api/admin/stock/${sku}/adjustments`, { ...by, body: adjustment })
    expect(adjusted.status).toBe(status)
    expect([await databases.stockOf(sku), await databases.orderServicePriceOf(sku)]).toEqual(before)
  })

  it('never remove reserved or sold units', async () => {
    const scarce = await newProduct(databases, { units: 3 })
    await place(owner, { [scarce]: 2 })
    const token = jwt('keeper', { role: 'admin' })
    const answer = await call('POST', `/api/admin/stock/${scarce}/adjustments`, {
      token,
      body: { delta: -2, reason: 'broken in transport' },
    })
    expect(answer).toMatchObject({
      status: 409,
      body: { type: expect.stringMatching(/\/insufficient-stock$/), available: 1 },
    })
    expect(await databases.stockOf(scarce)).toEqual({ available: 1, reserved: 2, sold: 0, supplied: 3 })
  })
})

describe('behind the gateway', () => {
  const services = [
    ['order-service', () => system.orderServiceUrl, '/orders?customerId=x'],
    ['payment-service', () => system.paymentServiceUrl, `/payments/ord_${'0'.repeat(32)}`],
    ['inventory-service', () => system.inventoryServiceUrl, '/products'],
  ] as const
  it.each(services)('%s answers only callers with the service token', async (_name, base, path) => {
    const ask = (headers: Record<string, string>) => call('GET', path, { base: base(), headers })
    expect((await ask({})).status).toBe(401)
    expect((await ask({ 'x-service-token': 'a-guess-at-the-service-token' })).status).toBe(401)
    expect((await ask({ 'x-service-token': system.environment.SERVICE_TOKEN ?? '' })).status).not.toBe(401)
    expect((await call('GET', '/healthz', { base: base() })).status).toBe(200)
    expect((await call('GET', '/metrics', { base: base() })).text).toContain('http_request_duration_seconds')
  })

  const names = ['orders', 'payments', 'inventory'] as const
  const pairs = names.flatMap(own => names.filter(other => other !== own).map(other => [own, other] as const))
  it.each(pairs)('the role that owns %s cannot open %s', async (own, other) => {
    const url = new URL(system.databases[own])
    url.pathname = new URL(system.databases[other]).pathname
    const sql = openPostgres(url.href, { max: 1, onnotice: () => {} })
    // 42501: permission denied for database.
    await expect(sql`select 1`).rejects.toMatchObject({ code: '42501' })
    await sql.end({ timeout: 1 })
  })
})

function tokenOf(body: object): string {
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(body)}`
  const secret = system.environment.JWT_SECRET ?? ''
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

function changed(fields: Record<string, string>, query: URLSearchParams): URLSearchParams {
  return new URLSearchParams({ ...Object.fromEntries(query), ...fields })
}

function upper(query: URLSearchParams): URLSearchParams {
  return changed({ sign: (query.get('sign') ?? '').toUpperCase() }, query)
}
