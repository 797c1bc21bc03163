import type { Product, StockLevel } from '@alipay-checkout/contracts'
import { createBatchApplier, createOutbox, type Outbox } from '@alipay-checkout/messaging'
import { routesOf } from '@alipay-checkout/test-support'
import { sql } from 'drizzle-orm'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildApp } from './app.ts'
import { suppliedMax } from './stock/adjust-stock.ts'
import { onOrderEvents } from './stock/on-order-events.ts'
import { type InventoryDatabase, openTestDatabase, silent } from './test-database.ts'
import { newOrderId, orderEvent } from './test-events.ts'

const serviceToken = 'a token that only the tests know'

let database: InventoryDatabase
let app: ReturnType<typeof buildApp>
let outbox: Outbox
let wakeUps = 0

beforeAll(async () => {
  database = await openTestDatabase()
  outbox = createOutbox({ db: database.db, service: 'inventory-service' })
  outbox.bindRelay({
    wake: () => {
      wakeUps += 1
    },
  })
  app = buildApp({
    db: database.db,
    outbox,
    service: 'inventory-service',
    serviceToken,
    logger: silent,
    registry: new Registry(),
    readiness: { required: { postgres: () => database.client`select 1` } },
  })
})
afterAll(async () => {
  await app.close()
  await database.drop()
})
beforeEach(async () => {
  await database.db.execute(
    sql`truncate products, product_changes, stock_levels, stock_adjustments, reservations, outbox, inbox`,
  )
  wakeUps = 0
})

async function call<T>(
  method: 'GET' | 'PUT' | 'POST',
  url: string,
  body?: unknown,
  headers: Record<string, string> = { 'x-service-token': serviceToken },
): Promise<{ status: number; body: T }> {
  const isText = typeof body === 'string'
  const response = await app.inject({
    method,
    url,
    headers: isText ? { ...headers, 'content-type': 'application/json' } : headers,
    ...(body === undefined ? {} : { payload: body as object }),
  })
  return { status: response.statusCode, body: response.json() as T }
}

const tea = { title: '龙井 Longjing', priceFen: 12_900 }
/** Default settings of a product. */
const defaults = { onSale: true, maxPerCustomer: null }
const setTea = (body: object = tea) => call<Product>('PUT', '/products/tea-01', body)
const adjustTea = (delta: number, headers = {}) =>
  call<StockLevel & { available: number }>(
    'POST',
    '/stock/tea-01/adjustments',
    { delta, reason: 'a delivery' },
    { 'x-service-token': serviceToken, ...headers },
  )
const published = async () =>
  (await database.db.execute<{ key: string; value: string }>(sql`select key, value from outbox order by id`)).map(
    row => ({ key: row.key, data: JSON.parse(row.value) }),
  )

describe('products', () => {
  it('creates a product without stock and publishes it', async () => {
    expect(await setTea()).toEqual({ status: 200, body: { sku: 'tea-01', ...tea, ...defaults, available: 0 } })
    expect(await published()).toEqual([{ key: 'tea-01', data: { sku: 'tea-01', ...tea, onSale: true, version: 1 } }])
    expect(wakeUps).toBe(1)
  })

  it('changes a product, keeps its stock and increments its version', async () => {
    await setTea()
    await adjustTea(7)
    const dearer = { ...tea, priceFen: 13_900 }
    expect((await setTea(dearer)).body).toEqual({ sku: 'tea-01', ...dearer, ...defaults, available: 7 })
    expect((await published()).map(({ data }) => data.version)).toEqual([1, 2])
  })

  it('publishes nothing when the product is unchanged', async () => {
    await setTea()
    expect((await setTea()).status).toBe(200)
    expect(await published()).toHaveLength(1)
  })

  it('publishes concurrent changes in the order of their versions', async () => {
    const prices = Array.from({ length: 20 }, (_, index) => 1_000 + index)
    const answers = await Promise.all(prices.map(priceFen => setTea({ ...tea, priceFen })))
    expect(answers.map(answer => answer.status)).toEqual(prices.map(() => 200))
    expect((await published()).map(({ data }) => data.version)).toEqual(prices.map((_, index) => index + 1))
  })

  it('lists products with their available units, also to concurrent readers', async () => {
    await setTea()
    await adjustTea(3)
    await call('PUT', '/products/cup-01', { title: 'Cup', priceFen: 1 })
    const lists = await Promise.all(Array.from({ length: 50 }, () => call('GET', '/products')))
    for (const list of lists) {
      expect(list).toEqual({
        status: 200,
        body: {
          items: [
            { sku: 'cup-01', title: 'Cup', priceFen: 1, ...defaults, available: 0 },
            { sku: 'tea-01', ...tea, ...defaults, available: 3 },
          ],
          nextCursor: null,
        },
      })
    }
  })
})

describe('stock adjustments', () => {
  it('adds and removes units and stores the actor and the reason', async () => {
    await setTea()
    await adjustTea(10, { 'x-actor': 'admin-7' })
    const { status, body } = await adjustTea(-4)
    expect({ status, body }).toEqual({
      status: 200,
      body: { sku: 'tea-01', available: 6, held: 0, sold: 0, supplied: 6 },
    })
    const stored = await database.db.execute(sql`select delta, reason, adjusted_by from stock_adjustments order by id`)
    expect([...stored]).toEqual([
      { delta: 10, reason: 'a delivery', adjusted_by: 'admin-7' },
      { delta: -4, reason: 'a delivery', adjusted_by: 'service' },
    ])
  })

  it('refuses to remove more than is available, and stores nothing', async () => {
    await setTea()
    await adjustTea(5)
    const refused = await adjustTea(-6)
    expect(refused).toMatchObject({
      status: 409,
      body: { type: '/problems/insufficient-stock', sku: 'tea-01', available: 5 },
    })
    const [row] = await database.db.execute(sql`select count(*)::int as count from stock_adjustments`)
    expect(row).toEqual({ count: 1 })
  })

  it('removes exactly the available units under concurrent requests', async () => {
    await setTea()
    await adjustTea(10)
    const answers = await Promise.all(Array.from({ length: 30 }, () => adjustTea(-1)))
    expect(answers.filter(answer => answer.status === 200)).toHaveLength(10)
    expect(answers.filter(answer => answer.status === 409)).toHaveLength(20)
    expect((await adjustTea(1)).body).toMatchObject({ available: 1, supplied: 1 })
  })

  it('refuses more units than can be counted exactly', async () => {
    await setTea()
    await database.db.execute(sql`update stock_levels set available = ${suppliedMax}, supplied = ${suppliedMax}`)
    expect(await adjustTea(1)).toMatchObject({ status: 400, body: { errors: [{ field: 'delta' }] } })
  })
})

describe('the timeline of an order', () => {
  const orderId = newOrderId()
  const timeline = () => call('GET', `/orders/${orderId}/timeline`)

  it('is empty for an unknown order', async () => {
    expect(await timeline()).toEqual({ status: 200, body: { orderId, entries: [] } })
  })

  it('lists each change of its stock with time and cause', async () => {
    await setTea()
    await adjustTea(5)
    const handlers = [onOrderEvents({ registry: new Registry() })]
    const events = [orderEvent('OrderCreated', orderId), orderEvent('OrderPaid', orderId)]
    await createBatchApplier({ outbox, groupId: 'inventory-service', handlers }).apply(events)
    const common = {
      at: expect.any(String),
      service: 'inventory-service',
      detail: { lines: [{ sku: 'tea-01', quantity: 1 }] },
    }
    expect((await timeline()).body).toEqual({
      orderId,
      entries: [
        { ...common, what: 'reserved', cause: `OrderCreated ${events[0]?.id}` },
        { ...common, what: 'committed', cause: `OrderPaid ${events[1]?.id}` },
      ],
    })
  })
})

describe('a request', () => {
  const adjustments = '/stock/tea-01/adjustments'
  it.each<[string, 'GET' | 'PUT' | 'POST', string, unknown, number, string]>([
    ['no price', 'PUT', '/products/tea-01', { title: 'x' }, 400, 'priceFen'],
    ['a price of 0', 'PUT', '/products/tea-01', { title: 'x', priceFen: 0 }, 400, 'priceFen'],
    ['a negative price', 'PUT', '/products/tea-01', { title: 'x', priceFen: -1 }, 400, 'priceFen'],
    ['half a fen', 'PUT', '/products/tea-01', { title: 'x', priceFen: 1.5 }, 400, 'priceFen'],
    ['a price as text', 'PUT', '/products/tea-01', { title: 'x', priceFen: '1' }, 400, 'priceFen'],
    ['a price above the limit', 'PUT', '/products/tea-01', { title: 'x', priceFen: 1e15 }, 400, 'priceFen'],
    ['a blank title', 'PUT', '/products/tea-01', { title: ' ', priceFen: 1 }, 400, 'title'],
    ['a title with a line break', 'PUT', '/products/tea-01', { title: 'a\nb', priceFen: 1 }, 400, 'title'],
    ['a title with NUL', 'PUT', '/products/tea-01', { title: 'a\u0000b', priceFen: 1 }, 400, 'title'],
    ['an unknown field', 'PUT', '/products/tea-01', { title: 'x', priceFen: 1, stock: 9 }, 400, 'stock'],
    ['onSale as text', 'PUT', '/products/tea-01', { ...tea, onSale: 'false' }, 400, 'onSale'],
    ['a limit of 0', 'PUT', '/products/tea-01', { ...tea, maxPerCustomer: 0 }, 400, 'maxPerCustomer'],
    ['half a unit as a limit', 'PUT', '/products/tea-01', { ...tea, maxPerCustomer: 1.5 }, 400, 'maxPerCustomer'],
    ['a page of 0', 'GET', '/products?limit=0', undefined, 400, 'limit'],
    ['a page of 101', 'GET', '/products?limit=101', undefined, 400, 'limit'],
    ['a cursor that is not a SKU', 'GET', '/products?cursor=%27', undefined, 400, 'cursor'],
    ['a SKU with a space', 'PUT', '/products/tea%2001', { title: 'x', priceFen: 1 }, 400, 'sku'],
    ['a SKU with a slash', 'PUT', '/products/tea%2f01', { title: 'x', priceFen: 1 }, 400, 'sku'],
    ['a SKU that is too long', 'PUT', `/products/${'a'.repeat(65)}`, { title: 'x', priceFen: 1 }, 400, 'sku'],
    ['a body that is not JSON', 'PUT', '/products/tea-01', '{"title"', 400, ''],
    ['a change of 0', 'POST', adjustments, { delta: 0, reason: 'x' }, 400, 'delta'],
    ['half a unit', 'POST', adjustments, { delta: 0.5, reason: 'x' }, 400, 'delta'],
    ['a huge change', 'POST', adjustments, { delta: 1e18, reason: 'x' }, 400, 'delta'],
    ['no reason', 'POST', adjustments, { delta: 1 }, 400, 'reason'],
    ['a blank reason', 'POST', adjustments, { delta: 1, reason: '  ' }, 400, 'reason'],
    ['a reason with NUL', 'POST', adjustments, { delta: 1, reason: 'a\u0000b' }, 400, 'reason'],
    ['an unknown SKU', 'POST', '/stock/nothing/adjustments', { delta: 1, reason: 'x' }, 404, ''],
  ])('with %s is refused and changes nothing', async (_, method, url, body, status, field) => {
    await setTea()
    const answer = await call<{ detail: string }>(method, url, body)
    expect(answer.status).toBe(status)
    expect(answer.body.detail).toContain(field)
    expect((await call('GET', '/products')).body).toEqual({
      items: [{ sku: 'tea-01', ...tea, ...defaults, available: 0 }],
      nextCursor: null,
    })
  })

  it.each([
    ['GET', '/products'],
    ['GET', '/products/tea-01'],
    ['PUT', '/products/tea-01'],
    ['GET', '/products/tea-01/changes'],
    ['POST', '/stock/tea-01/adjustments'],
    ['GET', '/stock/tea-01/adjustments'],
    ['GET', '/orders/ord_0192f3a4b5c67d8e9fa0b1c2d3e4f506/timeline'],
  ] as const)('to %s %s is refused without the service token', async (method, url) => {
    for (const headers of [{}, { 'x-service-token': 'a guess' }]) {
      expect(
        (await call(method, url, method === 'GET' ? undefined : {}, headers as Record<string, string>)).status,
      ).toBe(401)
    }
  })
})

const open = new Set(['/healthz', '/readyz', '/metrics'])

it('answers 401 without the service token on every route', async () => {
  await app.ready()
  const routes = routesOf(app.printRoutes({ commonPrefix: false })).filter(({ url }) => !open.has(url))
  expect(routes).toContainEqual({ method: 'GET', url: '/products' })
  for (const { method, url } of routes) {
    for (const headers of [{}, { 'x-service-token': '' }, { 'x-service-token': 'a guess at the service token' }]) {
      const answer = await app.inject({ method: method as 'GET', url, headers })
      expect([method, url, answer.statusCode]).toEqual([method, url, 401])
    }
  }
})
