import { createHmac } from 'node:crypto'
import { type TopicWatch, watchTopics } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pay, readNotifies, readTrade } from './support/alipay.ts'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { follow } from './support/follow-order.ts'
import { call } from './support/http.ts'
import {
  listOrders,
  newCustomer,
  newProduct,
  place,
  placeUnopened,
  readOrder,
  readStatus,
  setPrice,
  untilOrderIs,
} from './support/shop.ts'
import { system } from './support/system.ts'

const customer = newCustomer()
let databases: TestedDatabases
let watch: TopicWatch
let sku: string

beforeAll(async () => {
  databases = openTestedDatabases()
  watch = await watchTopics(['order.events', 'payment.events', 'inventory.events'])
  sku = await newProduct(databases, { units: 100, priceFen: 12_900, title: '龙井 Longjing' })
})

afterAll(async () => {
  await watch?.stop()
  await databases?.close()
})

it('an order reserves its stock, is paid at Alipay, and ends as PAID with its stock sold', async () => {
  const before = await databases.stockOf(sku)
  const { order, paymentUrl, tradeNo } = await place(customer, { [sku]: 2 })
  const { orderId } = order
  expect(order).toMatchObject({
    status: 'PENDING',
    orderStatus: 'PENDING_PAYMENT',
    totalFen: 25_800,
    currency: 'CNY',
    items: [{ sku, title: '龙井 Longjing', quantity: 2, unitPriceFen: 12_900 }],
  })
  expect(tradeNo).toBe(orderId)
  expect(await databases.stockOf(sku)).toEqual({
    ...before,
    available: before.available - 2,
    reserved: before.reserved + 2,
  })

  const trade = await pay(paymentUrl)
  expect(trade).toMatchObject({ outTradeNo: orderId, totalAmount: '258.00', subject: `订单支付: ${orderId}` })
  await untilOrderIs(customer, orderId, 'PAID')
  const types = ['OrderCreated', 'StockReserved', 'PaymentSucceeded', 'OrderPaid']
  await watch.next(({ key, type }) => key === orderId && type === 'OrderPaid', { what: 'OrderPaid is published' })
  const seen = watch.of(orderId).toSorted((a, b) => (a.headers.ce_time ?? '').localeCompare(b.headers.ce_time ?? ''))
  expect(seen.map(({ type }) => type)).toEqual(types)
  expect(new Set(seen.map(({ headers }) => (headers.ce_traceparent ?? headers.traceparent)?.slice(3, 35))).size).toBe(1)

  await expect.poll(() => databases.reservationsOf(orderId)).toEqual({ [sku]: 'COMMITTED' })
  expect(await databases.stockOf(sku)).toEqual({ ...before, available: before.available - 2, sold: before.sold + 2 })
  expect((await readOrder(customer, orderId)).body).toMatchObject({ orderStatus: 'PAID', paidAt: expect.any(String) })
  expect(await readTrade(orderId)).toMatchObject({ tradeStatus: 'TRADE_SUCCESS' })
  expect(await readNotifies(orderId)).toMatchObject([
    { delivered: true, attempts: [{ outcome: 'delivered', answer: 'success' }] },
  ])
})

it('the return link carries the shop’s signature and shows the state of its order', async () => {
  const { order, paymentUrl } = await place(customer, { [sku]: 1 })
  const { returnUrl } = await pay(paymentUrl)
  await untilOrderIs(customer, order.orderId, 'PAID')
  const { origin, pathname, searchParams } = new URL(returnUrl)
  expect(origin).toBe(new URL(system.publicUrl).origin)
  const [orderId, t, sign] = pathname.replace('/payment/result/', '').split('/')
  expect(searchParams.get('method')).toBe('alipay.trade.page.pay.return')
  const secret = system.environment.RETURN_URL_SECRET ?? ''
  expect(orderId).toBe(order.orderId)
  expect(sign).toBe(createHmac('sha256', secret).update(`${orderId}${t}`).digest('hex'))

  const link = new URLSearchParams({ order_id: orderId ?? '', t: t ?? '', sign: sign ?? '' })
  // A storefront may hand on Alipay's parameters beside the link's own.
  expect(await call('GET', `/api/orders/${orderId}/status?${link}&${searchParams}`)).toMatchObject({ status: 200 })
  const status = await call('GET', `/api/orders/${orderId}/status?${link}`)
  expect(status).toMatchObject({ status: 200, body: { orderId, status: 'PAID', orderStatus: 'PAID' } })
  expect(status.headers.get('cache-control')).toBe('no-store')
})

it('a WebSocket on any gateway receives PENDING first and PAID after the payment', async () => {
  const { order, paymentUrl } = await place(customer, { [sku]: 1 })
  const query = new URLSearchParams({ order_id: order.orderId })
  const followers = [
    follow(query, { token: customer.token }),
    follow(query, { token: customer.token, base: system.shortTtlGatewayUrl }),
  ]
  await Promise.all(followers.map(follower => follower.untilIs('PENDING_PAYMENT')))
  await pay(paymentUrl)
  await Promise.all(followers.map(follower => follower.untilIs('PAID')))
  expect(followers.map(({ statuses }) => statuses)).toEqual([
    ['PENDING', 'PAID'],
    ['PENDING', 'PAID'],
  ])
  for (const follower of followers) follower.close()
})

it('orders are listed newest first, in pages, to their customer only', async () => {
  const shopper = newCustomer()
  const placed: string[] = []
  for (let count = 0; count < 3; count++) placed.push((await place(shopper, { [sku]: 1 })).order.orderId)
  const first = (await listOrders(shopper, '?limit=2')).body
  expect(first.items.map(({ orderId }) => orderId)).toEqual([placed[2], placed[1]])
  const second = (await listOrders(shopper, `?limit=2&cursor=${first.nextCursor}`)).body
  expect(second.items.map(({ orderId }) => orderId)).toEqual([placed[0]])
  expect(second.nextCursor).toBeNull()
  expect((await listOrders(newCustomer())).body).toEqual({ items: [], nextCursor: null })
})

it('an order keeps the price of the time when it was placed', async () => {
  const cheap = await newProduct(databases, { units: 10, priceFen: 100 })
  const before = await place(customer, { [cheap]: 3 })
  await setPrice(cheap, 250)
  await expect.poll(() => databases.orderServicePriceOf(cheap)).toBe(250)
  const after = await place(customer, { [cheap]: 3 })
  expect([before.order.totalFen, after.order.totalFen]).toEqual([300, 750])
  expect((await readOrder(customer, before.order.orderId)).body.totalFen).toBe(300)
  expect((await pay(before.paymentUrl)).totalAmount).toBe('3.00')
})

it('with `Prefer: respond-async` an order is answered 202 and can be paid by the shop’s own link', async () => {
  const { orderId } = await placeUnopened(customer, { [sku]: 1 })
  await untilOrderIs(customer, orderId, 'PENDING_PAYMENT')
  const onwards = await call('GET', `/pay/${orderId}`)
  expect(onwards.status).toBe(302)
  await pay(onwards.headers.get('location') ?? '')
  await untilOrderIs(customer, orderId, 'PAID')
})

it('a payment opens as a link, as a self-submitting form, or as a QR code', async () => {
  const { order } = await place(customer, { [sku]: 1 })
  const ask = (body?: object) =>
    call<Record<string, string>>('POST', `/api/orders/${order.orderId}/payment`, { token: customer.token, body })
  const [link, form, qr] = [await ask({ as: 'url' }), await ask({ as: 'form' }), await ask({ as: 'qr' })]
  expect(new URL(link.body.paymentUrl ?? '').origin).toBe(system.simulatorUrl)
  expect(form.body.form).toMatch(/<form[^>]+method="post"/i)
  expect(qr.body).toMatchObject({
    qrSvg: expect.stringContaining('<svg'),
    paymentUrl: `${system.publicUrl}/pay/${order.orderId}`,
  })
  await pay(link.body.paymentUrl ?? '')
  await untilOrderIs(customer, order.orderId, 'PAID')
  expect(await ask({ as: 'url' })).toMatchObject({
    status: 409,
    body: { type: expect.stringMatching(/order-not-payable$/) },
  })
})

it('the state of an order is never cached', async () => {
  const { order } = await place(customer, { [sku]: 1 })
  const answer = await readStatus(customer, order.orderId)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.body).toEqual({ orderId: order.orderId, status: 'PENDING', orderStatus: 'PENDING_PAYMENT' })
})
