import type {
  Product,
  ProductChangeList,
  ProductList,
  StockAdjustmentList,
  StockLevel,
} from '@alipay-checkout/contracts'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../test-app.ts'
import type { InventoryDatabase } from '../test-database.ts'

let database: InventoryDatabase
let test: TestApp

beforeAll(async () => {
  test = await openTestApp()
  database = test.database
})
afterAll(() => test.close())
beforeEach(async () => {
  await database.db.execute(sql`truncate products, product_changes, stock_levels, stock_adjustments, outbox`)
})

const call: TestApp['call'] = (...request) => test.call(...request)

const tea = { title: '龙井 Longjing', priceFen: 12_900 }
const set = (body: object = tea, { sku = 'tea-01', actor = 'ann' } = {}) =>
  call<Product>('PUT', `/products/${sku}`, { body, headers: { 'x-actor': encodeURI(actor) } })

interface Asked {
  key?: string
  sku?: string
  actor?: string
  reason?: string
}
const adjust = (delta: number, { key, sku = 'tea-01', actor = 'ann', reason = 'a delivery' }: Asked = {}) =>
  call<StockLevel>('POST', `/stock/${sku}/adjustments`, {
    body: { delta, reason },
    headers: { 'x-actor': encodeURI(actor), ...(key && { 'idempotency-key': key }) },
  })
const adjustments = async (query = '') =>
  (await call<StockAdjustmentList>('GET', `/stock/tea-01/adjustments${query}`)).body
const changes = async (query = '') => (await call<ProductChangeList>('GET', `/products/tea-01/changes${query}`)).body

describe('a stock adjustment with an Idempotency-Key', () => {
  beforeEach(async () => {
    await set()
  })

  it('is applied once, and each repeat gets the first response', async () => {
    const first = await adjust(10, { key: 'k-1' })
    await adjust(-3)
    expect(await adjust(10, { key: 'k-1' })).toEqual(first)
    expect(first).toEqual({ status: 200, body: { sku: 'tea-01', available: 10, held: 0, sold: 0, supplied: 10 } })
    expect((await adjustments()).items).toHaveLength(2)
  })

  it('is applied once when it is sent several times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => adjust(5, { key: 'k-1' })))
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: { available: 5, supplied: 5 } })
    expect((await adjustments()).items).toHaveLength(1)
  })

  it.each([
    ['another delta', 11, {}],
    ['another reason', 10, { reason: 'a count' }],
  ])('is refused with %s', async (_, delta, other) => {
    await adjust(10, { key: 'k-1' })
    expect(await adjust(delta, { key: 'k-1', ...other })).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    })
    expect((await adjustments()).items).toHaveLength(1)
  })

  it('gets its stored response even if the stock no longer allows the adjustment', async () => {
    await adjust(10)
    const out = await adjust(-10, { key: 'k-out' })
    expect(await adjust(-10, { key: 'k-out' })).toEqual(out)
    expect((await adjust(-10)).status).toBe(409)
  })

  it('leaves the key unused after a refusal, and belongs to one SKU', async () => {
    expect((await adjust(-1, { key: 'k-1' })).status).toBe(409)
    await adjust(10)
    expect(await adjust(-1, { key: 'k-1' })).toMatchObject({ status: 200, body: { available: 9 } })
    await set(tea, { sku: 'cup-01' })
    expect(await adjust(4, { key: 'k-1', sku: 'cup-01' })).toMatchObject({ status: 200, body: { available: 4 } })
  })
})

describe('the history', () => {
  it('lists stock adjustments with actor, time, reason and both levels, page by page', async () => {
    await set()
    await adjust(10, { actor: '掌柜@shop' })
    await adjust(-4, { reason: 'broken' })
    await adjust(1)
    const first = await adjustments('?limit=2')
    expect(first.items.map(({ delta }) => delta)).toEqual([1, -4])
    expect(first.items[1]).toMatchObject({
      delta: -4,
      reason: 'broken',
      before: { available: 10, supplied: 10 },
      after: { available: 6, supplied: 6 },
      adjustedBy: 'ann',
      adjustedAt: expect.stringMatching(/Z$/),
    })
    const second = await adjustments(`?limit=2&cursor=${first.nextCursor}`)
    expect(second).toMatchObject({
      items: [{ delta: 10, before: { available: 0 }, adjustedBy: '掌柜@shop' }],
      nextCursor: null,
    })
  })

  it('lists product changes with actor, time and both states, without requests that change nothing', async () => {
    await set()
    await set()
    const dearer = { ...tea, priceFen: 13_900 }
    await set(dearer, { actor: 'bob' })
    await set({ ...dearer, onSale: false, maxPerCustomer: 2 })
    const { items, nextCursor } = await changes()
    const usual = { onSale: true, maxPerCustomer: null }
    expect(nextCursor).toBeNull()
    expect(items).toMatchObject([
      {
        version: 3,
        before: { ...dearer, ...usual },
        after: { ...dearer, onSale: false, maxPerCustomer: 2 },
        changedBy: 'ann',
      },
      { version: 2, before: { ...tea, ...usual }, after: { ...dearer, ...usual }, changedBy: 'bob' },
      { version: 1, before: null, after: { ...tea, ...usual }, changedBy: 'ann' },
    ])
    expect(Math.abs(Date.parse(items[0]?.changedAt ?? '') - Date.now())).toBeLessThan(60_000)
    const page = await changes('?limit=1&cursor=3')
    expect(page).toMatchObject({ items: [{ version: 2 }], nextCursor: '2' })
  })

  it('stores every concurrent change with the state before it', async () => {
    await set()
    await Promise.all(Array.from({ length: 20 }, (_, n) => set({ ...tea, priceFen: 1_000 + n })))
    const items = (await changes()).items.toReversed()
    expect(items.map(({ version }) => version)).toEqual(Array.from({ length: 21 }, (_, n) => n + 1))
    expect(items.slice(1).map(({ before }) => before)).toEqual(items.slice(0, -1).map(({ after }) => after))
  })

  it('answers 404 for an unknown product', async () => {
    for (const path of ['/products/nothing/changes', '/stock/nothing/adjustments']) {
      expect(await call('GET', path)).toMatchObject({ status: 404, body: { type: '/problems/product-not-found' } })
    }
  })
})

describe('the catalogue', () => {
  const listed = async (query = '') => (await call<ProductList>('GET', `/products${query}`)).body

  it('is listed page by page up to the last one, however large it is', async () => {
    await database.db.execute(sql`
      insert into products (sku, title, price_fen) select 'sku-' || lpad(n::text, 5, '0'), 'x', 1 from generate_series(1, 10050) n`)
    await database.db.execute(sql`insert into stock_levels (sku) select sku from products`)
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: ProductList = await listed(cursor === null ? '' : `?cursor=${cursor}`)
      expect(page.items.length).toBeLessThanOrEqual(100)
      seen.push(...page.items.map(({ sku }) => sku))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(seen).toHaveLength(10_050)
    expect(seen).toEqual([...new Set(seen)].sort())
  }, 60_000)

  it('returns to each concurrent reader the requested page', async () => {
    for (const sku of ['a', 'b', 'c']) await set(tea, { sku })
    const queries = ['?limit=1', '?limit=1&cursor=a', '?limit=2&cursor=a', '?all=true']
    const pages = await Promise.all(Array.from({ length: 40 }, (_, n) => listed(queries[n % 4])))
    const skus = [['a'], ['b'], ['b', 'c'], ['a', 'b', 'c']]
    expect(pages.map(({ items }) => items.map(({ sku }) => sku))).toEqual(pages.map((_, n) => skus[n % 4]))
  })

  it('hides products that are not on sale, unless all are requested', async () => {
    await set(tea, { sku: 'cup-01' })
    await set({ ...tea, onSale: false })
    expect((await listed()).items.map(({ sku }) => sku)).toEqual(['cup-01'])
    expect((await listed('?all=true')).items).toMatchObject([{ sku: 'cup-01' }, { sku: 'tea-01', onSale: false }])
    expect((await call('GET', '/products/tea-01')).status).toBe(404)
    expect(await call('GET', '/products/cup-01')).toMatchObject({ status: 200, body: { sku: 'cup-01', available: 0 } })
    await set()
    expect((await listed()).items.map(({ sku }) => sku)).toEqual(['cup-01', 'tea-01'])
  })

  it('publishes whether a product is on sale, and its limit per customer', async () => {
    await set({ ...tea, maxPerCustomer: 2 })
    await set({ ...tea, onSale: false, maxPerCustomer: null })
    const rows = await database.db.execute<{ value: string }>(sql`select value from outbox order by id`)
    expect(rows.map(({ value }) => JSON.parse(value))).toEqual([
      { sku: 'tea-01', ...tea, version: 1, onSale: true, maxPerCustomer: 2 },
      { sku: 'tea-01', ...tea, version: 2, onSale: false },
    ])
  })
})
