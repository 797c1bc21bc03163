import type { Adjustment, InternalPlaceOrder, ShipTo } from '@alipay-checkout/contracts'
import { Problem } from '@alipay-checkout/service-kit'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { limits, openTestShop, serviceToken, type TestShop, ttlMs } from '../test-shop.ts'
import { placeOrders } from './place-orders.ts'
import { createSoldOutCache } from './sold-out.ts'

let shop: TestShop

beforeAll(async () => {
  shop = await openTestShop()
  await shop.consume(
    { type: 'ProductChanged', data: { sku: 'tea-01', title: '西湖龙井', priceFen: 12900, version: 1 } },
    { type: 'ProductChanged', data: { sku: 'cup-01', title: '盖碗', priceFen: 6800, version: 1 } },
  )
})

afterAll(() => shop?.close())

let customers = 0
const newCustomer = () => `carrier-${++customers}`

type Request = Partial<InternalPlaceOrder>
const place = (request: Request = {}) =>
  shop.send('POST', '/orders', {
    customerId: newCustomer(),
    items: [{ sku: 'tea-01', quantity: 2 }],
    waitMs: 0,
    ...request,
  })

/** Places orders in one transaction: a request that comes while another is being placed waits for the next batch. */
async function placeTogether(requests: readonly Request[]) {
  const first = place()
  const placed = await Promise.all(requests.map(place))
  await first
  return placed
}

const shipTo: ShipTo = {
  name: '李梅',
  phone: '13800138000',
  province: '浙江省',
  city: '杭州市',
  district: '西湖区',
  street: '龙井路 1 号',
}
const shipping: Adjustment = { type: 'shipping', label: '顺丰', amountFen: 1_200 }
const discount: Adjustment = { type: 'discount', label: '满减', amountFen: -1_000 }
const soon = () => new Date(Date.now() + 60_000).toISOString()
const ago = () => new Date(Date.now() - 60_000).toISOString()
const keyed = (key: string, requestHash = 'hash-1') => ({ idempotency: { key, requestHash } })

const rowsOf = (orderId: string) =>
  shop.database.db.execute<{ created: object; recipients: number }>(sql`
    select value::jsonb as created,
           (select count(*)::int from order_recipients where order_id = ${orderId}) as recipients
    from outbox where key = ${orderId}`)

describe('an order with a quote', () => {
  const quote = (adjustments: Adjustment[], expiresAt = soon()) => ({ quote: { adjustments, expiresAt } })

  it('has the adjustments in its total, its lines and its event', async () => {
    const { status, body } = await place(quote([shipping, discount]))
    expect(status).toBe(202)
    const line = { sku: 'tea-01', title: '西湖龙井', quantity: 2, unitPriceFen: 12900, adjustmentFen: -1000 }
    const priced = { totalFen: 26_000, adjustments: [shipping, discount] }
    expect(body.order).toMatchObject({ ...priced, items: [line], fulfilmentStatus: 'UNFULFILLED' })
    const [row] = await rowsOf(body.order.orderId)
    expect(row?.created).toMatchObject({ ...priced, lines: [line] })
    expect((await shop.send('GET', `/orders/${body.order.orderId}`)).body).toEqual(body.order)
  })

  it('is refused with the adjustment that is wrong', async () => {
    const answer = await place(quote([shipping, { ...discount, amountFen: 5 }]))
    expect(answer).toMatchObject({
      status: 422,
      body: {
        type: '/problems/quote-invalid',
        reason: 'adjustments',
        detail: expect.stringContaining('adjustments.1'),
      },
    })
  })

  it('is refused once the quote is over, by the clock of the database', async () => {
    const answer = await place(quote([shipping], ago()))
    expect(answer).toMatchObject({ status: 422, body: { type: '/problems/quote-invalid', reason: 'expired' } })
  })

  it('is repeated by its key when the quote is over', async () => {
    const customerId = newCustomer()
    const first = await place({ customerId, ...quote([shipping]), ...keyed('later') })
    expect(first.status).toBe(202)
    const stored = { status: 201, body: '{}', contentType: 'application/json' }
    await shop.send('POST', '/idempotent-answers', { customerId, key: 'later', ...stored })
    const repeat = await place({ customerId, ...quote([shipping], ago()), ...keyed('later') })
    expect(repeat).toMatchObject({ status: 200, body: { replayed: stored } })
  })
})

describe('an order with the total that the shopper saw', () => {
  it('is placed if the total is the same', async () => {
    expect((await place({ expectedTotalFen: 25_800 })).status).toBe(202)
  })

  it('is refused with the new total if it is another, and its key can be used again', async () => {
    const customerId = newCustomer()
    const request = { customerId, quote: { adjustments: [shipping], expiresAt: soon() }, reference: 'S-1' }
    const refused = await place({ ...request, expectedTotalFen: 25_800, ...keyed('seen') })
    expect(refused).toMatchObject({
      status: 409,
      body: {
        type: '/problems/total-changed',
        totalFen: 27_000,
        lines: [{ sku: 'tea-01', title: '西湖龙井', quantity: 2, unitPriceFen: 12900 }],
        adjustments: [shipping],
      },
    })
    expect((await shop.send('GET', `/orders?customerId=${customerId}`)).body).toMatchObject({ items: [] })
    expect((await place({ ...request, expectedTotalFen: 27_000, ...keyed('seen', 'hash-2') })).status).toBe(202)
  })
})

describe('a reference', () => {
  it('is used once by a customer, whose order the refusal names', async () => {
    const customerId = newCustomer()
    const { body } = await place({ customerId, reference: 'S-2026-0042' })
    expect(await place({ customerId, reference: 'S-2026-0042' })).toMatchObject({
      status: 409,
      body: { type: '/problems/reference-used', orderId: body.order.orderId },
    })
    expect((await place({ customerId, reference: 'S-2026-0043' })).status).toBe(202)
    expect((await place({ reference: 'S-2026-0042' })).status).toBe(202)
  })

  it('is used once by orders that are placed at the same time', async () => {
    const customerId = newCustomer()
    const sizes = [1, 30]
    for (const size of sizes) {
      const requests = Array.from({ length: size }, () => ({ customerId, reference: `race-${size}` }))
      const answers = [...(await placeTogether(requests)), await place({ customerId, reference: `race-${size}` })]
      const placed = answers.filter(({ status }) => status === 202)
      expect(placed).toHaveLength(1)
      const orderId = placed[0]?.body.order.orderId
      const refused = answers.filter(({ status }) => status !== 202)
      expect(refused.every(({ body }) => (body.orderId as unknown) === orderId)).toBe(true)
    }
  })

  it('is used once by orders that two replicas place at the same time', async () => {
    const customerId = newCustomer()
    const settings = { ttlMs, limits, soldOut: createSoldOutCache() }
    const placed = await Promise.all(
      ['a', 'b', 'c', 'd'].map(digit => {
        const orderId = `ord_${digit.repeat(32)}`
        const items = [{ sku: 'tea-01', quantity: 1 }]
        const request = { orderId, customerId, items, reference: 'replicas', traceparent: undefined }
        return placeOrders(shop.outbox, [request], settings)
      }),
    )
    const outcomes = placed.flat().map(result => (result instanceof Problem ? result.type : result.outcome))
    expect(outcomes.toSorted()).toEqual(['placed', 'reference-used', 'reference-used', 'reference-used'])
  })

  it('is free again when the order was rejected', async () => {
    const customerId = newCustomer()
    const { body } = await place({ customerId, reference: 'rejected' })
    const { orderId } = body.order
    const shortages = [{ sku: 'tea-01', requested: 2, available: 1 }]
    await shop.consume({ type: 'StockRejected', data: { orderId, shortages } })
    expect((await place({ customerId, reference: 'rejected' })).status).toBe(202)
    expect((await place({ customerId, reference: 'rejected' })).status).toBe(409)
  })

  it('finds the orders of all customers, newest first', async () => {
    const ids: string[] = []
    for (let n = 0; n < 3; n++) ids.push((await place({ reference: 'shared/1' })).body.order.orderId)
    const { body } = await shop.send('GET', '/admin/orders?reference=shared/1&limit=2')
    const page = body as unknown as { items: { orderId: string; reference: string }[]; nextCursor: string }
    expect(page.items.map(({ orderId }) => orderId)).toEqual([ids[2], ids[1]])
    expect(page.items[0]?.reference).toBe('shared/1')
    const next = await shop.send('GET', `/admin/orders?reference=shared/1&limit=2&cursor=${page.nextCursor}`)
    expect(next.body).toMatchObject({ items: [{ orderId: ids[0] }], nextCursor: null })
    expect((await shop.send('GET', '/admin/orders?reference=nobody')).body).toMatchObject({
      items: [],
      nextCursor: null,
    })
    expect((await shop.send('GET', '/orders')).status).toBe(400)
  })
})

it('refuses each order of a batch for its own reason and places the others', async () => {
  const customerId = newCustomer()
  const expired = { quote: { adjustments: [shipping], expiresAt: ago() } }
  const answers = await placeTogether([
    { customerId, reference: 'batch-1', shipTo },
    { customerId, ...expired, note: '不要电话' },
    { customerId, expectedTotalFen: 1, reference: 'batch-2' },
    { customerId, reference: 'batch-1' },
    { customerId, items: [{ sku: 'nope', quantity: 1 }], reference: 'batch-3' },
    { customerId, reference: 'batch-2', note: '请放门口' },
    { customerId },
  ])
  const named = answers.map(({ status, body }) => (status === 202 ? 'placed' : (body.type as unknown)))
  expect(named).toEqual([
    'placed',
    '/problems/quote-invalid',
    '/problems/total-changed',
    '/problems/reference-used',
    '/problems/unknown-sku',
    'placed',
    'placed',
  ])
  const placed = answers.filter(({ status }) => status === 202).map(({ body }) => body.order.orderId)
  const recipients = await Promise.all(placed.map(async orderId => (await rowsOf(orderId))[0]?.recipients))
  expect(recipients).toEqual([1, 1, 0])
})

describe('a recipient', () => {
  const given = { shipTo, note: '周末送\n谢谢', reference: 'to-mei', metadata: { channel: 'mini' } }
  const read = (orderId: string, actor: string | undefined = '库房@shop') =>
    shop.app.inject({
      url: `/orders/${orderId}/recipient`,
      headers: { 'x-service-token': serviceToken, ...(actor === '' ? {} : { 'x-actor': encodeURI(actor) }) },
    })

  it('is shown to the owner of the order only, and is in no event and no list', async () => {
    const customerId = newCustomer()
    const { body } = await place({ customerId, ...given })
    const { orderId } = body.order
    expect(body.order).toMatchObject({ reference: 'to-mei', metadata: { channel: 'mini' } })
    const own = await shop.send('GET', `/orders/${orderId}?customerId=${customerId}`)
    expect(own.body).toEqual({ ...body.order, shipTo, note: given.note })
    expect((await shop.send('GET', `/orders/${orderId}?customerId=other`)).status).toBe(404)
    const [row] = await rowsOf(orderId)
    const elsewhere = [
      body,
      row?.created,
      (await shop.send('GET', `/orders/${orderId}`)).body,
      (await shop.send('GET', `/orders?customerId=${customerId}`)).body,
      (await shop.send('GET', '/orders?reference=to-mei')).body,
      (await shop.send('GET', `/orders/${orderId}/timeline`)).body,
    ].map(one => JSON.stringify(one))
    for (const value of [...Object.values(shipTo), '周末送']) {
      expect(elsewhere.filter(text => text.includes(value))).toEqual([])
    }
  })

  it.each([
    ['a note alone', { note: '请放门口' }],
    ['an address alone', { shipTo }],
  ])('may be %s', async (_what, only) => {
    const customerId = newCustomer()
    const { body } = await place({ customerId, ...only })
    const { orderId } = body.order
    const own = await shop.send('GET', `/orders/${orderId}?customerId=${customerId}`)
    expect(own.body).toEqual({ ...body.order, ...only })
    expect((await read(orderId)).json()).toEqual({ orderId, ...only })
  })

  it('is looked at by the retention job a day after the order is due', async () => {
    const { body } = await place(given)
    const [row] = await shop.database.db.execute<{ ms: number }>(sql`
      select (extract(epoch from r.check_at - o.created_at) * 1000)::bigint as ms
      from order_recipients r join orders o using (order_id) where order_id = ${body.order.orderId}`)
    expect(row?.ms).toBe(ttlMs + 24 * 60 * 60 * 1000)
  })

  it('is read by fulfilment, and each reading is in the timeline', async () => {
    const { body } = await place({ ...given, quote: { adjustments: [discount], expiresAt: soon() } })
    const { orderId, createdAt } = body.order
    const answers = [await read(orderId), await read(orderId, 'li')]
    expect(answers.map(answer => answer.json())).toEqual(answers.map(() => ({ orderId, shipTo, note: given.note })))
    await shop.consume({ type: 'StockReserved', data: { orderId } })
    const timeline = (await shop.send('GET', `/orders/${orderId}/timeline`)).body as unknown as {
      entries: { at: string; what: string; cause: string; detail?: object }[]
    }
    expect(timeline.entries.map(({ what, cause }) => [what, cause])).toEqual([
      ['OrderCreated', expect.any(String)],
      ['recipient read', 'request of 库房@shop'],
      ['recipient read', 'request of li'],
      ['PENDING_PAYMENT', expect.any(String)],
    ])
    expect(timeline.entries[0]).toMatchObject({
      at: createdAt,
      detail: { to: 'RESERVING', totalFen: 24_800, reference: 'to-mei', adjustments: [discount] },
    })
    expect(JSON.stringify(timeline)).not.toContain('mini')
  })

  it('is empty for an order without one, and only an actor may read it', async () => {
    const { body } = await place()
    const { orderId } = body.order
    expect((await read(orderId)).json()).toEqual({ orderId })
    expect((await read(orderId, '')).statusCode).toBe(400)
    const unknown = await read(`ord_${'0'.repeat(32)}`)
    expect(unknown.json()).toMatchObject({ type: '/problems/order-not-found' })
    const logged = await shop.database.db.execute(
      sql`select 1 from order_log where order_id = ${`ord_${'0'.repeat(32)}`}`,
    )
    expect(logged).toEqual([])
  })
})
