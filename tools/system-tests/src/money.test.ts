import { describePromise } from '@alipay-checkout/audit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  clearFaults,
  deliver,
  makeBill,
  notifyOf,
  openCashier,
  pay,
  payLate,
  readTrade,
  refundInConsole,
  setFaults,
  signNotify,
} from './support/alipay.ts'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { call } from './support/http.ts'
import {
  readCauses,
  readRefunds,
  readTimeline,
  reconcile,
  refund,
  resolveCase,
  tryToRefund,
  untilCaseAbout,
  untilLedgersAgree,
  untilMoneyNote,
  untilRefunded,
} from './support/refunds-and-cases.ts'
import { cancel, newCustomer, newProduct, place, readOrder, readStatus, untilOrderIs } from './support/shop.ts'

const customer = newCustomer()
let databases: TestedDatabases

beforeAll(() => {
  databases = openTestedDatabases()
})
afterEach(() => clearFaults())
afterAll(() => databases?.close())

/** An order that was cancelled while its link could still be paid: Alipay has no trade before a buyer opens the cashier. */
async function cancelledButPayable(sku: string, units = 1) {
  const { order, paymentUrl } = await place(customer, { [sku]: units })
  await cancel(customer, order.orderId)
  await untilOrderIs(customer, order.orderId, 'CANCELLED')
  await expect.poll(() => databases.stockOf(sku)).toMatchObject({ reserved: 0 })
  return { orderId: order.orderId, paymentUrl, totalFen: order.totalFen }
}

describe(`${describePromise(5)}: a payment after the order was closed`, () => {
  it('reinstates the order when its stock is available', async () => {
    const sku = await newProduct(databases, { units: 3 })
    const { orderId, paymentUrl, totalFen } = await cancelledButPayable(sku)
    await pay(paymentUrl)
    await untilOrderIs(customer, orderId, 'PAID')
    await expect.poll(() => databases.stockOf(sku)).toEqual({ available: 2, reserved: 0, sold: 1, supplied: 3 })
    expect(await untilMoneyNote(customer, orderId, 'late_payment_accepted')).toMatchObject([{ amountFen: totalFen }])
    expect((await readRefunds(orderId)).items).toEqual([])
    await untilLedgersAgree(orderId)
  })

  it('can be refunded in part, with units returned to stock, while the order is reinstating', async () => {
    const sku = await newProduct(databases, { units: 3, priceFen: 700 })
    const { orderId, paymentUrl } = await cancelledButPayable(sku, 2)
    const release = await databases.delayStockResultsFor(sku)
    try {
      await pay(paymentUrl)
      await untilOrderIs(customer, orderId, 'REINSTATING')
      await refund(orderId, { lines: [{ sku, quantity: 1 }], returnToStock: true, reason: 'one is enough' })
      await untilMoneyNote(customer, orderId, 'refunded')
    } finally {
      await release()
    }
    await untilOrderIs(customer, orderId, 'PAID')
    await expect.poll(() => databases.stockOf(sku)).toEqual({ available: 2, reserved: 0, sold: 1, supplied: 3 })
    await untilLedgersAgree(orderId)
  })

  it('is refunded automatically when the stock is gone', async () => {
    const sku = await newProduct(databases, { units: 1 })
    const { orderId, paymentUrl, totalFen } = await cancelledButPayable(sku)
    const other = await place(newCustomer(), { [sku]: 1 })
    await pay(paymentUrl)
    const { items, refundableFen } = await untilRefunded(orderId)
    expect(items).toMatchObject([{ amountFen: totalFen, reason: 'late_payment', outTradeNo: orderId }])
    expect(refundableFen).toBe(0)
    expect(await untilMoneyNote(customer, orderId, 'late_payment_returned')).toMatchObject([{ amountFen: totalFen }])
    expect((await readOrder(customer, orderId)).body).toMatchObject({ status: 'FAILED', orderStatus: 'CANCELLED' })
    expect(await readTrade(orderId)).toMatchObject({ tradeStatus: 'TRADE_CLOSED' })
    expect(await databases.stockOf(sku)).toEqual({ available: 0, reserved: 1, sold: 0, supplied: 1 })
    await untilLedgersAgree(orderId, other.order.orderId)
  })
})

it(`${describePromise(4)}: of two accounts’ payments one is kept and the other refunded automatically`, async () => {
  const sku = await newProduct(databases, { units: 2 })
  const { order, paymentUrl } = await place(customer, { [sku]: 1 })
  const { orderId, totalFen } = order
  await openCashier(paymentUrl)
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
  expect(await untilMoneyNote(customer, orderId, 'second_payment_returned')).toMatchObject([{ amountFen: totalFen }])
  expect((await readOrder(customer, orderId)).body.orderStatus).toBe('PAID')
  expect(await readTrade(`${orderId}_2`)).toMatchObject({ tradeStatus: 'TRADE_SUCCESS' })
  await untilLedgersAgree(orderId)
})

describe(`${describePromise(3)}: a lost notify`, () => {
  it('is made up for by the sync job', async () => {
    const sku = await newProduct(databases, { units: 1 })
    await setFaults({ notify: 'drop' })
    const { order, paymentUrl } = await place(customer, { [sku]: 1 })
    await pay(paymentUrl)
    await untilOrderIs(customer, order.orderId, 'PAID', 25_000)
    expect(await readTimeline(order.orderId)).toContain('payment-service query')
    await untilLedgersAgree(order.orderId)
  })

  it('is made up for when the browser polls from the result page', async () => {
    const sku = await newProduct(databases, { units: 1 })
    await setFaults({ notify: 'drop' })
    const { order, paymentUrl } = await place(customer, { [sku]: 1 })
    const { returnUrl } = await pay(paymentUrl)
    const [orderId = '', t = '', sign = ''] = new URL(returnUrl).pathname.split('/').slice(-3)
    expect(orderId).toBe(order.orderId)
    const link = new URLSearchParams({ order_id: orderId, t, sign })
    await expect
      .poll(async () => (await call('GET', `/api/orders/${orderId}/status?${link}`)).body, { timeout: 20_000 })
      .toMatchObject({ orderStatus: 'PAID' })
    await untilLedgersAgree(orderId)
  })
})

it(`${describePromise(13)}: a payment whose notify is lost is found by reconciling the bill, and repaired`, async () => {
  const sku = await newProduct(databases, { units: 1 })
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
  await untilLedgersAgree(orderId)
  expect(await about()).toMatchObject([found])
})

it('a signed notify of another amount opens a case and changes nothing; the real payment counts', async () => {
  const sku = await newProduct(databases, { units: 1 })
  const { order, paymentUrl } = await place(customer, { [sku]: 1 })
  const { orderId, totalFen } = order
  const tampered = signNotify(notifyOf({ outTradeNo: orderId, totalFen: 1 }))
  expect((await deliver(tampered)).text).toBe('failure')
  const [opened] = await untilCaseAbout(orderId)
  expect(opened).toMatchObject({ kind: 'amount_mismatch', status: 'OPEN', proposal: { action: 'query_trade' } })
  expect(JSON.stringify(opened?.evidence)).toContain('total_amount')
  expect((await readStatus(customer, orderId)).body.orderStatus).toBe('PENDING_PAYMENT')
  await pay(paymentUrl)
  await untilOrderIs(customer, orderId, 'PAID')
  expect((await readRefunds(orderId)).paidFen).toBe(totalFen)
  await untilLedgersAgree(orderId)
})

describe('refunding', () => {
  it('in part, with units returned to stock, then the rest, ends as REFUNDED', async () => {
    const sku = await newProduct(databases, { units: 5, priceFen: 700 })
    const { order, paymentUrl } = await place(customer, { [sku]: 3 })
    const { orderId } = order
    await pay(paymentUrl)
    await untilOrderIs(customer, orderId, 'PAID')
    await expect.poll(() => databases.stockOf(sku)).toMatchObject({ available: 2, sold: 3 })

    const part = await refund(orderId, { lines: [{ sku, quantity: 1 }], returnToStock: true, reason: 'one is broken' })
    expect(part).toMatchObject({ amountFen: 700, reason: 'requested' })
    await expect.poll(() => databases.stockOf(sku)).toEqual({ available: 3, reserved: 0, sold: 2, supplied: 5 })
    expect((await readOrder(customer, orderId)).body.orderStatus).toBe('PAID')
    expect((await readRefunds(orderId)).refundableFen).toBe(1_400)
    expect(await tryToRefund(orderId, { amountFen: 1_401, reason: 'too much' })).toMatchObject({ status: 409 })

    await refund(orderId, { reason: 'they want none of it' })
    await untilOrderIs(customer, orderId, 'REFUNDED')
    expect(await readTrade(orderId)).toMatchObject({ tradeStatus: 'TRADE_CLOSED' })
    expect(await databases.stockOf(sku)).toMatchObject({ available: 3, sold: 2 })
    await untilLedgersAgree(orderId)
  })

  it(`${describePromise(6)}: happens once when Alipay refunds and then times out`, async () => {
    const sku = await newProduct(databases, { units: 1 })
    const { order, paymentUrl } = await place(customer, { [sku]: 1 })
    const { orderId, totalFen } = order
    await pay(paymentUrl)
    await untilOrderIs(customer, orderId, 'PAID')
    await setFaults({ gateway: 'hang', slowMs: 5_000, methods: ['alipay.trade.refund'], gatewayTimes: 1 })
    await refund(orderId, { amountFen: totalFen - 1, reason: 'a goodwill' })
    expect((await readRefunds(orderId)).items).toMatchObject([{ status: 'SUCCEEDED', amountFen: totalFen - 1 }])
    expect((await readOrder(customer, orderId)).body).toMatchObject({ orderStatus: 'PAID' })
    await untilLedgersAgree(orderId)
  })

  it(`${describePromise(6)}: happens once when two admins request it at the same time`, async () => {
    const sku = await newProduct(databases, { units: 1 })
    const { order, paymentUrl } = await place(customer, { [sku]: 1 })
    const { orderId } = order
    await pay(paymentUrl)
    await untilOrderIs(customer, orderId, 'PAID')
    const answers = await Promise.all([1, 2].map(() => tryToRefund(orderId, { reason: 'everything back' })))
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409])
    expect((await untilRefunded(orderId)).items).toHaveLength(1)
    await untilOrderIs(customer, orderId, 'REFUNDED')
    await untilLedgersAgree(orderId)
  })
})

it(`${describePromise(13)}: a refund made in Alipay’s console opens a case, stops fulfilment, and is in all ledgers once booked`, async () => {
  const sku = await newProduct(databases, { units: 1 })
  const { order, paymentUrl } = await place(customer, { [sku]: 1 })
  const { orderId, totalFen } = order
  await pay(paymentUrl)
  await untilOrderIs(customer, orderId, 'PAID')
  await refundInConsole(orderId, 'HZ01RF001')
  const [opened] = await untilCaseAbout(orderId)
  expect(opened).toMatchObject({ kind: 'outside_refund', proposal: { action: 'book_outside_refund' } })
  // order-service has received it, and the order waits for a person's decision.
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
  await untilLedgersAgree(orderId)
})
