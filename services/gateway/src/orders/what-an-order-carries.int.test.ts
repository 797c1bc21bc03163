import { jwt } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hmacToken, inAnHour } from '../auth/test-tokens.ts'
import { openAsAsked, orderBody, orderId, problem, startGateway, type TestGateway } from '../test-gateway.ts'

const secret = 'quote-secret-of-these-tests'
let gateway: TestGateway
const log: string[] = []

beforeAll(async () => {
  gateway = await startGateway({ QUOTE_SECRET: secret, LOG_LEVEL: 'trace' }, { write: line => void log.push(line) })
})
beforeEach(() => {
  gateway.standIn.reset()
  gateway.standIn.on('POST /orders', () => ({ status: 201, body: { order: orderBody() } }))
  gateway.standIn.on('POST /idempotent-answers', () => ({ status: 204, body: '' }))
  gateway.standIn.on('POST /payments/open', openAsAsked)
})
afterAll(() => gateway.close())

async function send(method: string, path: string, token: string, body?: unknown, headers: object = {}) {
  const json = body === undefined ? {} : { 'content-type': 'application/json' }
  const answer = await fetch(gateway.url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...json, ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, body: text ? JSON.parse(text) : undefined }
}

const items = [{ sku: 'tea-01', quantity: 2 }]
const place = (body: object | string, headers: object = {}) =>
  send('POST', '/api/orders', jwt('mei'), typeof body === 'string' ? body : { items, ...body }, headers)
const callsTo = (path: string) =>
  gateway.standIn.calls.filter(call => call.path === path).map(({ body }) => JSON.parse(body))

const shipTo = {
  name: '李梅花',
  phone: '+86 138-0013-8000',
  province: '浙江省',
  city: '杭州市',
  district: '西湖区',
  street: '龙井路 1 号',
  postalCode: '310013',
  country: 'CN',
}
const note = '周末送\n不要电话'
const adjustments = [{ type: 'shipping', label: '顺丰', amountFen: 1_200 }]
const quoteOf = (changes: object = {}, key = secret) =>
  hmacToken({ alg: 'HS256' }, { exp: inAnHour(), sub: 'mei', items, adjustments, ...changes }, key)
const personal = [...Object.values(shipTo).filter(text => text !== 'CN'), '周末送']

it('passes everything to order-service, with what the quote grants in place of the quote', async () => {
  const carried = {
    reference: 'S-2026/0042:a_b',
    metadata: { channel: 'mini' },
    note,
    shipTo,
    expectedTotalFen: 27_000,
  }
  const exp = inAnHour()
  expect((await place({ ...carried, quote: quoteOf({ exp }) })).status).toBe(201)
  expect(callsTo('/orders')).toEqual([
    {
      customerId: 'mei',
      items,
      waitMs: 2_000,
      ...carried,
      quote: { adjustments, expiresAt: new Date(exp * 1000).toISOString() },
    },
  ])
})

it('leaves personal data out of the stored response and the hash of the request', async () => {
  const answer = await place({ shipTo, note, quote: quoteOf() }, { 'idempotency-key': 'k-1' })
  const [stored] = callsTo('/idempotent-answers')
  const { order, ...rest } = JSON.parse(answer.text)
  expect(order.note).toBe(note)
  const { note: _note, ...orderWithoutNote } = order
  expect(JSON.parse(stored.body)).toEqual({ order: orderWithoutNote, ...rest })
  const [placed] = callsTo('/orders')
  const texts = [JSON.stringify(stored), placed.idempotency.requestHash]
  expect(personal.filter(value => texts.some(text => text.includes(value)))).toEqual([])
  expect(placed.idempotency.requestHash).toMatch(/^[0-9a-f]{64}$/)
})

describe('a quote', () => {
  it.each([
    ['signature', quoteOf({}, 'another-secret-of-another-shop')],
    ['claims', quoteOf({ exp: 'tomorrow' })],
    ['customer', quoteOf({ sub: 'li' })],
    ['items', quoteOf({ items: [{ sku: 'tea-01', quantity: 1 }] })],
    ['adjustments', quoteOf({ adjustments: [{ type: 'tip', label: 'x', amountFen: 1 }] })],
  ])('is refused for its %s, and nothing is ordered', async (reason, quote) => {
    const { status, body } = await place({ quote })
    expect([status, body.type, body.reason]).toEqual([422, '/problems/quote-invalid', reason])
    expect(gateway.standIn.calls).toEqual([])
  })

  it('is for the lines after merging', async () => {
    const halves = [...items, ...items].map(({ sku }) => ({ sku, quantity: 1 }))
    expect((await place({ items: halves, quote: quoteOf() })).status).toBe(201)
  })

  it('that is over is passed on, and refused by order-service', async () => {
    gateway.standIn.on('POST /orders', () => problem('quote-invalid', { reason: 'expired' }))
    const { status, body } = await place({ quote: quoteOf({ exp: 1_700_000_000 }) })
    expect([status, body.reason]).toEqual([422, 'expired'])
    expect(callsTo('/orders')[0].quote.expiresAt).toBe('2023-11-14T22:13:20.000Z')
  })
})

it('forwards the new total with lines and adjustments, and the order of a used reference', async () => {
  const changed = { totalFen: 27_000, lines: orderBody().items, adjustments }
  gateway.standIn.on('POST /orders', () => problem('total-changed', changed))
  expect((await place({ expectedTotalFen: 1 })).body).toMatchObject({ status: 409, ...changed })
  gateway.standIn.on('POST /orders', () => problem('reference-used', { orderId }))
  expect((await place({ reference: 'a' })).body).toMatchObject({ status: 409, orderId })
  expect(callsTo('/idempotent-answers')).toEqual([])
})

const keys = (count: number, key = '😀'.repeat(38)) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${key}${index + 10}`, '😀'.repeat(500)]))

describe('the limits of a body', () => {
  it('hold the largest order, with characters of four bytes and a quote for all its lines', async () => {
    const lines = Array.from({ length: 100 }, (_, n) => ({ sku: `${'s'.repeat(61)}${n + 100}`, quantity: 1_000_000 }))
    const granted = lines.map(({ sku }) => ({
      type: 'discount',
      label: '折'.repeat(100),
      amountFen: -1_000_000_000,
      sku,
    }))
    const quote = quoteOf({ items: lines, adjustments: granted })
    expect(quote.length).toBeGreaterThan(65_000)
    const text = '😀'.repeat(64)
    const longest = { ...shipTo, name: text, province: text, city: text, district: text, street: text.repeat(4) }
    const body = { items: lines, quote, note: '😀'.repeat(500), shipTo: longest, metadata: keys(20) }
    const answer = await place(body)
    expect([answer.status, callsTo('/orders')[0].quote.adjustments.length]).toEqual([201, 100])
    // The same in ASCII alone, as some clients write JSON.
    const ascii = JSON.stringify(body).replaceAll(/[^ -~]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
    expect((await place(ascii)).status).toBe(201)
    expect(callsTo('/orders')[1]).toEqual(callsTo('/orders')[0])
  })

  const planted = 'planted-value'
  it.each<[string, string, object | string]>([
    ['a reference with a space', 'reference', { reference: `${planted} x` }],
    ['an empty reference', 'reference', { reference: '' }],
    ['a reference too long', 'reference', { reference: 'x'.repeat(65) }],
    ['a reference in Chinese', 'reference', { reference: '单号' }],
    ['a key too many', 'metadata', { metadata: keys(21) }],
    ['a key too long', 'metadata', { metadata: keys(1, 'x'.repeat(39)) }],
    ['an empty key', 'metadata', { metadata: { '': planted } }],
    ['a value too long', 'metadata.a', { metadata: { a: planted + 'x'.repeat(500) } }],
    ['a value that is no text', 'metadata.a', { metadata: { a: 1 } }],
    ['a list as metadata', 'metadata', { metadata: [planted] }],
    ['a NUL in a value', 'metadata.a', { metadata: { a: `${planted}\0` } }],
    ['a NUL in a key', 'metadata.', { metadata: { 'a\0': planted } }],
    ['half a character in a value', 'metadata.a', { metadata: { a: `${planted}\ud83d` } }],
    ['half a character in a key', 'metadata.', { metadata: { 'a\udc00': planted } }],
    ['a note too long', 'note', { note: planted + 'x'.repeat(500) }],
    ['an empty note', 'note', { note: '' }],
    ['half a character in a note', 'note', { note: `${planted}\udc00` }],
    ['an address without a name', 'shipTo.name', { shipTo: { ...shipTo, name: undefined } }],
    ['a blank name', 'shipTo.name', { shipTo: { ...shipTo, name: ' ' } }],
    ['a name of two lines', 'shipTo.name', { shipTo: { ...shipTo, name: `${planted}\n` } }],
    ['a phone that is none', 'shipTo.phone', { shipTo: { ...shipTo, phone: planted } }],
    ['another country', 'shipTo.country', { shipTo: { ...shipTo, country: 'planted-value' } }],
    ['a field of no address', 'shipTo.email', { shipTo: { ...shipTo, email: planted } }],
    ['half a character in a street', 'shipTo.street', { shipTo: { ...shipTo, street: `${planted}\ud83d` } }],
    ['a quote that is no JWS', 'quote', { quote: planted }],
    ['a quote too long', 'quote', { quote: `a.${'b'.repeat(81_920)}.c` }],
    ['half a fen', 'expectedTotalFen', { expectedTotalFen: 0.5 }],
    ['a price', 'totalFen', { totalFen: 1 }],
    ['adjustments of its own', 'adjustments', { adjustments }],
  ])('refuse %s by naming the field, not its value', async (_what, field, body) => {
    const { status, body: answer, text } = await place(body)
    expect([status, answer.type]).toEqual([400, '/problems/invalid-request'])
    expect(answer.errors[0].field).toContain(field)
    expect(text).not.toContain(planted)
    expect(gateway.standIn.calls).toEqual([])
  })

  it('refuse a key that would change all objects', async () => {
    const body = `{"items":${JSON.stringify(items)},"metadata":{"__proto__":"x"}}`
    expect((await place(body)).status).toBe(400)
    expect(gateway.standIn.calls).toEqual([])
  })
})

describe('administration', () => {
  it('lists orders by any filter', async () => {
    const admin = jwt('boss', { role: 'admin' })
    const page = { items: [], nextCursor: null, searchedTo: null }
    gateway.standIn.on('GET /admin/orders', () => ({ status: 200, body: page }))
    const found = await send('GET', `/api/admin/orders?reference=${encodeURIComponent('S/1:2')}`, admin)
    expect(found.body).toEqual(page)
    expect(gateway.standIn.calls.at(-1)?.path).toBe('/admin/orders?reference=S%2F1%3A2')
    const query = `?status=PAID&flag=refunded&from=2026-03-01&limit=5&cursor=${orderId}`
    await send('GET', `/api/admin/orders${query}`, admin)
    expect(gateway.standIn.calls.at(-1)?.path).toBe(`/admin/orders${query}`)
    const wrong = ['?reference=', '?reference=a&customerId=mei', '?reference=a%20b', '?reference=a&reference=b']
    for (const query of [...wrong, '?status=LOST', '?from=yesterday', '?minFen=1.5', '?limit=0']) {
      expect([query, (await send('GET', `/api/admin/orders${query}`, admin)).status]).toEqual([query, 400])
    }
    for (const token of [jwt('li'), jwt('li', { role: 'fulfilment' })]) {
      expect((await send('GET', '/api/admin/orders?reference=a', token)).status).toBe(403)
    }
  })

  it.each(['fulfilment', 'owner', 'admin'] as const)(
    'shows a recipient to the role %s, and names the reader',
    async role => {
      gateway.standIn.on('GET /orders/*/recipient', () => ({ status: 200, body: { orderId, shipTo, note } }))
      const read = await send('GET', `/api/admin/orders/${orderId}/recipient`, jwt('库房', { role }))
      expect([read.status, read.body]).toEqual([200, { orderId, shipTo, note }])
      expect(read.headers.get('cache-control')).toBe('no-store')
      const call = gateway.standIn.calls.at(-1)
      expect([call?.path, call?.headers['x-actor']]).toEqual([`/orders/${orderId}/recipient`, encodeURI('库房')])
    },
  )

  it('shows no recipient to others, and none of an order that does not exist', async () => {
    const path = `/api/admin/orders/${orderId}/recipient`
    expect((await send('GET', path, jwt('mei'))).status).toBe(403)
    expect((await fetch(gateway.url + path)).status).toBe(401)
    const fulfilment = jwt('库房', { role: 'fulfilment' })
    expect((await send('GET', '/api/admin/orders/ord_1/recipient', fulfilment)).status).toBe(404)
    expect(gateway.standIn.calls).toEqual([])
    gateway.standIn.on('GET /orders/*/recipient', () => problem('order-not-found'))
    expect((await send('GET', path, fulfilment)).status).toBe(404)
  })
})

it('shows an order with its recipient to its owner, and lets no cache store it', async () => {
  gateway.standIn.on('GET /orders/*', () => ({ status: 200, body: { ...orderBody(), shipTo, note } }))
  const read = await send('GET', `/api/orders/${orderId}`, jwt('mei'))
  expect([read.body.shipTo, read.body.note]).toEqual([shipTo, note])
  expect(read.headers.get('cache-control')).toBe('no-store')
  expect(gateway.standIn.calls.at(-1)?.path).toBe(`/orders/${orderId}?customerId=mei`)
})

it('logs neither personal data nor quotes, whatever fails', async () => {
  const quote = quoteOf()
  const body = { shipTo, note, quote }
  gateway.standIn.on('POST /orders', () => 'cut')
  expect((await place(body)).status).toBe(503)
  gateway.standIn.on('POST /orders', () => problem('internal-error'))
  expect((await place(body)).status).toBe(500)
  gateway.standIn.on('POST /orders', () => ({ status: 418, body: { odd: true } }))
  expect((await place(body)).status).toBe(500)
  await place({ ...body, quote: `${quote}x` })
  await place({ ...body, reference: ' ' })
  await place(`{"shipTo":{"name":"${shipTo.name}"`)
  const logged = log.join('')
  expect(logged).toContain('/api/orders')
  const [header, claims, signature] = quote.split('.') as [string, string, string]
  expect([...personal, header, claims, signature].filter(value => logged.includes(value))).toEqual([])
})

it('describes what an order carries in /openapi.json', async () => {
  const { body } = await send('GET', '/openapi.json', jwt('mei'))
  const { properties } = body.paths['/api/orders'].post.requestBody.content['application/json'].schema
  const { metadata, shipTo: address, quote, reference, expectedTotalFen } = properties
  expect(Object.keys(address.properties)).toEqual(expect.arrayContaining(Object.keys(shipTo)))
  expect(metadata).toMatchObject({ type: 'object', maxProperties: 20 })
  for (const field of [metadata, quote, reference, expectedTotalFen]) expect(field.description).toBeTruthy()
  const paths = ['/api/admin/orders', '/api/admin/orders/{id}/recipient']
  expect(paths.filter(path => body.paths[path]?.get === undefined)).toEqual([])
})
