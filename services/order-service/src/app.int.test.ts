import type { InternalPlaceOrder, Order } from '@alipay-checkout/contracts'
import { routesOf, waitUntil } from '@alipay-checkout/test-support'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestShop, type TestShop, ttlMs } from './test-shop.ts'

let shop: TestShop

beforeAll(async () => {
  shop = await openTestShop()
  await shop.consume(
    { type: 'ProductChanged', data: { sku: 'tea-01', title: '西湖龙井', priceFen: 12900, version: 1 } },
    { type: 'ProductChanged', data: { sku: 'cup-01', title: '盖碗', priceFen: 6800, version: 1 } },
    { type: 'ProductChanged', data: { sku: 'gold', title: '金条', priceFen: 9_000_000_000, version: 1 } },
  )
})

afterAll(() => shop?.close())

const send: TestShop['send'] = (...request) => shop.send(...request)
const place = (request: Partial<InternalPlaceOrder> = {}) =>
  send('POST', '/orders', { customerId: 'customer-7', items: [{ sku: 'tea-01', quantity: 2 }], waitMs: 0, ...request })

async function placedId(request: Partial<InternalPlaceOrder> = {}): Promise<string> {
  const { body } = await place(request)
  return body.order.orderId
}

/** The id of the only order that this customer has, as soon as it is saved. */
const onlyOrderOf = (customerId: string) =>
  waitUntil(
    async () => {
      const rows = await shop.database.db.execute<{ order_id: string }>(
        sql`select order_id from orders where customer_id = ${customerId}`,
      )
      return rows[0]?.order_id
    },
    { what: `the order of ${customerId} is saved` },
  )

const statusOf = async (orderId: string): Promise<unknown> =>
  (await send('GET', `/orders/${orderId}/status`)).body.orderStatus

describe('placing an order', () => {
  it('takes prices from the copied catalogue, and answers 202 if the caller does not wait for the stock result', async () => {
    const { status, body } = await place({
      items: [
        { sku: 'tea-01', quantity: 2 },
        { sku: 'cup-01', quantity: 1 },
      ],
    })
    expect(status).toBe(202)
    expect(body.order).toMatchObject({
      status: 'PENDING',
      orderStatus: 'RESERVING',
      totalFen: 32600,
      currency: 'CNY',
      items: [
        { sku: 'tea-01', title: '西湖龙井', quantity: 2, unitPriceFen: 12900 },
        { sku: 'cup-01', title: '盖碗', quantity: 1, unitPriceFen: 6800 },
      ],
    })
    expect(Date.parse(body.order.expiresAt) - Date.parse(body.order.createdAt)).toBe(ttlMs)
    expect(await shop.outboxOf(body.order.orderId)).toEqual(['OrderCreated'])
    expect(shop.scheduled.map(Number)).toContain(Date.parse(body.order.expiresAt))
  })

  it('waits for the stock result and answers 201 with an order that is payable', async () => {
    const answer = place({ customerId: 'waits-1', waitMs: 5_000 })
    const orderId = await onlyOrderOf('waits-1')
    await shop.consume({ type: 'StockReserved', data: { orderId } })
    expect(await answer).toMatchObject({ status: 201, body: { order: { orderId, orderStatus: 'PENDING_PAYMENT' } } })
  })

  it('answers 409 with the shortages when stock is short', async () => {
    const answer = place({ customerId: 'waits-2', waitMs: 5_000 })
    const orderId = await onlyOrderOf('waits-2')
    const shortages = [{ sku: 'tea-01', requested: 2, available: 1 }]
    await shop.consume({ type: 'StockRejected', data: { orderId, shortages } })
    expect(await answer).toMatchObject({ status: 409, body: { type: '/problems/out-of-stock', shortages } })
    expect(await shop.outboxOf(orderId)).toEqual(['OrderCreated', 'OrderRejected'])
  })

  describe('for a sold-out product under a rush', () => {
    const items = [{ sku: 'cup-01', quantity: 1 }]
    const shortages = [{ sku: 'cup-01', requested: 1, available: 0 }]
    const refused = { status: 409, body: { type: '/problems/out-of-stock', shortages } }
    const keyed = (customerId: string) => ({ customerId, items, idempotency: { key: 'late', requestHash: 'hash-1' } })

    beforeEach(async () => {
      const ids = await Promise.all(Array.from({ length: 16 }, () => placedId({ customerId: 'crowd', items })))
      await shop.consume(...ids.map(orderId => ({ type: 'StockRejected' as const, data: { orderId, shortages } })))
    })
    afterEach(() => shop.expireSoldOut())

    it('answers 409 without placing an order, and places orders of other products', async () => {
      expect(await place({ customerId: 'late-1', items })).toMatchObject(refused)
      expect((await send('GET', '/orders?customerId=late-1')).body).toEqual({ items: [], nextCursor: null })
      expect((await place()).status).toBe(202)
    })

    it('places orders again once the sold-out cache has expired', async () => {
      shop.expireSoldOut()
      expect((await place({ items })).status).toBe(202)
    })

    it('answers a repeat with the stored response', async () => {
      expect(await place(keyed('late-2'))).toMatchObject(refused)
      expect(await place(keyed('late-2'))).toMatchObject({ body: { type: '/problems/request-in-flight' } })
      const stored = { status: 409, body: '{}', contentType: 'application/problem+json; charset=utf-8' }
      await send('POST', '/idempotent-answers', { customerId: 'late-2', key: 'late', ...stored })
      shop.expireSoldOut()
      expect(await place(keyed('late-2'))).toMatchObject({ status: 200, body: { replayed: stored } })
    })

    it('handles a repeat as a new request if no response was stored', async () => {
      await place(keyed('late-3'))
      await shop.database.db.execute(sql`update idempotency_keys set locked_until = now() where customer_id = 'late-3'`)
      shop.expireSoldOut()
      expect((await place(keyed('late-3'))).status).toBe(202)
    })
  })

  it('answers 202 when the stock result is late, and keeps the order', async () => {
    const { status, body } = await place({ waitMs: 50 })
    expect(status).toBe(202)
    await shop.consume({ type: 'StockReserved', data: { orderId: body.order.orderId } })
    expect(await statusOf(body.order.orderId)).toBe('PENDING_PAYMENT')
  })

  it('refuses an order with an unknown SKU, names the SKU and saves nothing', async () => {
    const items = [
      { sku: 'tea-01', quantity: 1 },
      { sku: 'nope', quantity: 1 },
    ]
    expect(await place({ customerId: 'refused-1', items })).toMatchObject({
      status: 422,
      body: { type: '/problems/unknown-sku', skus: ['nope'] },
    })
    expect((await send('GET', '/orders?customerId=refused-1')).body).toEqual({ items: [], nextCursor: null })
  })

  it('refuses a total above the limit of one payment', async () => {
    expect(await place({ items: [{ sku: 'gold', quantity: 2 }] })).toMatchObject({
      status: 422,
      body: { type: '/problems/amount-out-of-range' },
    })
  })

  it('refuses an invalid order without affecting the others of its transaction', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        place({ customerId: `crowd-${index}`, items: [{ sku: index % 3 === 0 ? 'nope' : 'tea-01', quantity: 1 }] }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map((_, index) => (index % 3 === 0 ? 422 : 202)))
    const ids = new Set(answers.flatMap(({ body }) => (body.order ? [body.order.orderId] : [])))
    expect(ids.size).toBe(40)
  })

  it('never replaces a newer price by an older one', async () => {
    await shop.consume(
      { type: 'ProductChanged', data: { sku: 'new-01', title: 'B', priceFen: 200, version: 2 } },
      { type: 'ProductChanged', data: { sku: 'new-01', title: 'C', priceFen: 300, version: 3 } },
    )
    await shop.consume({ type: 'ProductChanged', data: { sku: 'new-01', title: 'A', priceFen: 100, version: 1 } })
    const { body } = await place({ items: [{ sku: 'new-01', quantity: 1 }] })
    expect(body.order.items).toMatchObject([{ title: 'C', unitPriceFen: 300 }])
  })
})

describe('an Idempotency-Key', () => {
  const keyed = (key: string, requestHash = 'hash-1') => ({ customerId: 'keyed', idempotency: { key, requestHash } })
  const answer = (key: string, body: string) => ({
    customerId: 'keyed',
    key,
    status: 201,
    body,
    contentType: 'application/json; charset=utf-8',
  })

  it('places one order for 50 parallel requests and refuses the others as in flight', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => place(keyed('parallel'))))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter(status => status === 202)).toHaveLength(1)
    expect(statuses.filter(status => status === 409)).toHaveLength(49)
    const rows = await shop.database.db.execute(sql`
      select 1 from orders join idempotency_keys using (order_id) where key = 'parallel'`)
    expect(rows).toHaveLength(1)
  })

  it('repeats the stored response byte for byte, and keeps the one stored first', async () => {
    await place(keyed('stored'))
    expect((await send('POST', '/idempotent-answers', answer('stored', '{"a": 1}'))).status).toBe(204)
    const second = await send('POST', '/idempotent-answers', answer('stored', '{"b": 2}'))
    expect(second).toMatchObject({ status: 200, body: { status: 201, body: '{"a": 1}' } })
    expect(await place(keyed('stored'))).toEqual({
      status: 200,
      body: { replayed: { status: 201, body: '{"a": 1}', contentType: 'application/json; charset=utf-8' } },
    })
  })

  it('has one response when two replicas store theirs at the same time', async () => {
    await place(keyed('raced'))
    const [first, second] = await Promise.all(
      ['{"a": 1}', '{"b": 2}'].map(body => send('POST', '/idempotent-answers', answer('raced', body))),
    )
    const { body } = await place(keyed('raced'))
    const stored = (body as unknown as { replayed: { body: string } }).replayed.body
    const sent = (own: string, answer: typeof first) =>
      answer?.status === 200 ? (answer.body as unknown as { body: string }).body : own
    expect([sent('{"a": 1}', first), sent('{"b": 2}', second)]).toEqual([stored, stored])
  })

  it('is refused with another request body', async () => {
    await place(keyed('reused'))
    expect(await place(keyed('reused', 'hash-2'))).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    })
  })

  it('belongs to one customer', async () => {
    const mine = await placedId(keyed('shared'))
    const theirs = await placedId({ ...keyed('shared'), customerId: 'other-customer' })
    expect(theirs).not.toBe(mine)
  })

  it('answers with the same order when the first replica crashed after its commit', async () => {
    const orderId = await placedId(keyed('orphaned'))
    await shop.consume({ type: 'StockReserved', data: { orderId } })
    expect((await place(keyed('orphaned'))).status).toBe(409)
    await shop.database.db.execute(sql`update idempotency_keys set locked_until = now() where key = 'orphaned'`)
    expect(await place({ ...keyed('orphaned'), waitMs: 1_000 })).toMatchObject({
      status: 201,
      body: { order: { orderId, orderStatus: 'PENDING_PAYMENT' } },
    })
  })
})

describe('reading orders', () => {
  it("answers 404 for another customer's order", async () => {
    const orderId = await placedId({ customerId: 'owner' })
    expect((await send('GET', `/orders/${orderId}?customerId=owner`)).status).toBe(200)
    for (const path of [`/orders/${orderId}`, `/orders/${orderId}/status`]) {
      expect(await send('GET', `${path}?customerId=other-customer`)).toMatchObject({
        status: 404,
        body: { type: '/problems/order-not-found' },
      })
    }
  })

  it('lists the newest first, page by page up to the last one', async () => {
    const ids: string[] = []
    for (let n = 0; n < 5; n++) ids.push(await placedId({ customerId: 'lister' }))
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const query: string = cursor ? `&cursor=${cursor}` : ''
      const { body }: { body: { items: Order[]; nextCursor: string | null } } = (await send(
        'GET',
        `/orders?customerId=lister&limit=2${query}`,
      )) as never
      seen.push(...body.items.map(order => order.orderId))
      cursor = body.nextCursor
    } while (cursor)
    expect(seen).toEqual(ids.reverse())
  })
})

const open = new Set(['/healthz', '/readyz', '/metrics'])

it('answers 401 without the service token on every route', async () => {
  await shop.app.ready()
  const routes = routesOf(shop.app.printRoutes({ commonPrefix: false })).filter(({ url }) => !open.has(url))
  expect(routes).toContainEqual({ method: 'POST', url: '/batch' })
  for (const { method, url } of routes) {
    for (const headers of [{}, { 'x-service-token': '' }, { 'x-service-token': 'a guess at the service token' }]) {
      const answer = await shop.app.inject({ method: method as 'GET', url, headers })
      expect([method, url, answer.statusCode]).toEqual([method, url, 401])
    }
  }
})
