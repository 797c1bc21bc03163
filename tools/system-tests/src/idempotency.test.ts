import { describePromise } from '@alipay-checkout/audit'
import { uniqueName } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { newCustomer, newProduct, tryToPlace } from './support/shop.ts'

let databases: TestedDatabases
let sku: string

beforeAll(async () => {
  databases = openTestedDatabases()
  sku = await newProduct(databases, { units: 100 })
})
afterAll(() => databases?.close())

it(`${describePromise(2)}: fifty parallel posts with one key get one order, or 409 while it is placed`, async () => {
  const customer = newCustomer()
  const key = uniqueName('key')
  const answers = await Promise.all(Array.from({ length: 50 }, () => tryToPlace(customer, { [sku]: 1 }, { key })))
  const made = answers.filter(({ status }) => status === 201)
  const early = answers.filter(({ status }) => status === 409)
  expect(made.length).toBeGreaterThan(0)
  expect(made.length + early.length).toBe(50)
  expect(new Set(made.map(({ text }) => text)).size).toBe(1)
  for (const { body } of early) expect(body.type).toMatch(/\/request-in-flight$/)
  expect((await databases.ordersOf(customer.id)).map(({ order_id }) => order_id)).toEqual([made[0]?.body.order.orderId])
})

it('a repeat gets the same bytes, marked as replayed', async () => {
  const customer = newCustomer()
  const key = uniqueName('key')
  const first = await tryToPlace(customer, { [sku]: 2 }, { key })
  const again = await tryToPlace(customer, { [sku]: 2 }, { key })
  expect(again.status).toBe(201)
  expect(again.text).toBe(first.text)
  expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'))
  expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true'])
  expect(await databases.ordersOf(customer.id)).toHaveLength(1)
})

it('an out-of-stock response is replayed too, even when there is stock again', async () => {
  const scarce = await newProduct(databases, { units: 1 })
  const customer = newCustomer()
  const key = uniqueName('key')
  const first = await tryToPlace(customer, { [scarce]: 2 }, { key })
  expect(first.status).toBe(409)
  const again = await tryToPlace(customer, { [scarce]: 2 }, { key })
  expect([again.status, again.text]).toEqual([409, first.text])
})

it(`${describePromise(2)}: the same key with another body is refused`, async () => {
  const customer = newCustomer()
  const key = uniqueName('key')
  const first = await tryToPlace(customer, { [sku]: 1 }, { key })
  const other = await tryToPlace(customer, { [sku]: 2 }, { key })
  expect(other).toMatchObject({ status: 422, body: { type: expect.stringMatching(/\/idempotency-key-reused$/) } })
  expect((await databases.ordersOf(customer.id)).map(({ order_id }) => order_id)).toEqual([first.body.order.orderId])
})

it('the same key while the first request is in flight gets 409, and the first succeeds', async () => {
  const slow = await newProduct(databases, { units: 5 })
  const customer = newCustomer()
  const key = uniqueName('key')
  const release = await databases.delayStockResultsFor(slow)
  const first = tryToPlace(customer, { [slow]: 1 }, { key })
  await expect.poll(() => databases.ordersOf(customer.id)).toHaveLength(1)
  const second = await tryToPlace(customer, { [slow]: 1 }, { key })
  expect(second).toMatchObject({ status: 409, body: { type: expect.stringMatching(/\/request-in-flight$/) } })
  await release()
  expect((await first).status).toBe(201)
})

it('two customers may use the same key', async () => {
  const key = uniqueName('key')
  const [one, two] = await Promise.all(
    [newCustomer(), newCustomer()].map(who => tryToPlace(who, { [sku]: 1 }, { key })),
  )
  expect([one?.status, two?.status]).toEqual([201, 201])
  expect(one?.body.order.orderId).not.toBe(two?.body.order.orderId)
})
