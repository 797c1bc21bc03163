import type { ProductList, StockAdjustmentList } from '@alipay-checkout/contracts'
import { jwt, waitUntil } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pay } from './support/alipay.ts'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { call } from './support/http.ts'
import { refund } from './support/refunds-and-cases.ts'
import { cancel, newCustomer, newProduct, place, placeUnopened, tryToPlace, untilOrderIs } from './support/shop.ts'

const admin = jwt('掌柜', { role: 'admin' })
let databases: TestedDatabases

beforeAll(() => {
  databases = openTestedDatabases()
})
afterAll(() => databases?.close())

const setProduct = (sku: string, more: object) =>
  call('PUT', `/api/admin/products/${sku}`, { token: admin, body: { title: '茶', priceFen: 100, ...more } })

const isListed = async (sku: string, path = '/api/products') => {
  const before = sku.slice(0, -1)
  const { body } = await call<ProductList>('GET', `${path}?limit=100&cursor=${before}`, { token: admin })
  return body.items.some(product => product.sku === sku)
}

const untilRefused = (sku: string, type: string) =>
  waitUntil(
    async () => {
      const { status, body } = await tryToPlace(newCustomer(), { [sku]: 1 })
      return status >= 400 && body.type.endsWith(`/${type}`)
    },
    { what: `orders of ${sku} are refused` },
  )

describe('a product that is taken off sale', () => {
  it('takes no new order, while earlier orders are paid, cancelled, refunded, and return their stock', async () => {
    const sku = await newProduct(databases, { units: 10, priceFen: 100 })
    const customer = newCustomer()
    const paid = await place(customer, { [sku]: 2 })
    const cancelled = await placeUnopened(customer, { [sku]: 1 })
    const key = `before-${sku}`
    const stored = await tryToPlace(customer, { [sku]: 1 }, { key })
    expect(await isListed(sku)).toBe(true)

    expect((await setProduct(sku, { onSale: false })).status).toBe(200)
    await untilRefused(sku, 'product-not-on-sale')
    expect(await tryToPlace(newCustomer(), { [sku]: 1 })).toMatchObject({ status: 422, body: { skus: [sku] } })
    expect((await tryToPlace(customer, { [sku]: 1 }, { key })).text).toBe(stored.text)
    expect([await isListed(sku), await isListed(sku, '/api/admin/products')]).toEqual([false, true])
    expect((await call('GET', `/api/products/${sku}`)).status).toBe(404)

    const { orderId } = paid.order
    await pay(paid.paymentUrl)
    await untilOrderIs(customer, orderId, 'PAID')
    await cancel(customer, cancelled.orderId)
    await untilOrderIs(customer, cancelled.orderId, 'CANCELLED')
    const { supplied } = await databases.stockOf(sku)
    await refund(orderId, { lines: [{ sku, quantity: 1 }], returnToStock: true, reason: 'one is broken' })
    await waitUntil(async () => (await databases.stockOf(sku)).sold === 1, { what: 'one unit came back' })
    expect((await databases.stockOf(sku)).supplied).toBe(supplied)

    await setProduct(sku, {})
    await waitUntil(async () => (await tryToPlace(newCustomer(), { [sku]: 1 })).status < 300, { what: 'it is on sale' })
  }, 90_000)
})

describe('one customer', () => {
  it('has at most 20 unpaid orders, also with parallel requests, and other customers are not limited', async () => {
    const sku = await newProduct(databases, { units: 300, priceFen: 100 })
    const greedy = newCustomer()
    const answers = await Promise.all(Array.from({ length: 200 }, () => tryToPlace(greedy, { [sku]: 1 })))
    const refused = answers.filter(({ status }) => status === 409)
    expect(refused).toHaveLength(180)
    for (const { body } of refused) expect(body.type).toMatch(/\/too-many-open-orders$/)
    const orders = await databases.ordersOf(greedy.id)
    expect(orders).toHaveLength(20)
    expect((await tryToPlace(newCustomer(), { [sku]: 1 })).status).toBeLessThan(300)
    const { order_id: orderId } = orders[0] as (typeof orders)[0]
    await untilOrderIs(greedy, orderId, 'PENDING_PAYMENT')
    await cancel(greedy, orderId)
    await untilOrderIs(greedy, orderId, 'CANCELLED')
    expect((await tryToPlace(greedy, { [sku]: 1 })).status).toBeLessThan(300)
  }, 60_000)

  it('orders at most as many units as a product allows', async () => {
    const sku = await newProduct(databases, { units: 100, priceFen: 100 })
    await setProduct(sku, { maxPerCustomer: 3 })
    const customer = newCustomer()
    await waitUntil(async () => (await tryToPlace(newCustomer(), { [sku]: 4 })).status === 409, { what: 'it is known' })
    const { order, paymentUrl } = await place(customer, { [sku]: 2 })
    await pay(paymentUrl)
    await untilOrderIs(customer, order.orderId, 'PAID')
    expect(await tryToPlace(customer, { [sku]: 2 })).toMatchObject({
      status: 409,
      body: { type: expect.stringMatching(/\/product-limit-reached$/), lines: [{ sku, requested: 2, ordered: 2 }] },
    })
    expect((await tryToPlace(customer, { [sku]: 1 })).status).toBeLessThan(300)
    expect(await tryToPlace(newCustomer(), { [sku]: 1_000 })).toMatchObject({
      status: 422,
      body: { type: expect.stringMatching(/\/too-many-units$/) },
    })
  }, 60_000)
})

it('a stock adjustment repeated with its key counts once, under the admin’s name', async () => {
  const sku = await newProduct(databases, { units: 0 })
  const path = `/api/admin/stock/${sku}/adjustments`
  const adjust = (delta: number) =>
    call('POST', path, { token: admin, body: { delta, reason: 'a delivery' }, headers: { 'idempotency-key': 'k-1' } })
  const first = await adjust(5)
  expect(first.status).toBe(200)
  expect((await Promise.all([adjust(5), adjust(5)])).map(({ text }) => text)).toEqual([first.text, first.text])
  expect(await adjust(6)).toMatchObject({ status: 422 })
  const { body } = await call<StockAdjustmentList>('GET', path, { token: admin })
  expect(body.items).toMatchObject([{ delta: 5, adjustedBy: '掌柜', before: { supplied: 0 }, after: { supplied: 5 } }])
})
