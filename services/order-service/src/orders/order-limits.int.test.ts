import { randomUUID } from 'node:crypto'
import type { InternalPlaceOrder } from '@alipay-checkout/contracts'
import { Problem } from '@alipay-checkout/service-kit'
import { waitUntil } from '@alipay-checkout/test-support'
import { sql } from 'drizzle-orm'
import { uuidv7obj } from 'uuidv7'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { limits, openTestShop, type TestShop, ttlMs } from '../test-shop.ts'
import { type PlaceRequest, placeOrders } from './place-orders.ts'
import { createSoldOutCache } from './sold-out.ts'

let shop: TestShop

const product = (sku: string, more: { version?: number; onSale?: boolean; maxPerCustomer?: number } = {}) => ({
  type: 'ProductChanged' as const,
  data: { sku, title: sku, priceFen: 100, version: 1, ...more },
})

beforeAll(async () => {
  shop = await openTestShop()
  await shop.consume(product('tea'), product('cup'), product('scarce', { maxPerCustomer: 3 }))
})
afterAll(() => shop?.close())

const send: TestShop['send'] = (...request) => shop.send(...request)
const newCustomer = () => `customer-${randomUUID()}`
const place = (customerId: string, request: Partial<InternalPlaceOrder> = {}) =>
  send('POST', '/orders', { customerId, items: [{ sku: 'tea', quantity: 1 }], waitMs: 0, ...request })
const placeUnits = (customerId: string, sku: string, quantity: number) =>
  place(customerId, { items: [{ sku, quantity }] })

async function placedIds(customerId: string, count: number): Promise<string[]> {
  const answers = await Promise.all(Array.from({ length: count }, () => place(customerId)))
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202))
  return answers.map(({ body }) => body.order.orderId)
}

const ordersOf = async (customerId: string) =>
  (await shop.database.db.execute(sql`select 1 from orders where customer_id = ${customerId}`)).length

async function pay(orderId: string, amountFen: number): Promise<void> {
  const paidAt = '2026-11-23T02:31:00.000Z'
  const payment = { orderId, outTradeNo: orderId, tradeNo: `t${orderId}`, amountFen, paidAt, source: 'notify' as const }
  await shop.consume({ type: 'StockReserved', data: { orderId } })
  await shop.consume({ type: 'PaymentSucceeded', data: payment })
}

async function cancel(customerId: string, orderId: string): Promise<void> {
  await shop.consume({ type: 'StockReserved', data: { orderId } })
  const cancelled = send('POST', `/orders/${orderId}/cancel`, { customerId })
  await expect
    .poll(async () => (await send('GET', `/orders/${orderId}/status`)).body.orderStatus as unknown)
    .toBe('CLOSING')
  expect(await place(customerId), 'a closing order still reserves stock').toMatchObject({ status: 409 })
  await shop.consume({ type: 'PaymentClosed', data: { orderId } })
  await cancelled
}

describe('the limit of unpaid orders', () => {
  const refused = { status: 409, body: { type: '/problems/too-many-open-orders', openOrders: 20, openOrdersMax: 20 } }

  it('allows 20 per customer, also in one batch, without affecting other customers', async () => {
    const [greedy, modest] = [newCustomer(), newCustomer()]
    const answers = await Promise.all(Array.from({ length: 200 }, () => place(greedy)))
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(20)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(180)
    expect(answers.find(({ status }) => status === 409)).toMatchObject(refused)
    expect(await ordersOf(greedy)).toBe(20)
    expect((await place(modest)).status).toBe(202)
  })

  it('allows 20 per customer when many replicas place orders at the same time', async () => {
    const customers = [newCustomer(), newCustomer(), newCustomer()]
    const requestOf = (customerId: string): PlaceRequest => ({
      orderId: `ord_${uuidv7obj().toHex()}`,
      customerId,
      items: [{ sku: 'tea', quantity: 1 }],
      traceparent: undefined,
    })
    // Each replica has the customers in another sequence.
    const batches = Array.from({ length: 8 }, (_, replica) =>
      Array.from({ length: 60 }, (_, n) => requestOf(customers[(replica % 2 ? n : 59 - n) % 3] as string)),
    )
    const options = { now: new Date(), ttlMs, limits, soldOut: createSoldOutCache() }
    const { placing } = await shop.database.db.transaction(async tx => {
      // The lock stops every replica from saving orders until all of them wait, so that none reads orders of another.
      await tx.execute(sql`lock table orders in exclusive mode`)
      const placing = Promise.all(batches.map(batch => placeOrders(shop.outbox, batch, options)))
      placing.catch(() => {})
      const waiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
      await waitUntil(async () => (await shop.database.db.execute(waiting)).length === batches.length, {
        what: 'all batches wait',
      })
      return { placing }
    })
    const results = (await placing).flat()
    expect(results.filter(result => !(result instanceof Problem))).toHaveLength(60)
    expect(await Promise.all(customers.map(ordersOf))).toEqual([20, 20, 20])
  })

  it('allows another order after one is paid, cancelled or rejected for lack of stock', async () => {
    const customer = newCustomer()
    const [paid, cancelled, outOfStock] = (await placedIds(customer, 20)) as [string, string, string]
    expect(await place(customer)).toMatchObject(refused)
    await pay(paid, 100)
    expect((await place(customer)).status).toBe(202)
    await cancel(customer, cancelled)
    expect((await place(customer)).status).toBe(202)
    const shortages = [{ sku: 'tea', requested: 1, available: 0 }]
    await shop.consume({ type: 'StockRejected', data: { orderId: outOfStock, shortages } })
    expect((await place(customer)).status).toBe(202)
    expect(await place(customer)).toMatchObject(refused)
  })

  it('does not prevent the stored response of a repeat, and leaves a refused key unused', async () => {
    const customer = newCustomer()
    const keyed = (key: string) => place(customer, { idempotency: { key, requestHash: 'hash' } })
    expect((await keyed('first')).status).toBe(202)
    const stored = { status: 202, body: '{"stored": true}', contentType: 'application/json; charset=utf-8' }
    await send('POST', '/idempotent-answers', { customerId: customer, key: 'first', ...stored })
    const [paid] = (await placedIds(customer, 19)) as [string]
    expect(await keyed('second')).toMatchObject(refused)
    expect(await keyed('first')).toEqual({ status: 200, body: { replayed: stored } })
    await pay(paid, 100)
    expect((await keyed('second')).status).toBe(202)
  })
})

describe('the limit of units per product', () => {
  it('allows 999 units, and its problem names the lines', async () => {
    const customer = newCustomer()
    const items = [
      { sku: 'tea', quantity: 1_000 },
      { sku: 'cup', quantity: 999 },
    ]
    expect(await place(customer, { items })).toMatchObject({
      status: 422,
      body: { type: '/problems/too-many-units', lines: [{ sku: 'tea', requested: 1_000, unitsMax: 999 }] },
    })
    expect((await placeUnits(customer, 'cup', 999)).status).toBe(202)
    expect(await ordersOf(customer)).toBe(1)
  })

  it('adds up several lines of a SKU', async () => {
    const items = [600, 600].map(quantity => ({ sku: 'tea', quantity }))
    expect(await place(newCustomer(), { items })).toMatchObject({
      status: 422,
      body: { lines: [{ sku: 'tea', requested: 1_200 }] },
    })
  })
})

describe("a product's limit per customer", () => {
  const line = { sku: 'scarce', maxPerCustomer: 3 }
  const refused = (requested: number, ordered: number) => ({
    status: 409,
    body: { type: '/problems/product-limit-reached', lines: [{ ...line, requested, ordered }] },
  })

  it('counts unpaid and paid orders, and orders of the same batch', async () => {
    const customer = newCustomer()
    expect(await placeUnits(customer, 'scarce', 4)).toMatchObject(refused(4, 0))
    const { body } = await placeUnits(customer, 'scarce', 2)
    expect(await placeUnits(customer, 'scarce', 2)).toMatchObject(refused(2, 2))
    await pay(body.order.orderId, 200)
    expect(await placeUnits(customer, 'scarce', 2)).toMatchObject(refused(2, 2))
    const burst = await Promise.all(Array.from({ length: 10 }, () => placeUnits(customer, 'scarce', 1)))
    expect(burst.filter(({ status }) => status === 202)).toHaveLength(1)
    expect((await placeUnits(newCustomer(), 'scarce', 3)).status).toBe(202)
    expect((await placeUnits(customer, 'tea', 3)).status).toBe(202)
  })

  it('does not count orders that ended without a sale', async () => {
    const customer = newCustomer()
    const { body } = await placeUnits(customer, 'scarce', 3)
    const shortages = [{ sku: 'scarce', requested: 3, available: 0 }]
    await shop.consume({ type: 'StockRejected', data: { orderId: body.order.orderId, shortages } })
    expect((await placeUnits(customer, 'scarce', 3)).status).toBe(202)
  })

  it('applies to orders placed after it was set, until it is removed', async () => {
    const customer = newCustomer()
    await shop.consume(product('later'))
    expect((await placeUnits(customer, 'later', 5)).status).toBe(202)
    await shop.consume(product('later', { version: 2, maxPerCustomer: 5 }))
    expect((await placeUnits(customer, 'later', 1)).status).toBe(409)
    await shop.consume(product('later', { version: 3 }))
    expect((await placeUnits(customer, 'later', 1)).status).toBe(202)
  })
})

describe('a product that is not on sale', () => {
  it('is refused by name, and a repeat of an earlier order gets its stored response', async () => {
    const customerId = newCustomer()
    await shop.consume(product('former'))
    const request = { items: [{ sku: 'former', quantity: 1 }], idempotency: { key: 'k', requestHash: 'hash' } }
    const { body } = await place(customerId, request)
    const stored = { status: 202, body: '{"stored": true}', contentType: 'application/json; charset=utf-8' }
    await send('POST', '/idempotent-answers', { customerId, key: 'k', ...stored })
    await shop.consume(product('former', { version: 2, onSale: false }))
    const items = ['tea', 'former'].map(sku => ({ sku, quantity: 1 }))
    expect(await place(customerId, { items })).toMatchObject({
      status: 422,
      body: { type: '/problems/product-not-on-sale', skus: ['former'] },
    })
    expect(await place(customerId, request)).toEqual({ status: 200, body: { replayed: stored } })
    await pay(body.order.orderId, 100)
    expect((await send('GET', `/orders/${body.order.orderId}`)).body.orderStatus).toBe('PAID')
  })

  it('does not prevent the reinstatement of an earlier order by a late payment', async () => {
    const customerId = newCustomer()
    await shop.consume(product('revived'))
    const { orderId } = (await placeUnits(customerId, 'revived', 1)).body.order
    await shop.consume({
      type: 'StockRejected',
      data: { orderId, shortages: [{ sku: 'revived', requested: 1, available: 0 }] },
    })
    await shop.consume(product('revived', { version: 2, onSale: false }))
    await pay(orderId, 100)
    await shop.consume({ type: 'StockReserved', data: { orderId, tradeNo: `t${orderId}` } })
    expect((await send('GET', `/orders/${orderId}`)).body.orderStatus).toBe('PAID')
  })

  it('is on sale again after an event with `onSale: true` or without the field', async () => {
    await shop.consume(product('back', { onSale: false }))
    expect((await placeUnits(newCustomer(), 'back', 1)).status).toBe(422)
    await shop.consume(product('back', { version: 2 }))
    expect((await placeUnits(newCustomer(), 'back', 1)).status).toBe(202)
  })
})
