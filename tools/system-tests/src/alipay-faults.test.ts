import { type TopicWatch, watchTopics } from '@alipay-checkout/test-support'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { clearFaults, type Faults, openCashier, pay, readNotifies, setFaults } from './support/alipay.ts'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { call } from './support/http.ts'
import { cancel, newCustomer, newProduct, place, readOrder, untilOrderIs } from './support/shop.ts'

const customer = newCustomer()
let databases: TestedDatabases
let watch: TopicWatch
let sku: string

beforeAll(async () => {
  databases = openTestedDatabases()
  watch = await watchTopics(['order.events', 'payment.events'])
  sku = await newProduct(databases, { units: 100 })
})
afterEach(() => clearFaults())
afterAll(async () => {
  await watch?.stop()
  await databases?.close()
})

describe('while Alipay fails, opening a payment again is answered with a problem, and the order stays payable', () => {
  const cases: [name: string, faults: Faults, status: number, type: string][] = [
    ['it resets connections', { gateway: 'down' }, 502, 'alipay-failed'],
    ['it answers with a page of HTML', { gateway: 'html' }, 502, 'alipay-failed'],
    ['it does not answer in time', { gateway: 'slow', slowMs: 10_000 }, 504, 'alipay-timeout'],
  ]
  it.each(cases)('%s', async (_name, faults, status, type) => {
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

it('orders get a signed payment link while Alipay is down, because signing needs no call', async () => {
  await setFaults({ gateway: 'down' })
  const { order, paymentUrl } = await place(customer, { [sku]: 1 })
  await clearFaults()
  await pay(paymentUrl)
  await untilOrderIs(customer, order.orderId, 'PAID')
})

it('an order cancelled while Alipay is down keeps its stock until Alipay has closed the trade', async () => {
  const scarce = await newProduct(databases, { units: 1 })
  const { order, paymentUrl } = await place(customer, { [scarce]: 1 })
  await openCashier(paymentUrl)
  await setFaults({ gateway: 'down' })
  expect((await cancel(customer, order.orderId)).body.orderStatus).toBe('CLOSING')
  expect(await databases.stockOf(scarce)).toMatchObject({ available: 0, reserved: 1 })
  await clearFaults()
  await untilOrderIs(customer, order.orderId, 'CANCELLED')
  await expect.poll(() => databases.stockOf(scarce)).toMatchObject({ available: 1, reserved: 0 })
})

it('an order is PAID when a lost notify is redelivered', async () => {
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

it('a notify that is delivered twice takes effect once', async () => {
  await setFaults({ notify: 'duplicate' })
  const { order, paymentUrl } = await place(customer, { [sku]: 1 })
  const { orderId } = order
  await pay(paymentUrl)
  await untilOrderIs(customer, orderId, 'PAID')
  await expect
    .poll(async () => (await readNotifies(orderId))[0]?.attempts.map(({ answer }) => answer))
    .toEqual(['success', 'success'])
  await expect.poll(() => databases.reservationsOf(orderId)).toEqual({ [sku]: 'COMMITTED' })
  // A later order in the same topics is done, so nothing of this one can still be in flight.
  const next = await place(customer, { [sku]: 1 })
  await pay(next.paymentUrl)
  await untilOrderIs(customer, next.order.orderId, 'PAID')
  const types = watch.of(orderId).map(({ type }) => type)
  expect(types.filter(type => type === 'PaymentSucceeded')).toHaveLength(1)
  expect(types.filter(type => type === 'OrderPaid')).toHaveLength(1)
})
