import { type TopicWatch, watchTopics } from '@alipay-checkout/test-support'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { clearFaults, type Faults, pay, readNotifies, scan, setFaults } from './parts/alipay.ts'
import { type Books, openBooks } from './parts/books.ts'
import { call } from './parts/http.ts'
import { cancel, newCustomer, newProduct, place, readOrder, untilOrderIs } from './parts/shop.ts'

const customer = newCustomer()
let books: Books
let watch: TopicWatch
let sku: string

beforeAll(async () => {
  books = openBooks()
  watch = await watchTopics(['order.events', 'payment.events'])
  sku = await newProduct(books, { units: 100 })
})
afterEach(() => clearFaults())
afterAll(async () => {
  await watch?.stop()
  await books?.close()
})

describe('while Alipay fails, paying once more says so, and the order stays payable', () => {
  const cases: [name: string, faults: Faults, status: number, type: string][] = [
    ['it resets connections', { gateway: 'down' }, 502, 'alipay-failed'],
    ['it answers with a page of HTML', { gateway: 'html' }, 502, 'alipay-failed'],
    ['it does not answer in time', { gateway: 'slow', slowMs: 10_000 }, 504, 'alipay-timeout'],
  ]
  test.each(cases)('%s', async (_name, faults, status, type) => {
    const { order, paymentUrl } = await place(customer, { [sku]: 1 })
    const { orderId } = order
    await setFaults(faults)
    const again = await call('POST', `/api/orders/${orderId}/payment`, { token: customer.token, body: { as: 'url' } })
    expect(again.status).toBe(status)
    expect(again.headers.get('content-type')).toContain('application/problem+json')
    expect(again.body).toMatchObject({
      type: expect.stringMatching(new RegExp(`/${type}$`)),
      title: '支付宝接口调用失败',
    })
    const page = await call('GET', `/pay/${orderId}`)
    expect(page).toMatchObject({ status, text: expect.stringContaining('暂时无法支付') })
    expect((await readOrder(customer, orderId)).body.orderStatus).toBe('PENDING_PAYMENT')
    await clearFaults()
    await pay(paymentUrl)
    await untilOrderIs(customer, orderId, 'PAID')
  })
})

test('orders are placed with a signed link even while Alipay is down: making it asks nobody', async () => {
  await setFaults({ gateway: 'down' })
  const { order, paymentUrl } = await place(customer, { [sku]: 1 })
  await clearFaults()
  await pay(paymentUrl)
  await untilOrderIs(customer, order.orderId, 'PAID')
})

test('an order cancelled while Alipay is down keeps its stock until it is sure that no money can come', async () => {
  const scarce = await newProduct(books, { units: 1 })
  const { order, paymentUrl } = await place(customer, { [scarce]: 1 })
  await scan(paymentUrl)
  await setFaults({ gateway: 'down' })
  expect((await cancel(customer, order.orderId)).body.orderStatus).toBe('CLOSING')
  expect(await books.stockOf(scarce)).toMatchObject({ available: 0, held: 1 })
  await clearFaults()
  await untilOrderIs(customer, order.orderId, 'CANCELLED')
  await expect.poll(() => books.stockOf(scarce)).toMatchObject({ available: 1, held: 0 })
})

test('a notify that is lost comes again, and the order is PAID then', async () => {
  const { order, paymentUrl } = await place(customer, { [sku]: 1 })
  await setFaults({ notify: 'drop' })
  await pay(paymentUrl)
  await expect.poll(async () => (await readNotifies(order.orderId))[0]?.attempts.length).toBeGreaterThan(0)
  expect((await readOrder(customer, order.orderId)).body.orderStatus).toBe('PENDING_PAYMENT')
  await clearFaults()
  await untilOrderIs(customer, order.orderId, 'PAID')
  expect((await readNotifies(order.orderId))[0]?.attempts.map(({ outcome }) => outcome)).toEqual([
    'dropped',
    'delivered',
  ])
})

test('a notify that comes twice has one effect', async () => {
  await setFaults({ notify: 'duplicate' })
  const { order, paymentUrl } = await place(customer, { [sku]: 1 })
  const { orderId } = order
  await pay(paymentUrl)
  await untilOrderIs(customer, orderId, 'PAID')
  await expect
    .poll(async () => (await readNotifies(orderId))[0]?.attempts.map(({ answer }) => answer))
    .toEqual(['success', 'success'])
  await expect.poll(() => books.reservationsOf(orderId)).toEqual({ [sku]: 'COMMITTED' })
  // The order behind it in the same topics has gone through, so nothing of this one can still be on its way.
  const next = await place(customer, { [sku]: 1 })
  await pay(next.paymentUrl)
  await untilOrderIs(customer, next.order.orderId, 'PAID')
  const types = watch.of(orderId).map(({ type }) => type)
  expect(types.filter(type => type === 'PaymentSucceeded')).toHaveLength(1)
  expect(types.filter(type => type === 'OrderPaid')).toHaveLength(1)
})
