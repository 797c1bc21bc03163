import type { InternalPlaceOrder, Order } from '@alipay-checkout/contracts'
import { routesOf, waitUntil } from '@alipay-checkout/test-support'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestShop, serviceToken, type TestShop, ttlMs } from './test-shop.ts'

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

const headers = { 'x-service-token': serviceToken }

async function send(method: 'GET' | 'POST' | 'PUT', url: string, payload?: object) {
  const answer = await shop.app.inject({ method, url, headers, ...(payload ? { payload } : {}) })
  return {
    status: answer.statusCode,
    body: (answer.body ? answer.json() : undefined) as Record<string, never> & { order: Order },
  }
}

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
const payment = (orderId: string, amountFen = 25800) => ({
  type: 'PaymentSucceeded' as const,
  data: {
    orderId,
    outTradeNo: orderId,
    tradeNo: `t${orderId}`,
    amountFen,
    paidAt: '2026-11-23T02:31:00.000Z',
    source: 'notify' as const,
  },
})

describe('placing an order', () => {
  it('prices it from our own catalogue, and says 202 while nobody waits for the verdict', async () => {
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

  it('waits for the stock verdict and answers 201 with the order waiting for payment', async () => {
    const answer = place({ customerId: 'waits-1', waitMs: 5_000 })
    const orderId = await onlyOrderOf('waits-1')
    await shop.consume({ type: 'StockReserved', data: { orderId } })
    expect(await answer).toMatchObject({ status: 201, body: { order: { orderId, orderStatus: 'PENDING_PAYMENT' } } })
  })

  it('answers 409 with the shortages when the stock is not there', async () => {
    const answer = place({ customerId: 'waits-2', waitMs: 5_000 })
    const orderId = await onlyOrderOf('waits-2')
    const shortages = [{ sku: 'tea-01', requested: 2, available: 1 }]
    await shop.consume({ type: 'StockRejected', data: { orderId, shortages } })
    expect(await answer).toMatchObject({ status: 409, body: { type: '/problems/out-of-stock', shortages } })
    expect(await shop.outboxOf(orderId)).toEqual(['OrderCreated', 'OrderRejected'])
  })

  describe('when a crowd wants what is sold out', () => {
    const items = [{ sku: 'cup-01', quantity: 1 }]
    const shortages = [{ sku: 'cup-01', requested: 1, available: 0 }]
    const refused = { status: 409, body: { type: '/problems/out-of-stock', shortages } }
    const keyed = (customerId: string) => ({ customerId, items, idempotency: { key: 'late', requestHash: 'hash-1' } })

    beforeEach(async () => {
      const ids = await Promise.all(Array.from({ length: 16 }, () => placedId({ customerId: 'crowd', items })))
      await shop.consume(...ids.map(orderId => ({ type: 'StockRejected' as const, data: { orderId, shortages } })))
    })
    afterEach(() => shop.expireSoldOut())

    it('tells the rest of it at once, without an order; others buy on', async () => {
      expect(await place({ customerId: 'late-1', items })).toMatchObject(refused)
      expect((await send('GET', '/orders?customerId=late-1')).body).toEqual({ items: [], nextCursor: null })
      expect((await place()).status).toBe(202)
    })

    it('asks inventory again a moment later', async () => {
      shop.expireSoldOut()
      expect((await place({ items })).status).toBe(202)
    })

    it('a repeat gets the answer that was kept', async () => {
      expect(await place(keyed('late-2'))).toMatchObject(refused)
      expect(await place(keyed('late-2'))).toMatchObject({ body: { type: '/problems/request-in-flight' } })
      const kept = { status: 409, body: '{}', contentType: 'application/problem+json; charset=utf-8' }
      await send('POST', '/idempotent-answers', { customerId: 'late-2', key: 'late', ...kept })
      shop.expireSoldOut()
      expect(await place(keyed('late-2'))).toMatchObject({ status: 200, body: { replayed: kept } })
    })

    it('a repeat of what nobody was told is a request like any other', async () => {
      await place(keyed('late-3'))
      await shop.database.db.execute(sql`update idempotency_keys set locked_until = now() where customer_id = 'late-3'`)
      shop.expireSoldOut()
      expect((await place(keyed('late-3'))).status).toBe(202)
    })
  })

  it('answers 202 when the verdict does not come in time; the order is safe', async () => {
    const { status, body } = await place({ waitMs: 50 })
    expect(status).toBe(202)
    await shop.consume({ type: 'StockReserved', data: { orderId: body.order.orderId } })
    expect(await statusOf(body.order.orderId)).toBe('PENDING_PAYMENT')
  })

  it('refuses what is not in the catalogue, naming it, and saves nothing', async () => {
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

  it('refuses a total above what one payment can carry', async () => {
    expect(await place({ items: [{ sku: 'gold', quantity: 2 }] })).toMatchObject({
      status: 422,
      body: { type: '/problems/amount-out-of-range' },
    })
  })

  it('a bad request does not hurt the good ones that share its transaction', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        place({ customerId: `crowd-${index}`, items: [{ sku: index % 3 === 0 ? 'nope' : 'tea-01', quantity: 1 }] }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map((_, index) => (index % 3 === 0 ? 422 : 202)))
    const ids = new Set(answers.flatMap(({ body }) => (body.order ? [body.order.orderId] : [])))
    expect(ids.size).toBe(40)
  })

  it('an older price never replaces a newer one', async () => {
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

  it('makes one order of 50 parallel requests; the others hear that it is being worked on', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => place(keyed('parallel'))))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter(status => status === 202)).toHaveLength(1)
    expect(statuses.filter(status => status === 409)).toHaveLength(49)
    const rows = await shop.database.db.execute(sql`
      select 1 from orders join idempotency_keys using (order_id) where key = 'parallel'`)
    expect(rows).toHaveLength(1)
  })

  it('gives a repeat the very answer that was kept, and the first kept one stays', async () => {
    await place(keyed('kept'))
    expect((await send('POST', '/idempotent-answers', answer('kept', '{"a": 1}'))).status).toBe(204)
    const second = await send('POST', '/idempotent-answers', answer('kept', '{"b": 2}'))
    expect(second).toMatchObject({ status: 200, body: { status: 201, body: '{"a": 1}' } })
    expect(await place(keyed('kept'))).toEqual({
      status: 200,
      body: { replayed: { status: 201, body: '{"a": 1}', contentType: 'application/json; charset=utf-8' } },
    })
  })

  it('has one answer, though two are brought at the same time', async () => {
    await place(keyed('raced'))
    const [first, second] = await Promise.all(
      ['{"a": 1}', '{"b": 2}'].map(body => send('POST', '/idempotent-answers', answer('raced', body))),
    )
    const { body } = await place(keyed('raced'))
    const kept = (body as unknown as { replayed: { body: string } }).replayed.body
    const givenOut = (own: string, said: typeof first) =>
      said?.status === 200 ? (said.body as unknown as { body: string }).body : own
    expect([givenOut('{"a": 1}', first), givenOut('{"b": 2}', second)]).toEqual([kept, kept])
  })

  it('is refused with another body', async () => {
    await place(keyed('reused'))
    expect(await place(keyed('reused', 'hash-2'))).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    })
  })

  it('belongs to one customer: the same key of another is another request', async () => {
    const mine = await placedId(keyed('shared'))
    const theirs = await placedId({ ...keyed('shared'), customerId: 'somebody-else' })
    expect(theirs).not.toBe(mine)
  })

  it('gives the same order when the first worker died after the commit', async () => {
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
  it("somebody else's order does not exist", async () => {
    const orderId = await placedId({ customerId: 'owner' })
    expect((await send('GET', `/orders/${orderId}?customerId=owner`)).status).toBe(200)
    for (const path of [`/orders/${orderId}`, `/orders/${orderId}/status`]) {
      expect(await send('GET', `${path}?customerId=thief`)).toMatchObject({
        status: 404,
        body: { type: '/problems/order-not-found' },
      })
    }
  })

  it('lists newest first, page by page, until there is no next', async () => {
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

it('answers nobody without the service token, whatever the route', async () => {
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

describe('paying, cancelling and running out of time', () => {
  async function payable(customerId = 'payer'): Promise<string> {
    const orderId = await placedId({ customerId })
    await shop.consume({ type: 'StockReserved', data: { orderId } })
    return orderId
  }

  it('money makes it PAID and tells the others what was bought', async () => {
    const orderId = await payable()
    await shop.consume(payment(orderId))
    expect((await send('GET', `/orders/${orderId}`)).body).toMatchObject({
      status: 'PAID',
      paidAt: '2026-11-23T02:31:00.000Z',
    })
    expect(await shop.outboxOf(orderId)).toEqual(['OrderCreated', 'OrderPaid'])
  })

  it('another amount changes nothing and is an error that is dead-lettered', async () => {
    const orderId = await payable()
    await expect(shop.consume(payment(orderId, 1))).rejects.toThrow(`amount_differs: paymentSucceeded for ${orderId}`)
    expect(await statusOf(orderId)).toBe('PENDING_PAYMENT')
  })

  it('a cancelled order answers CANCELLED once payment says that no money can come', async () => {
    const orderId = await payable()
    const cancelling = send('POST', `/orders/${orderId}/cancel`, { customerId: 'payer' })
    await waitUntil(async () => (await statusOf(orderId)) === 'CLOSING', { what: 'the order is CLOSING' })
    await shop.consume({ type: 'PaymentClosed', data: { orderId } })
    expect(await cancelling).toMatchObject({ status: 200, body: { status: 'FAILED', orderStatus: 'CANCELLED' } })
    expect(await shop.outboxOf(orderId)).toEqual(['OrderCreated', 'OrderClosing', 'OrderCancelled'])
  })

  it('a paid order can not be cancelled; somebody else can not cancel at all', async () => {
    const orderId = await payable()
    await shop.consume(payment(orderId))
    expect(await send('POST', `/orders/${orderId}/cancel`, { customerId: 'payer' })).toMatchObject({
      status: 409,
      body: { type: '/problems/order-not-cancellable', orderStatus: 'PAID' },
    })
    expect((await send('POST', `/orders/${orderId}/cancel`, { customerId: 'thief' })).status).toBe(404)
  })

  it('due orders close in bounded batches, each once, though two replicas work at the same time', async () => {
    await shop.database.db.execute(sql`
      insert into orders (order_id, customer_id, status, total_fen, lines, created_at, expires_at, updated_at)
      select 'ord_' || lpad(to_hex(n), 32, '0'), 'late', 'PENDING_PAYMENT', 1, '[]', now(), now() - interval '1 second', now()
      from generate_series(1, 2500) as n`)
    const open = await payable('in-time')
    const replica = () => shop.createCloser().runNow()
    await Promise.all([replica(), replica()])
    const [row] = await shop.database.db.execute<{ closing: number; events: number }>(sql`
      select (select count(*)::int from orders where customer_id = 'late' and status = 'CLOSING') as closing,
             (select count(*)::int from outbox where headers ->> 'ce_type' = 'OrderClosing' and value like '%expired%') as events`)
    expect(row).toEqual({ closing: 2500, events: 2500 })
    expect(await statusOf(open)).toBe('PENDING_PAYMENT')
  })

  it('an order that ran out of time is EXPIRED once payment says that no money can come', async () => {
    const orderId = await payable('late-2')
    await shop.database.db.execute(
      sql`update orders set expires_at = now() - interval '1 second' where order_id = ${orderId}`,
    )
    await shop.createCloser().runNow()
    expect(await statusOf(orderId)).toBe('CLOSING')
    await shop.consume({ type: 'PaymentClosed', data: { orderId } })
    expect(await statusOf(orderId)).toBe('EXPIRED')
    expect(await shop.outboxOf(orderId)).toEqual(['OrderCreated', 'OrderClosing', 'OrderExpired'])
  })
})
