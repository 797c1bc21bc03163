import type { AuditPage, OrderStock, SearchHits, StockHistory, StockPage } from '@alipay-checkout/contracts'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from './test-app.ts'
import type { InventoryDatabase } from './test-database.ts'
import { newOrderId } from './test-events.ts'

const trace = '0af7651916cd43dd8448eb211c80319c'
const actor = {
  'x-actor': encodeURI('王'),
  'x-actor-role': 'warehouse',
  'x-request-id': 'req-7',
  traceparent: `00-${trace}-b7ad6b7169203331-01`,
}

let database: InventoryDatabase
let test: TestApp

beforeAll(async () => {
  test = await openTestApp()
  database = test.database
})
afterAll(() => test.close())
beforeEach(async () => {
  await database.db.execute(sql`truncate products, product_changes, stock_levels, stock_adjustments, reservations`)
})

const call = <T>(method: 'GET' | 'PUT' | 'POST', url: string, body?: object, headers: Record<string, string> = actor) =>
  test.call<T>(method, url, { ...(body && { body }), headers })
const get = async <T>(url: string) => (await call<T>('GET', url)).body
const set = (sku: string, body: object) => call('PUT', `/products/${sku}`, body)
const adjust = (sku: string, delta: number, headers: Record<string, string> = {}) =>
  call('POST', `/stock/${sku}/adjustments`, { delta, reason: `by ${delta}` }, { ...actor, ...headers })
/** Audit entries of an object, newest first; the table can not be emptied. */
const audited = async (object: string) => (await get<AuditPage>(`/audit-log?object=${object}`)).items

/** Products `s-00000`, `s-00001`, …, of which every hundredth has no units. */
const fill = (count: number) =>
  database.client.begin(async tx => {
    await tx`insert into products (sku, title, price_fen)
             select 's-' || lpad(n::text, 5, '0'), 'S', 1 from generate_series(0, ${count}::int - 1) n`
    await tx`insert into stock_levels (sku, available, supplied)
             select sku, u, u from (select sku, case when sku like '%00' then 0 else 9 end as u from products where sku like 's-%') p`
  })

describe('the list of stock', () => {
  it('shows where the units of each product are, by SKU, page by page', async () => {
    await set('b', { title: 'B', priceFen: 2, onSale: false, maxPerCustomer: 3 })
    await set('a', { title: 'A', priceFen: 1 })
    await adjust('b', 7)
    await database.client`update stock_levels set available = 4, reserved = 2, sold = 1 where sku = 'b'`
    const first = await get<StockPage>('/admin/stock?limit=1')
    expect(first).toMatchObject({ items: [{ sku: 'a', available: 0, maxPerCustomer: null }], nextCursor: 'a' })
    expect(await get('/admin/stock?limit=1&cursor=a')).toEqual({
      items: [
        {
          ...{ sku: 'b', title: 'B', priceFen: 2, onSale: false, maxPerCustomer: 3 },
          ...{ available: 4, held: 2, sold: 1, supplied: 7 },
        },
      ],
      nextCursor: null,
    })
  })

  it('finds products with few available units, and searches a bounded number of products per page', async () => {
    await fill(5_000)
    const found: string[] = []
    let pages = 0
    let cursor: string | null = ''
    do {
      const page: StockPage = await get<StockPage>(`/admin/stock?below=1${cursor && `&cursor=${cursor}`}`)
      found.push(...page.items.map(({ sku }) => sku))
      cursor = page.nextCursor
      pages++
    } while (cursor !== null)
    expect(found).toEqual(Array.from({ length: 50 }, (_, index) => `s-${String(index * 100).padStart(5, '0')}`))
    expect(pages).toBe(3)
    expect((await get<StockPage>('/admin/stock?below=1&limit=20&cursor=s-04000')).items).toHaveLength(9)
  })

  it('finds products by the beginning of the SKU, the whole SKU first', async () => {
    await fill(120)
    await set('s-0001', { title: 'Whole', priceFen: 100 })
    const skus = async (query: string) => (await get<StockPage>(`/admin/stock?${query}`)).items.map(({ sku }) => sku)
    expect(await skus('sku=s-0001&limit=3')).toEqual(['s-0001', 's-00010', 's-00011'])
    expect(await skus('sku=s-0001&limit=3&cursor=s-00018')).toEqual(['s-00019'])
    expect(await skus('sku=s-0010&below=1')).toEqual(['s-00100'])
    expect(await skus('sku=S-0001')).toEqual([])
  })

  it.each(['below=-1', 'below=x', 'sku=-', 'limit=0', 'cursor=%20', 'more=1'])('refuses %s', async query => {
    expect((await call('GET', `/admin/stock?${query}`)).status).toBe(400)
  })
})

describe('the history of a product', () => {
  it('merges changes of the product and of its stock, newest first, with who made them and why', async () => {
    await set('tea', { title: 'Tea', priceFen: 100 })
    await adjust('tea', 5)
    await set('tea', { title: 'Tea', priceFen: 120, reason: 'the harvest was small' })
    const { sku, items, nextCursor } = await get<StockHistory>('/admin/stock/tea/history')
    expect({ sku, nextCursor }).toEqual({ sku: 'tea', nextCursor: null })
    expect(items).toMatchObject([
      {
        ...{ what: 'product', by: '王', reason: 'the harvest was small' },
        ...{ before: { priceFen: 100 }, after: { priceFen: 120 } },
      },
      { what: 'stock', by: '王', delta: 5, reason: 'by 5', before: { available: 0 }, after: { available: 5 } },
      { what: 'product', before: null, after: { title: 'Tea', priceFen: 100 } },
    ])
  })

  it('shows each entry once, also where many have the same time and others are added meanwhile', async () => {
    await set('tea', { title: 'Tea', priceFen: 1 })
    for (let n = 2; n <= 6; n++) {
      await set('tea', { title: 'Tea', priceFen: n })
      await adjust('tea', n)
    }
    await database.client`update stock_adjustments set adjusted_at = '2026-03-01'`
    await database.client`update product_changes set changed_at = '2026-03-01'`
    const path = '/admin/stock/tea/history?limit=2'
    const shown: unknown[] = []
    let cursor: string | null = null
    do {
      const page: StockHistory = await get<StockHistory>(cursor === null ? path : `${path}&cursor=${cursor}`)
      shown.push(...page.items.map(({ delta, after }) => delta ?? -(after as { priceFen: number }).priceFen))
      cursor = page.nextCursor
      await set('tea', { title: 'Tea', priceFen: 1_000 + shown.length })
      await adjust('tea', 100)
    } while (cursor !== null)
    expect(shown).toEqual([6, 5, 4, 3, 2, -6, -5, -4, -3, -2, -1])
  })

  it('begins with the newest after a cursor that no row has reached', async () => {
    await set('tea', { title: 'Tea', priceFen: 1 })
    await adjust('tea', 5)
    const newest = await get<StockHistory>('/admin/stock/tea/history')
    expect(newest.items.length).toBeGreaterThan(0)
    const far = await get<StockHistory>('/admin/stock/tea/history?cursor=999999999999999-999999999999999')
    expect(far.items).toEqual(newest.items)
  })

  it('is a problem for an unknown product, and refuses a cursor that is none', async () => {
    expect((await call('GET', '/admin/stock/none/history')).status).toBe(404)
    await set('tea', { title: 'Tea', priceFen: 1 })
    for (const cursor of ['1', '0-1', 'a-b', '1-1-1'])
      expect((await call('GET', `/admin/stock/tea/history?cursor=${cursor}`)).status).toBe(400)
  })
})

describe('the audit log', () => {
  it('has each change of a product once, with its author, its reason and the request', async () => {
    const body = { title: 'Audited', priceFen: 100 }
    await set('audited', body)
    await set('audited', body)
    await set('audited', { ...body, priceFen: 90, reason: 'sale' })
    const before = { title: 'Audited', priceFen: 100, onSale: true, maxPerCustomer: null }
    const [newest, created, ...others] = await audited('audited')
    expect(others).toEqual([])
    expect(newest).toMatchObject({
      ...{ service: 'inventory-service', action: 'product.set', object: 'audited', actor: '王', role: 'warehouse' },
      ...{ before, after: { ...before, priceFen: 90 }, reason: 'sale', requestId: 'req-7', traceId: trace },
    })
    expect(created).toMatchObject({ action: 'product.set', after: before })
    expect(created).not.toHaveProperty('before')
  })

  it('has an adjustment once, however often its request is repeated, and none that is refused', async () => {
    await set('counted', { title: 'Counted', priceFen: 1 })
    const key = { 'idempotency-key': 'k-1' }
    await Promise.all([adjust('counted', 5, key), adjust('counted', 5, key), adjust('counted', -9)])
    const entries = (await audited('counted')).filter(({ action }) => action === 'stock.adjust')
    expect(entries).toMatchObject([
      { actor: '王', reason: 'by 5', before: { available: 0, supplied: 0 }, after: { available: 5, supplied: 5 } },
    ])
  })
})

describe('the stock of an order', () => {
  it('shows each line, and nothing for an unknown order', async () => {
    const orderId = newOrderId()
    await database.client`
      insert into reservations (order_id, sku, quantity, status, returned)
      values (${orderId}, 'b', 2, 'COMMITTED', 1), (${orderId}, 'a', 1, 'COMMITTED', 0)`
    expect(await get<OrderStock>(`/orders/${orderId}/stock`)).toEqual({
      items: [
        { sku: 'a', quantity: 1, status: 'COMMITTED', returned: 0 },
        { sku: 'b', quantity: 2, status: 'COMMITTED', returned: 1 },
      ],
    })
    expect(await get(`/orders/${newOrderId()}/stock`)).toEqual({ items: [] })
  })
})

describe('the search', () => {
  const search = async (q: string) => (await get<SearchHits>(`/admin/search?q=${encodeURIComponent(q)}`)).items

  it('finds a product by its SKU, and up to ten by the beginning of theirs', async () => {
    for (const sku of ['te', 'te-b', 'tea', 'te.a', 'te_c', 'teA', 'tfa', 'TE-1'])
      await set(sku, { title: 'T', priceFen: 1 })
    const [exact, ...others] = await search('te')
    expect(exact).toEqual({ kind: 'product', id: 'te', matched: 'sku' })
    expect(others.map(({ id }) => id).toSorted()).toEqual(['te-b', 'te.a', 'teA', 'te_c', 'tea'].toSorted())
    await fill(100)
    expect(await search('s-000')).toHaveLength(10)
  })

  it.each(['none', '%', '_', 'te%', "'", 'x y', '订单'])('finds nothing for %s', async q => {
    await set('tea', { title: 'T', priceFen: 1 })
    expect(await search(q)).toEqual([])
  })

  it('uses an index', async () => {
    await fill(5_000)
    await database.client`analyze products`
    const plan = await database.client`
      explain select sku from products where sku ~>=~ 's-04' and sku ~<~ 's-04~' order by sku using ~<~ limit 10`
    expect(JSON.stringify(plan)).toContain('products_by_prefix')
  })
})
