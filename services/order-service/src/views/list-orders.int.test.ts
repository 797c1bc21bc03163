import type { AdminOrderPage, OrdersToday, SearchHits } from '@alipay-checkout/contracts'
import { buildHttpApp, createLogger, type HttpApp } from '@alipay-checkout/service-kit'
import { type Database, openDatabase } from '@alipay-checkout/service-kit/database'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillOrders, recordingDb, scansOf } from '../test-many-orders.ts'
import { openTestShop, type TestShop } from '../test-shop.ts'
import { addListOrders, searchedMax } from './list-orders.ts'
import { addSearch } from './search.ts'
import { addToday } from './today.ts'

const orders = 300_000
let shop: TestShop
let bulk: Database
/** The routes on a database that records their statements. */
let app: HttpApp
let recorded: ReturnType<typeof recordingDb>

beforeAll(async () => {
  shop = await openTestShop()
  bulk = openDatabase({ url: shop.database.url, name: 'order-test-bulk', poolSize: 2, bulk: true })
  await fillOrders(bulk, orders, new Date())
  recorded = recordingDb(shop.database)
  app = buildHttpApp({ logger: createLogger('order-service', 'silent'), readiness: {} })
  addListOrders(app, recorded)
  addSearch(app, recorded)
  addToday(app, recorded)
  await app.ready()
}, 400_000)
afterAll(async () => {
  await app?.close()
  await bulk?.close()
  await shop?.close()
})

async function get<Body>(path: string): Promise<Body> {
  const answer = await app.inject({ method: 'GET', url: path })
  expect(answer.statusCode).toBe(200)
  return answer.json()
}

/** How the statements of a request read orders. */
async function scansOfRequest(path: string) {
  recorded.statements.length = 0
  await get(path)
  const scans = await Promise.all(recorded.statements.map(statement => scansOf(shop.database, statement)))
  return { types: scans.flatMap(({ types }) => types), rows: Math.max(...scans.map(({ rows }) => rows)) }
}

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()
const refundedShipped = `refunded_fen > 0 and shipments is not null and refunds -> 0 -> 'lines' is not null`

/** Filters with the condition that they mean. */
const filters: [filter: string, condition: string][] = [
  ...[
    'RESERVING',
    'PENDING_PAYMENT',
    'CLOSING',
    'PAID',
    'EXPIRED',
    'CANCELLED',
    'REJECTED',
    'REINSTATING',
    'REFUNDED',
  ].map((status): [string, string] => [`status=${status}`, `status = '${status}'`]),
  ['fulfilment=UNFULFILLED', 'fulfilment_status is null'],
  ...['PARTIALLY_SHIPPED', 'SHIPPED', 'DELIVERED', 'COMPLETED'].map((status): [string, string] => [
    `fulfilment=${status}`,
    `fulfilment_status = '${status}'`,
  ]),
  ['customer=customer-77', `customer_id = 'customer-77'`],
  ['reference=S-777', `reference = 'S-777'`],
  ['method=alipay_qr', `payment ->> 'method' = 'alipay_qr'`],
  ['method=alipay_wap', 'false'],
  ['minFen=100990', 'total_fen >= 100990'],
  ['maxFen=1009', 'total_fen <= 1009'],
  ['paid=true', 'payment is not null'],
  ['flag=refunded', 'refunded_fen > 0'],
  ['flag=paid_late', 'accepted_late_at is not null'],
  ['flag=refunded_after_shipping', refundedShipped],
]
const nameOf = (filter: string) => filter.split('=', 1)[0]
/** One or two values of each filter, of which each index serves one. */
const paired = filters.filter(([filter]) =>
  /=(PENDING_PAYMENT|PAID|EXPIRED|UNFULFILLED|SHIPPED|customer-77|S-777|alipay_qr|100990|refunded.*)$/.test(filter),
)
const pairs = paired.flatMap(([one, its], index) =>
  paired
    .slice(index + 1)
    .filter(([other]) => nameOf(other) !== nameOf(one))
    .map(([other, others]): [string, string] => [`${one}&${other}`, `(${its}) and (${others})`]),
)

/** Reads pages until there are 20 orders, or no more of them. */
async function firstOrders(query: string): Promise<string[]> {
  const found: string[] = []
  let cursor: string | null = ''
  while (cursor !== null && found.length < 20) {
    const page: AdminOrderPage = await get(`/admin/orders?${query}${cursor && `&cursor=${cursor}`}`)
    expect(page.nextCursor === null).toBe(page.searchedTo === null && page.items.length < 20)
    found.push(...page.items.map(({ orderId }) => orderId))
    cursor = page.nextCursor
  }
  return found.slice(0, 20)
}

describe(`the list of ${orders} orders`, () => {
  it('finds the newest orders of each filter, and of each pair of filters', { timeout: 240_000 }, async () => {
    for (const [query, condition] of [...filters, ...pairs.filter((_, index) => index % 3 === 0)]) {
      const expected = await bulk.client.unsafe(
        `select order_id from orders where ${condition} order by order_id desc limit 20`,
      )
      expect([query, await firstOrders(query)]).toEqual([query, expected.map(row => row.order_id)])
    }
  })

  it('reads a bounded number of orders by an index, whatever the filters', { timeout: 240_000 }, async () => {
    const ranges = [`from=${hoursAgo(10)}`, `to=${hoursAgo(10)}`, `from=${hoursAgo(10)}&to=${hoursAgo(9)}`]
    const queries = ['', ...[...filters, ...pairs].map(([query]) => query)]
    for (const query of [...queries, ...ranges, ...filters.map(([one], index) => `${one}&${ranges[index % 3]}`)]) {
      const { types, rows } = await scansOfRequest(`/admin/orders?${query}`)
      expect([query, types.filter(type => type === 'Seq Scan')]).toEqual([query, []])
      expect([query, rows <= searchedMax + 1]).toEqual([query, true])
    }
  })

  it('says how far it has searched where no index serves the filter', async () => {
    const page = await get<AdminOrderPage>('/admin/orders?method=alipay_wap')
    expect(page.items).toEqual([])
    const [last] = await bulk.client`select order_id, created_at from orders order by order_id desc offset 9999 limit 1`
    expect(page.nextCursor).toBe(last?.order_id)
    expect(Date.parse(page.searchedTo ?? '')).toBe(new Date(last?.created_at).getTime())
  })
})

describe('a search among them', () => {
  it('finds by each number what it identifies, by an index', async () => {
    const [{ order_id: orderId } = {}] = await bulk.client`select order_id from orders where reference = 'S-210000'`
    const shipmentId = `shp_${orderId.slice(4)}_1`
    const hits: [string, SearchHits['items']][] = [
      [orderId, [{ kind: 'order', id: orderId, orderId, matched: 'order id' }]],
      ['S-210000', [{ kind: 'order', id: orderId, orderId, matched: 'reference' }]],
      [shipmentId, [{ kind: 'shipment', id: shipmentId, orderId, matched: 'shipment id' }]],
      ['SF-210000', [{ kind: 'shipment', id: shipmentId, orderId, matched: 'tracking number' }]],
      ['customer-77', [{ kind: 'customer', id: 'customer-77', matched: 'customer id' }]],
      ['customer-7', [{ kind: 'customer', id: 'customer-7', matched: 'customer id' }]],
      ['SF-', []],
      ['%', []],
      [' ', []],
      [`ord_${'0'.repeat(32)}`, []],
    ]
    for (const [text, items] of hits) {
      const path = `/admin/search?q=${encodeURIComponent(text)}`
      expect([text, await get<SearchHits>(path)]).toEqual([text, { items }])
      if (items.length === 0) continue
      const { types, rows } = await scansOfRequest(path)
      expect(types).not.toContain('Seq Scan')
      expect(rows).toBeLessThanOrEqual(20)
    }
  })
})

describe('the counts of today', () => {
  it('count open orders, those placed by hour, and the delay until they are paid', async () => {
    const { states, hours, paidDelay } = await get<OrdersToday>('/admin/today')
    const [open] = await bulk.client`
      select count(*)::int as count, min(created_at) as oldest from orders where status = 'PENDING_PAYMENT'`
    expect(states.find(({ orderStatus }) => orderStatus === 'PENDING_PAYMENT')).toEqual({
      orderStatus: 'PENDING_PAYMENT',
      count: open?.count,
      oldestAt: new Date(open?.oldest).toISOString(),
    })
    expect(paidDelay).toEqual({ orders: 200, p50Ms: 2000, p95Ms: 2000 })
    for (const { from, placed, paid } of hours) {
      const [counted] = await bulk.client`
        select count(*)::int as placed, count(payment)::int as paid from orders
        where created_at >= ${from}::timestamptz and created_at < ${from}::timestamptz + interval '1 hour'`
      expect({ placed, paid }).toEqual(counted)
    }
    expect(hours.length).toBeGreaterThan(5)
    expect((await scansOfRequest('/admin/today')).types).not.toContain('Seq Scan')
  })

  it('are counted once for all who ask', async () => {
    recorded.statements.length = 0
    const [first, ...others] = await Promise.all(Array.from({ length: 10 }, () => get<OrdersToday>('/admin/today')))
    expect(recorded.statements).toEqual([])
    for (const other of others) expect(other).toEqual(first)
  })
})

it.each([
  ['from=2026-02-31', 'from'],
  ['to=2026-13-01', 'to'],
  ['from=yesterday', 'from'],
  ['status=LOST', 'status'],
  ['minFen=-1', 'minFen'],
  ['limit=101', 'limit'],
  ['cursor=1', 'cursor'],
  ['colour=red', 'colour'],
])('refuses %s and names the field', async (query, field) => {
  const answer = await app.inject({ method: 'GET', url: `/admin/orders?${query}` })
  expect(answer.statusCode).toBe(400)
  expect(answer.json().errors).toEqual([expect.objectContaining({ field })])
})
