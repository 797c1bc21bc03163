import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { call } from './support/http.ts'
import { type Customer, newCustomer, newProduct } from './support/shop.ts'

let databases: TestedDatabases
let sku: string

beforeAll(async () => {
  databases = openTestedDatabases()
  sku = await newProduct(databases, { units: 1_000 })
})
afterAll(() => databases?.close())

const post = ({ token }: Customer, body: unknown, headers: Record<string, string> = {}) =>
  call('POST', '/api/orders', { token, body, headers })

const line = (changes: object = {}) => ({ sku, quantity: 1, ...changes })

describe('an invalid basket is refused with the wrong field’s name, and stores nothing', () => {
  const cases: [name: string, body: () => unknown, field: string][] = [
    ['quantity 0', () => ({ items: [line({ quantity: 0 })] }), 'items.0.quantity'],
    ['a negative quantity', () => ({ items: [line({ quantity: -1 })] }), 'items.0.quantity'],
    ['a fractional quantity', () => ({ items: [line({ quantity: 1.5 })] }), 'items.0.quantity'],
    ['a huge quantity', () => ({ items: [line({ quantity: 1e15 })] }), 'items.0.quantity'],
    ['a quantity in quotes', () => ({ items: [line({ quantity: '1' })] }), 'items.0.quantity'],
    ['the second line wrong', () => ({ items: [line(), line({ quantity: 0 })] }), 'items.1.quantity'],
    [
      'merged lines beyond the largest quantity',
      () => ({ items: [line(), line({ quantity: 1_000_000 })] }),
      'items.1.quantity',
    ],
    ['no lines', () => ({ items: [] }), 'items'],
    ['101 lines', () => ({ items: Array.from({ length: 101 }, (_, index) => line({ sku: `x-${index}` })) }), 'items'],
    ['no items', () => ({}), 'items'],
    ['a list instead of a body', () => [line()], ''],
    ['a SKU that is no text', () => ({ items: [line({ sku: 7 })] }), 'items.0.sku'],
    ['a SKU with odd letters', () => ({ items: [line({ sku: "x'; drop table orders" })] }), 'items.0.sku'],
    ['a total in the body', () => ({ items: [line()], totalFen: 1 }), 'totalFen'],
    ['a price in a line', () => ({ items: [line({ unitPriceFen: 1 })] }), 'items.0.unitPriceFen'],
    ['another customer’s id', () => ({ items: [line()], customerId: 'c' }), 'customerId'],
  ]
  it.each(cases)('%s', async (_name, body, field) => {
    const customer = newCustomer()
    const answer = await post(customer, body())
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(answer.body).toMatchObject({ type: expect.stringMatching(/\/invalid-request$/), instance: '/api/orders' })
    expect(answer.body.errors?.map(error => error.field)).toContain(field)
    expect(await databases.ordersOf(customer.id)).toEqual([])
  })

  it('a SKU that is not in the catalogue', async () => {
    const customer = newCustomer()
    const answer = await post(customer, { items: [line(), { sku: 'no-such-tea', quantity: 1 }] })
    expect(answer).toMatchObject({
      status: 422,
      body: { type: expect.stringMatching(/\/unknown-sku$/), skus: ['no-such-tea'] },
    })
    expect(await databases.ordersOf(customer.id)).toEqual([])
  })

  it('a total that exceeds one payment', async () => {
    const dear = await newProduct(databases, { units: 10, priceFen: 9_000_000_000 })
    const customer = newCustomer()
    const answer = await post(customer, { items: [{ sku: dear, quantity: 2 }] })
    expect(answer).toMatchObject({ status: 422, body: { type: expect.stringMatching(/\/amount-out-of-range$/) } })
    expect(await databases.ordersOf(customer.id)).toEqual([])
  })

  it('an Idempotency-Key that is too long or has spaces in it', async () => {
    const customer = newCustomer()
    for (const key of ['x'.repeat(256), 'a key']) {
      const answer = await post(customer, { items: [line()] }, { 'idempotency-key': key })
      expect(answer.status).toBe(400)
    }
    expect(await databases.ordersOf(customer.id)).toEqual([])
  })
})

it('the same SKU in several lines becomes one line', async () => {
  const answer = await call<{ order: { items: object[]; totalFen: number } }>('POST', '/api/orders', {
    token: newCustomer().token,
    body: { items: [line(), line({ quantity: 2 })] },
  })
  expect(answer.status).toBe(201)
  expect(answer.body.order.items).toMatchObject([{ sku, quantity: 3 }])
})

describe('an unreadable body is refused', () => {
  const json = { 'content-type': 'application/json' }
  it('not JSON', async () => {
    const answer = await post(newCustomer(), '{"items": [', json)
    expect(answer).toMatchObject({ status: 400, body: { type: expect.stringMatching(/\/malformed-json$/) } })
  })

  it('nothing at all', async () => {
    expect((await post(newCustomer(), '', json)).status).toBe(400)
  })

  it('a form, or text', async () => {
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'application/xml']) {
      const answer = await post(newCustomer(), 'items=1', { 'content-type': type })
      expect(answer).toMatchObject({ status: 415, body: { type: expect.stringMatching(/\/unsupported-media-type$/) } })
    }
  })

  it('2 MB', async () => {
    const body = JSON.stringify({ items: [line({ sku: 'x'.repeat(2_000_000) })] })
    expect(await post(newCustomer(), body, json)).toMatchObject({
      status: 413,
      body: { type: expect.stringMatching(/\/body-too-large$/) },
    })
  })

  it('keys that would reach into the prototype of objects', async () => {
    const answer = await post(newCustomer(), `{"__proto__":{"items":[]},"items":[{"sku":"${sku}","quantity":1}]}`, json)
    expect(answer.status).toBe(400)
  })
})

it('an unknown address is answered with a problem that reveals nothing internal', async () => {
  const answer = await call('GET', '/api/nothing-here')
  expect(answer).toMatchObject({ status: 404, body: { type: expect.stringMatching(/\/not-found$/), status: 404 } })
  expect(answer.text).not.toMatch(/stack|node_modules|127\.0\.0\.1/)
  const page = await call('GET', new URL(answer.body.type, 'http://shop.test').pathname)
  expect(page).toMatchObject({ status: 200, text: expect.stringContaining('not-found') })
})
