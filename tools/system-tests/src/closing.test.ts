import { type TopicWatch, watchTopics } from '@alipay-checkout/test-support'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { clearFaults, openCashier, pay, readTrade, refusalToPay, setFaults } from './support/alipay.ts'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { call } from './support/http.ts'
import {
  cancel,
  newCustomer,
  newProduct,
  place,
  placeUnopened,
  readOrder,
  tryToPlace,
  untilOrderIs,
} from './support/shop.ts'
import { system } from './support/system.ts'

const customer = newCustomer()
/** Through the gateway whose orders expire after three seconds. */
const shortTtl = { base: system.shortTtlGatewayUrl }
let databases: TestedDatabases
let watch: TopicWatch

beforeAll(async () => {
  databases = openTestedDatabases()
  watch = await watchTopics(['order.events'])
})
afterEach(() => clearFaults())
afterAll(async () => {
  await watch?.stop()
  await databases?.close()
})

describe('an order that is not paid', () => {
  it('expires, and its stock is on sale again', async () => {
    const sku = await newProduct(databases, { units: 5 })
    const { orderId } = await placeUnopened(customer, { [sku]: 2 }, shortTtl)
    await expect.poll(() => databases.stockOf(sku)).toMatchObject({ available: 3, reserved: 2 })
    expect(await untilOrderIs(customer, orderId, 'EXPIRED')).toBe('EXPIRED')
    await expect.poll(() => databases.stockOf(sku)).toEqual({ available: 5, reserved: 0, sold: 0, supplied: 5 })
    expect((await readOrder(customer, orderId)).body.status).toBe('FAILED')
    const told = ['OrderCreated', 'OrderClosing', 'OrderExpired']
    await expect.poll(() => watch.of(orderId).map(({ type }) => type)).toEqual(told)
    expect((await call('GET', `/pay/${orderId}`)).status).toBe(409)
  })

  it('is closed at Alipay too when the buyer had opened the cashier', async () => {
    const sku = await newProduct(databases, { units: 5 })
    const { order, paymentUrl } = await place(customer, { [sku]: 1 }, shortTtl)
    await openCashier(paymentUrl)
    await untilOrderIs(customer, order.orderId, 'EXPIRED')
    expect(await readTrade(order.orderId)).toMatchObject({ tradeStatus: 'TRADE_CLOSED' })
    expect(await refusalToPay(paymentUrl)).toBe('ACQ.TRADE_HAS_CLOSE')
    await expect.poll(() => databases.stockOf(sku)).toMatchObject({ available: 5, reserved: 0 })
  })

  it('is PAID when it was paid and the notify was lost, because closing queries Alipay', async () => {
    const sku = await newProduct(databases, { units: 5 })
    const { order, paymentUrl } = await place(customer, { [sku]: 1 }, shortTtl)
    await setFaults({ notify: 'drop' })
    await pay(paymentUrl)
    await untilOrderIs(customer, order.orderId, 'PAID')
    await expect.poll(() => databases.stockOf(sku)).toMatchObject({ available: 4, reserved: 0, sold: 1 })
    expect(watch.of(order.orderId).map(({ type }) => type)).not.toContain('OrderExpired')
  })
})

describe('cancelling', () => {
  it('ends as CANCELLED, and the stock is on sale again', async () => {
    const sku = await newProduct(databases, { units: 5 })
    const { order, paymentUrl } = await place(customer, { [sku]: 3 })
    await openCashier(paymentUrl)
    expect(await cancel(customer, order.orderId)).toMatchObject({ status: 200, body: { orderStatus: 'CANCELLED' } })
    await expect.poll(() => databases.stockOf(sku)).toMatchObject({ available: 5, reserved: 0 })
    expect(await refusalToPay(paymentUrl)).toBe('ACQ.TRADE_HAS_CLOSE')
    expect(await cancel(customer, order.orderId)).toMatchObject({ status: 200, body: { orderStatus: 'CANCELLED' } })
  })

  it('is refused for a paid order', async () => {
    const sku = await newProduct(databases, { units: 5 })
    const { order, paymentUrl } = await place(customer, { [sku]: 1 })
    await pay(paymentUrl)
    await untilOrderIs(customer, order.orderId, 'PAID')
    const before = await databases.rowsOf(order.orderId)
    expect(await cancel(customer, order.orderId)).toMatchObject({
      status: 409,
      body: { type: expect.stringMatching(/\/order-not-cancellable$/), orderStatus: 'PAID' },
    })
    expect((await databases.rowsOf(order.orderId)).order).toEqual(before.order)
  })

  it('is refused for another customer’s order', async () => {
    const sku = await newProduct(databases, { units: 5 })
    const { order } = await place(customer, { [sku]: 1 })
    expect((await cancel(newCustomer(), order.orderId)).status).toBe(404)
    expect((await readOrder(customer, order.orderId)).body.orderStatus).toBe('PENDING_PAYMENT')
  })
})

describe('stock that is short', () => {
  it('the last unit goes to one of two customers; the other gets the available quantity', async () => {
    const sku = await newProduct(databases, { units: 1 })
    const answers = await Promise.all([newCustomer(), newCustomer()].map(shopper => tryToPlace(shopper, { [sku]: 1 })))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
    const refused = answers.find(({ status }) => status === 409)
    expect(refused?.headers.get('content-type')).toContain('application/problem+json')
    expect(refused?.body).toMatchObject({
      type: expect.stringMatching(/\/out-of-stock$/),
      status: 409,
      shortages: [{ sku, requested: 1, available: 0 }],
    })
    expect(await databases.stockOf(sku)).toEqual({ available: 0, reserved: 1, sold: 0, supplied: 1 })
  })

  it('all SKUs of an order are reserved, or none', async () => {
    const [plenty, scarce] = await Promise.all([
      newProduct(databases, { units: 10 }),
      newProduct(databases, { units: 1 }),
    ])
    const refused = await tryToPlace(customer, { [plenty]: 2, [scarce]: 2 })
    expect(refused).toMatchObject({ status: 409, body: { shortages: [{ sku: scarce, requested: 2, available: 1 }] } })
    expect(await databases.stockOf(plenty)).toMatchObject({ available: 10, reserved: 0 })
    const { order } = await place(customer, { [plenty]: 2, [scarce]: 1 })
    expect(await databases.reservationsOf(order.orderId)).toEqual({ [plenty]: 'RESERVED', [scarce]: 'RESERVED' })
  })
})
