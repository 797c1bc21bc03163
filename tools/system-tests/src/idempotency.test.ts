import { uniqueName } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Books, openBooks } from './parts/books.ts'
import { newCustomer, newProduct, tryToPlace } from './parts/shop.ts'

let books: Books
let sku: string

beforeAll(async () => {
  books = openBooks()
  sku = await newProduct(books, { units: 100 })
})
afterAll(() => books?.close())

test('promise 2: fifty posts at once with one key make one order; each gets its answer, or 409 while it is being made', async () => {
  const customer = newCustomer()
  const key = uniqueName('key')
  const answers = await Promise.all(Array.from({ length: 50 }, () => tryToPlace(customer, { [sku]: 1 }, { key })))
  const made = answers.filter(({ status }) => status === 201)
  const early = answers.filter(({ status }) => status === 409)
  expect(made.length).toBeGreaterThan(0)
  expect(made.length + early.length).toBe(50)
  expect(new Set(made.map(({ text }) => text)).size).toBe(1)
  for (const { body } of early) expect(body.type).toMatch(/\/request-in-flight$/)
  expect((await books.ordersOf(customer.id)).map(({ order_id }) => order_id)).toEqual([made[0]?.body.order.orderId])
})

test('a repeat is answered with the same bytes, and says that it is one', async () => {
  const customer = newCustomer()
  const key = uniqueName('key')
  const first = await tryToPlace(customer, { [sku]: 2 }, { key })
  const again = await tryToPlace(customer, { [sku]: 2 }, { key })
  expect(again.status).toBe(201)
  expect(again.text).toBe(first.text)
  expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'))
  expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true'])
  expect(await books.ordersOf(customer.id)).toHaveLength(1)
})

test('a refusal for want of stock is repeated too, even when there is stock again', async () => {
  const scarce = await newProduct(books, { units: 1 })
  const customer = newCustomer()
  const key = uniqueName('key')
  const first = await tryToPlace(customer, { [scarce]: 2 }, { key })
  expect(first.status).toBe(409)
  const again = await tryToPlace(customer, { [scarce]: 2 }, { key })
  expect([again.status, again.text]).toEqual([409, first.text])
})

test('promise 2: the same key with another body is refused, whatever it asks for', async () => {
  const customer = newCustomer()
  const key = uniqueName('key')
  const first = await tryToPlace(customer, { [sku]: 1 }, { key })
  const other = await tryToPlace(customer, { [sku]: 2 }, { key })
  expect(other).toMatchObject({ status: 422, body: { type: expect.stringMatching(/\/idempotency-key-reused$/) } })
  expect((await books.ordersOf(customer.id)).map(({ order_id }) => order_id)).toEqual([first.body.order.orderId])
})

test('the same key while the first request is still at work is 409, and the first goes on', async () => {
  const slow = await newProduct(books, { units: 5 })
  const customer = newCustomer()
  const key = uniqueName('key')
  const letGo = await books.holdVerdictsFor(slow)
  const first = tryToPlace(customer, { [slow]: 1 }, { key })
  await expect.poll(() => books.ordersOf(customer.id)).toHaveLength(1)
  const second = await tryToPlace(customer, { [slow]: 1 }, { key })
  expect(second).toMatchObject({ status: 409, body: { type: expect.stringMatching(/\/request-in-flight$/) } })
  await letGo()
  expect((await first).status).toBe(201)
})

test('two customers may use the same key', async () => {
  const key = uniqueName('key')
  const [one, two] = await Promise.all(
    [newCustomer(), newCustomer()].map(who => tryToPlace(who, { [sku]: 1 }, { key })),
  )
  expect([one?.status, two?.status]).toEqual([201, 201])
  expect(one?.body.order.orderId).not.toBe(two?.body.order.orderId)
})
