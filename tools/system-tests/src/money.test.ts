import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  clearFaults,
  deliver,
  makeBill,
  notifyOf,
  pay,
  payLate,
  readTrade,
  refundInConsole,
  scan,
  setFaults,
  signNotify,
} from './parts/alipay.ts'
import { type Books, openBooks } from './parts/books.ts'
import { call } from './parts/http.ts'
import {
  readCauses,
  readRefunds,
  readTimeline,
  reconcile,
  refund,
  resolveCase,
  tryToRefund,
  untilBooksAgree,
  untilRefunded,
  untilThereIsACase,
  untilTold,
} from './parts/money.ts'
import { cancel, newCustomer, newProduct, place, readOrder, readStatus, untilOrderIs } from './parts/shop.ts'

const customer = newCustomer()
let books: Books

beforeAll(() => {
  books = openBooks()
})
afterEach(() => clearFaults())
afterAll(() => books?.close())

/** An order that was cancelled while its link could still be paid: Alipay knows of no trade before a buyer logs in. */
async function cancelledButPayable(sku: string, units = 1) {
  const { order, paymentUrl } = await place(customer, { [sku]: units })
  await cancel(customer, order.orderId)
  await untilOrderIs(customer, order.orderId, 'CANCELLED')
  await expect.poll(() => books.stockOf(sku)).toMatchObject({ held: 0 })
  return { orderId: order.orderId, paymentUrl, totalFen: order.totalFen }
}

describe('promise 5: money that comes after the order was closed', () => {
  test('revives the order while its stock is there', async () => {
    const sku = await newProduct(books, { units: 3 })
    const { orderId, paymentUrl, totalFen } = await cancelledButPayable(sku)
    await pay(paymentUrl)
    await untilOrderIs(customer, orderId, 'PAID')
    await expect.poll(() => books.stockOf(sku)).toEqual({ available: 2, held: 0, sold: 1, supplied: 3 })
    expect(await untilTold(customer, orderId, 'late_payment_accepted')).toMatchObject([{ amountFen: totalFen }])
    expect((await readRefunds(orderId)).items).toEqual([])
    await untilBooksAgree(orderId)
  })

  test('is refunded in part with its units back on sale, while the order still waits for its stock', async () => {
    const sku = await newProduct(books, { units: 3, priceFen: 700 })
    const { orderId, paymentUrl } = await cancelledButPayable(sku, 2)
    const release = await books.holdVerdictsFor(sku)
    try {
      await pay(paymentUrl)
      await untilOrderIs(customer, orderId, 'REINSTATING')
      await refund(orderId, { lines: [{ sku, quantity: 1 }], returnToStock: true, reason: 'one is enough' })
      await untilTold(customer, orderId, 'refunded')
    } finally {
      await release()
    }
    await untilOrderIs(customer, orderId, 'PAID')
    await expect.poll(() => books.stockOf(sku)).toEqual({ available: 2, held: 0, sold: 1, supplied: 3 })
    await untilBooksAgree(orderId)
  })

  test('goes back by itself when the stock is gone', async () => {
    const sku = await newProduct(books, { units: 1 })
    const { orderId, paymentUrl, totalFen } = await cancelledButPayable(sku)
    const other = await place(newCustomer(), { [sku]: 1 })
    await pay(paymentUrl)
    const { items, refundableFen } = await untilRefunded(orderId)
    expect(items).toMatchObject([{ amountFen: totalFen, reason: 'late_payment', outTradeNo: orderId }])
    expect(refundableFen).toBe(0)
    expect(await untilTold(customer, orderId, 'late_payment_returned')).toMatchObject([{ amountFen: totalFen }])
    expect((await readOrder(customer, orderId)).body).toMatchObject({ status: 'FAILED', orderStatus: 'CANCELLED' })
    expect(await readTrade(orderId)).toMatchObject({ tradeStatus: 'TRADE_CLOSED' })
    expect(await books.stockOf(sku)).toEqual({ available: 0, held: 1, sold: 0, supplied: 1 })
    await untilBooksAgree(orderId, other.order.orderId)
  })
})

test('promise 4: money that comes twice, from two accounts: one payment stays, the other goes back by itself', async () => {
  const sku = await newProduct(books, { units: 2 })
  const { order, paymentUrl } = await place(customer, { [sku]: 1 })
  const { orderId, totalFen } = order
  await scan(paymentUrl)
  const { token } = customer
  const body = { as: 'url', anotherPayer: true }
  const next = await call<{ paymentUrl: string; tradeNo: string }>('POST', `/api/orders/${orderId}/payment`, {
    token,
    body,
  })
  expect(next).toMatchObject({ status: 200, body: { tradeNo: `${orderId}_2` } })
  expect(await readTrade(orderId)).toMatchObject({ tradeStatus: 'TRADE_CLOSED' })
  await pay(next.body.paymentUrl)
  await untilOrderIs(customer, orderId, 'PAID')
  // The first account's money was on its way when its trade was closed.
  await payLate(paymentUrl)
  const { items } = await untilRefunded(orderId)
  expect(items).toMatchObject([{ amountFen: totalFen, reason: 'second_payment', outTradeNo: orderId }])
  expect(await untilTold(customer, orderId, 'second_payment_returned')).toMatchObject([{ amountFen: totalFen }])
  expect((await readOrder(customer, orderId)).body.orderStatus).toBe('PAID')
  expect(await readTrade(`${orderId}_2`)).toMatchObject({ tradeStatus: 'TRADE_SUCCESS' })
  await untilBooksAgree(orderId)
})

describe('promise 3: a notify that is lost', () => {
  test('is made up for by asking Alipay, while nobody looks', async () => {
    const sku = await newProduct(books, { units: 1 })
    await setFaults({ notify: 'drop' })
    const { order, paymentUrl } = await place(customer, { [sku]: 1 })
    await pay(paymentUrl)
    await untilOrderIs(customer, order.orderId, 'PAID', 25_000)
    expect(await readTimeline(order.orderId)).toContain('payment-service query')
    await untilBooksAgree(order.orderId)
  })

  test('is made up for as soon as the shopper’s browser asks from the result page', async () => {
    const sku = await newProduct(books, { units: 1 })
    await setFaults({ notify: 'drop' })
    const { order, paymentUrl } = await place(customer, { [sku]: 1 })
    const { returnUrl } = await pay(paymentUrl)
    const [orderId = '', t = '', sign = ''] = new URL(returnUrl).pathname.split('/').slice(-3)
    expect(orderId).toBe(order.orderId)
    const link = new URLSearchParams({ order_id: orderId, t, sign })
    await expect
      .poll(async () => (await call('GET', `/api/orders/${orderId}/status?${link}`)).body, { timeout: 20_000 })
      .toMatchObject({ orderStatus: 'PAID' })
    await untilBooksAgree(orderId)
  })
})

test('promise 13: money that nobody told us of is found by comparing the bill of its day, and counts as if it had been told', async () => {
  const sku = await newProduct(books, { units: 1 })
  const { orderId, paymentUrl } = await cancelledButPayable(sku)
  const date = new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })
  await setFaults({ notify: 'drop' })
  await pay(paymentUrl)
  await makeBill(date)
  expect((await readOrder(customer, orderId)).body.orderStatus).toBe('CANCELLED')
  const found = { kind: 'payment_missing_here', subject: orderId, status: 'REPAIRED' }
  const about = async () => (await reconcile(date)).filter(({ subject }) => subject === orderId)
  expect(await about()).toMatchObject([found])
  await untilOrderIs(customer, orderId, 'PAID')
  await untilBooksAgree(orderId)
  expect(await about()).toMatchObject([found])
})

test('a signed notify of another amount changes nothing and becomes a case; the true payment counts', async () => {
  const sku = await newProduct(books, { units: 1 })
  const { order, paymentUrl } = await place(customer, { [sku]: 1 })
  const { orderId, totalFen } = order
  const tampered = signNotify(notifyOf({ outTradeNo: orderId, totalFen: 1 }))
  expect((await deliver(tampered)).text).toBe('failure')
  const [opened] = await untilThereIsACase(orderId)
  expect(opened).toMatchObject({ kind: 'amount_mismatch', status: 'OPEN', proposal: { action: 'query_trade' } })
  expect(JSON.stringify(opened?.evidence)).toContain('total_amount')
  expect((await readStatus(customer, orderId)).body.orderStatus).toBe('PENDING_PAYMENT')
  await pay(paymentUrl)
  await untilOrderIs(customer, orderId, 'PAID')
  expect((await readRefunds(orderId)).paidFen).toBe(totalFen)
  await untilBooksAgree(orderId)
})

describe('giving money back', () => {
  test('in part, with its units back on sale; then the rest: the order is REFUNDED', async () => {
    const sku = await newProduct(books, { units: 5, priceFen: 700 })
    const { order, paymentUrl } = await place(customer, { [sku]: 3 })
    const { orderId } = order
    await pay(paymentUrl)
    await untilOrderIs(customer, orderId, 'PAID')
    await expect.poll(() => books.stockOf(sku)).toMatchObject({ available: 2, sold: 3 })

    const part = await refund(orderId, { lines: [{ sku, quantity: 1 }], returnToStock: true, reason: 'one is broken' })
    expect(part).toMatchObject({ amountFen: 700, reason: 'requested' })
    await expect.poll(() => books.stockOf(sku)).toEqual({ available: 3, held: 0, sold: 2, supplied: 5 })
    expect((await readOrder(customer, orderId)).body.orderStatus).toBe('PAID')
    expect((await readRefunds(orderId)).refundableFen).toBe(1_400)
    expect(await tryToRefund(orderId, { amountFen: 1_401, reason: 'too much' })).toMatchObject({ status: 409 })

    await refund(orderId, { reason: 'they want none of it' })
    await untilOrderIs(customer, orderId, 'REFUNDED')
    expect(await readTrade(orderId)).toMatchObject({ tradeStatus: 'TRADE_CLOSED' })
    expect(await books.stockOf(sku)).toMatchObject({ available: 3, sold: 2 })
    await untilBooksAgree(orderId)
  })

  test('promise 6: once, though Alipay pays and then does not answer', async () => {
    const sku = await newProduct(books, { units: 1 })
    const { order, paymentUrl } = await place(customer, { [sku]: 1 })
    const { orderId, totalFen } = order
    await pay(paymentUrl)
    await untilOrderIs(customer, orderId, 'PAID')
    await setFaults({ gateway: 'hang', slowMs: 5_000, methods: ['alipay.trade.refund'], gatewayTimes: 1 })
    await refund(orderId, { amountFen: totalFen - 1, reason: 'a goodwill' })
    expect((await readRefunds(orderId)).items).toMatchObject([{ status: 'SUCCEEDED', amountFen: totalFen - 1 }])
    expect((await readOrder(customer, orderId)).body).toMatchObject({ orderStatus: 'PAID' })
    await untilBooksAgree(orderId)
  })

  test('promise 6: once, though it is asked for by two admins at the same time', async () => {
    const sku = await newProduct(books, { units: 1 })
    const { order, paymentUrl } = await place(customer, { [sku]: 1 })
    const { orderId } = order
    await pay(paymentUrl)
    await untilOrderIs(customer, orderId, 'PAID')
    const answers = await Promise.all([1, 2].map(() => tryToRefund(orderId, { reason: 'everything back' })))
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409])
    expect((await untilRefunded(orderId)).items).toHaveLength(1)
    await untilOrderIs(customer, orderId, 'REFUNDED')
    await untilBooksAgree(orderId)
  })
})

test('promise 13: a refund made in Alipay’s own console is a case at once, stops fulfilment, and is in all books once it is booked', async () => {
  const sku = await newProduct(books, { units: 1 })
  const { order, paymentUrl } = await place(customer, { [sku]: 1 })
  const { orderId, totalFen } = order
  await pay(paymentUrl)
  await untilOrderIs(customer, orderId, 'PAID')
  await refundInConsole(orderId, 'HZ01RF001')
  const [opened] = await untilThereIsACase(orderId)
  expect(opened).toMatchObject({ kind: 'outside_refund', proposal: { action: 'book_outside_refund' } })
  // order-service has heard of it, and the order waits for a person to decide.
  const causes = async () => (await readCauses(orderId)).join()
  await expect.poll(causes, { timeout: 20_000 }).toContain('OutsideRefundDetected')
  await untilOrderIs(customer, orderId, 'PAID')

  expect(await resolveCase(opened!.caseId, 'book_outside_refund')).toMatchObject({ status: 'RESOLVED' })
  await untilOrderIs(customer, orderId, 'REFUNDED')
  expect(await readRefunds(orderId)).toMatchObject({
    items: [{ amountFen: totalFen, status: 'SUCCEEDED' }],
    refundableFen: 0,
  })
  expect(await tryToRefund(orderId, { reason: 'once more' })).toMatchObject({ status: 409 })
  await untilBooksAgree(orderId)
})
