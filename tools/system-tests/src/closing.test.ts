import { type TopicWatch, watchTopics } from '@alipay-checkout/test-support'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { clearFaults, pay, readTrade, refusalToPay, scan, setFaults } from './parts/alipay.ts'
import { type Books, openBooks } from './parts/books.ts'
import { call } from './parts/http.ts'
import {
  cancel,
  newCustomer,
  newProduct,
  place,
  placeUnopened,
  readOrder,
  tryToPlace,
  untilOrderIs,
} from './parts/shop.ts'
import { system } from './parts/system.ts'

const customer = newCustomer()
/** Through the gateway whose orders are due after three seconds. */
const hasty = { base: system.hastyGatewayUrl }
let books: Books
let watch: TopicWatch

beforeAll(async () => {
  books = openBooks()
  watch = await watchTopics(['order.events'])
})
afterEach(() => clearFaults())
afterAll(async () => {
  await watch?.stop()
  await books?.close()
})

describe('an order that nobody pays', () => {
  test('expires, and its stock goes back on sale', async () => {
    const sku = await newProduct(books, { units: 5 })
    const { orderId } = await placeUnopened(customer, { [sku]: 2 }, hasty)
    await expect.poll(() => books.stockOf(sku)).toMatchObject({ available: 3, held: 2 })
    expect(await untilOrderIs(customer, orderId, 'EXPIRED')).toBe('EXPIRED')
    await expect.poll(() => books.stockOf(sku)).toEqual({ available: 5, held: 0, sold: 0, supplied: 5 })
    expect((await readOrder(customer, orderId)).body.status).toBe('FAILED')
    const told = ['OrderCreated', 'OrderClosing', 'OrderExpired']
    await expect.poll(() => watch.of(orderId).map(({ type }) => type)).toEqual(told)
    expect((await call('GET', `/pay/${orderId}`)).status).toBe(409)
  })

  test('is closed at Alipay too when the buyer had begun to pay: the link is dead', async () => {
    const sku = await newProduct(books, { units: 5 })
    const { order, paymentUrl } = await place(customer, { [sku]: 1 }, hasty)
    await scan(paymentUrl)
    await untilOrderIs(customer, order.orderId, 'EXPIRED')
    expect(await readTrade(order.orderId)).toMatchObject({ tradeStatus: 'TRADE_CLOSED' })
    expect(await refusalToPay(paymentUrl)).toBe('ACQ.TRADE_HAS_CLOSE')
    await expect.poll(() => books.stockOf(sku)).toMatchObject({ available: 5, held: 0 })
  })

  test('is PAID all the same when the money had come and its notify was lost: closing asks Alipay first', async () => {
    const sku = await newProduct(books, { units: 5 })
    const { order, paymentUrl } = await place(customer, { [sku]: 1 }, hasty)
    await setFaults({ notify: 'drop' })
    await pay(paymentUrl)
    await untilOrderIs(customer, order.orderId, 'PAID')
    await expect.poll(() => books.stockOf(sku)).toMatchObject({ available: 4, held: 0, sold: 1 })
    expect(watch.of(order.orderId).map(({ type }) => type)).not.toContain('OrderExpired')
  })
})

describe('a shopper who changes their mind', () => {
  test('cancels, gets CANCELLED, and the stock goes back', async () => {
    const sku = await newProduct(books, { units: 5 })
    const { order, paymentUrl } = await place(customer, { [sku]: 3 })
    await scan(paymentUrl)
    expect(await cancel(customer, order.orderId)).toMatchObject({ status: 200, body: { orderStatus: 'CANCELLED' } })
    await expect.poll(() => books.stockOf(sku)).toMatchObject({ available: 5, held: 0 })
    expect(await refusalToPay(paymentUrl)).toBe('ACQ.TRADE_HAS_CLOSE')
    expect(await cancel(customer, order.orderId)).toMatchObject({ status: 200, body: { orderStatus: 'CANCELLED' } })
  })

  test('cannot cancel what is paid', async () => {
    const sku = await newProduct(books, { units: 5 })
    const { order, paymentUrl } = await place(customer, { [sku]: 1 })
    await pay(paymentUrl)
    await untilOrderIs(customer, order.orderId, 'PAID')
    const before = await books.rowsOf(order.orderId)
    expect(await cancel(customer, order.orderId)).toMatchObject({
      status: 409,
      body: { type: expect.stringMatching(/\/order-not-cancellable$/), orderStatus: 'PAID' },
    })
    expect((await books.rowsOf(order.orderId)).order).toEqual(before.order)
  })

  test('cannot cancel somebody else’s order', async () => {
    const sku = await newProduct(books, { units: 5 })
    const { order } = await place(customer, { [sku]: 1 })
    expect((await cancel(newCustomer(), order.orderId)).status).toBe(404)
    expect((await readOrder(customer, order.orderId)).body.orderStatus).toBe('PENDING_PAYMENT')
  })
})

describe('stock that is short', () => {
  test('the last unit goes to one of two shoppers; the other is told what there is', async () => {
    const sku = await newProduct(books, { units: 1 })
    const answers = await Promise.all([newCustomer(), newCustomer()].map(shopper => tryToPlace(shopper, { [sku]: 1 })))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
    const refused = answers.find(({ status }) => status === 409)
    expect(refused?.headers.get('content-type')).toContain('application/problem+json')
    expect(refused?.body).toMatchObject({
      type: expect.stringMatching(/\/out-of-stock$/),
      status: 409,
      shortages: [{ sku, requested: 1, available: 0 }],
    })
    expect(await books.stockOf(sku)).toEqual({ available: 0, held: 1, sold: 0, supplied: 1 })
  })

  test('of an order with several SKUs all are held, or none', async () => {
    const [plenty, scarce] = await Promise.all([newProduct(books, { units: 10 }), newProduct(books, { units: 1 })])
    const refused = await tryToPlace(customer, { [plenty]: 2, [scarce]: 2 })
    expect(refused).toMatchObject({ status: 409, body: { shortages: [{ sku: scarce, requested: 2, available: 1 }] } })
    expect(await books.stockOf(plenty)).toMatchObject({ available: 10, held: 0 })
    const { order } = await place(customer, { [plenty]: 2, [scarce]: 1 })
    expect(await books.reservationsOf(order.orderId)).toEqual({ [plenty]: 'RESERVED', [scarce]: 'RESERVED' })
  })
})
