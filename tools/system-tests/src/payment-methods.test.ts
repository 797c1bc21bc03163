import { describePromise } from '@alipay-checkout/audit'
import type { PaymentMethod } from '@alipay-checkout/contracts'
import { paymentMethods } from '@alipay-checkout/launcher'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  clearFaults,
  deliver,
  notifyOf,
  openCashier,
  pay,
  readTrade,
  refusalToPay,
  setFaults,
  signNotify,
  strangersKey,
} from './support/alipay.ts'
import { openTestedDatabases, type StockLevel, type TestedDatabases } from './support/databases.ts'
import { openBy, placeBy } from './support/payment-methods.ts'
import {
  readRefunds,
  readTimelineEntries,
  refund,
  untilCaseAbout,
  untilLedgersAgree,
  untilMoneyNote,
  untilRefunded,
} from './support/refunds-and-cases.ts'
import { cancel, newCustomer, newProduct, place, readStatus, untilOrderIs } from './support/shop.ts'
import { system } from './support/system.ts'

/** Through the gateway whose orders expire after three seconds. */
const shortTtl = { base: system.shortTtlGatewayUrl }
let databases: TestedDatabases

beforeAll(() => {
  databases = openTestedDatabases()
})
afterAll(() => databases?.close())

/** A product with so many units, and an order of one of them that is to be paid by this method. */
async function orderOne(method: PaymentMethod, { units = 3, ...options }: { units?: number; base?: string } = {}) {
  const customer = newCustomer()
  const sku = await newProduct(databases, { units, priceFen: 12_900 })
  return { customer, sku, ...(await placeBy(method, customer, { [sku]: 1 }, options)) }
}

/** The same, cancelled. */
async function cancelledOrder(method: PaymentMethod, units: number) {
  const order = await orderOne(method, { units })
  await cancel(order.customer, order.orderId)
  await untilOrderIs(order.customer, order.orderId, 'CANCELLED')
  await untilStockIs(order.sku, { reserved: 0 })
  return order
}

describe('a payment', () => {
  it.concurrent.each(paymentMethods)('by %s pays the order, and timeline and refunds name the method', async method => {
    const { customer, sku, orderId, totalFen, target } = await orderOne(method)
    await pay(target)
    await untilOrderIs(customer, orderId, 'PAID')
    await untilStockIs(sku, { available: 2, reserved: 0, sold: 1, supplied: 3 })
    expect(await readTimelineEntries(orderId)).toContainEqual(
      expect.objectContaining({ what: 'opened', detail: expect.objectContaining({ method }) }),
    )
    expect(await readRefunds(orderId)).toMatchObject({ paidFen: totalFen, trades: [{ method }] })
    await untilLedgersAgree(orderId)
  })

  it.concurrent.each(paymentMethods)('by %s is refunded in part, then the rest', async method => {
    const { customer, orderId, totalFen, target } = await orderOne(method)
    await pay(target)
    await untilOrderIs(customer, orderId, 'PAID')
    await refund(orderId, { amountFen: 900, reason: 'one is broken' })
    expect(await readRefunds(orderId)).toMatchObject({ refundableFen: totalFen - 900, items: [{ method }] })
    await refund(orderId, { reason: 'they want none of it' })
    await untilOrderIs(customer, orderId, 'REFUNDED')
    await untilLedgersAgree(orderId)
  })

  it.concurrent.each(paymentMethods)(
    'by %s counts only as Alipay has signed it, for our seller and in the amount of the order',
    async method => {
      const { customer, orderId, totalFen, tradeNo, target } = await orderOne(method)
      const forged = signNotify(notifyOf({ outTradeNo: tradeNo, totalFen }), { key: strangersKey() })
      expect((await deliver(forged)).text).toBe('failure')
      const elsewhere = signNotify(notifyOf({ outTradeNo: tradeNo, totalFen }, { seller_id: '2088000000000000' }))
      expect((await deliver(elsewhere)).text).toBe('failure')
      const tampered = signNotify(notifyOf({ outTradeNo: tradeNo, totalFen: 1 }))
      expect((await deliver(tampered)).text).toBe('failure')
      const kinds = (await untilCaseAbout(tradeNo)).map(({ kind }) => kind).sort()
      expect(kinds).toEqual(['amount_mismatch', 'seller_mismatch'])
      expect((await readStatus(customer, orderId)).body.orderStatus).toBe('PENDING_PAYMENT')
      await pay(target)
      await untilOrderIs(customer, orderId, 'PAID')
      expect((await readRefunds(orderId)).paidFen).toBe(totalFen)
    },
  )
})

describe(`${describePromise(3)}: a lost notify`, () => {
  beforeAll(() => setFaults({ notify: 'drop' }))
  afterAll(() => clearFaults())

  it.concurrent.each(paymentMethods)('of %s is made up for by a query', async method => {
    const { customer, orderId, target } = await orderOne(method)
    await pay(target)
    await untilOrderIs(customer, orderId, 'PAID', 25_000)
    await untilLedgersAgree(orderId)
  })
})

describe(`${describePromise(5)}: a payment after the order was cancelled`, () => {
  it.concurrent.each(paymentMethods)('by %s reinstates the order when its stock is available', async method => {
    const { customer, sku, orderId, totalFen, target } = await cancelledOrder(method, 1)
    await pay(target, { late: true })
    await untilOrderIs(customer, orderId, 'PAID')
    await untilStockIs(sku, { available: 0, sold: 1 })
    expect(await untilMoneyNote(customer, orderId, 'late_payment_accepted')).toMatchObject([{ amountFen: totalFen }])
    await untilLedgersAgree(orderId)
  })

  it.concurrent.each(paymentMethods)('by %s is refunded when the stock is gone', async method => {
    const { sku, orderId, totalFen, target } = await cancelledOrder(method, 1)
    await place(newCustomer(), { [sku]: 1 })
    await pay(target, { late: true })
    expect((await untilRefunded(orderId)).items).toMatchObject([
      { amountFen: totalFen, reason: 'late_payment', method },
    ])
    await untilLedgersAgree(orderId)
  })
})

describe('an order whose buyer waits at Alipay', () => {
  it.concurrent.each(paymentMethods)('by %s expires, and its trade is closed at Alipay', async method => {
    const { customer, sku, orderId, tradeNo, target } = await orderOne(method, shortTtl)
    // A mini program's trade exists without its buyer.
    if (method !== 'alipay_jsapi') await openCashier(target)
    await untilOrderIs(customer, orderId, 'EXPIRED')
    expect(await readTrade(tradeNo)).toMatchObject({ tradeStatus: 'TRADE_CLOSED' })
    expect(await refusalToPay(target)).toBe('ACQ.TRADE_HAS_CLOSE')
    await untilStockIs(sku, { available: 3, reserved: 0 })
  })

  it.concurrent.each(paymentMethods)('by %s is cancelled, and its trade is closed at Alipay', async method => {
    const { customer, sku, orderId, target } = await orderOne(method)
    await openCashier(target)
    await cancel(customer, orderId)
    await untilOrderIs(customer, orderId, 'CANCELLED')
    expect(await refusalToPay(target)).toBe('ACQ.TRADE_HAS_CLOSE')
    await untilStockIs(sku, { available: 3, reserved: 0 })
  })

  it.concurrent.each(paymentMethods)(
    'by %s is paid by another method, once the waiting trade is closed',
    async method => {
      const { customer, orderId, tradeNo, target } = await orderOne(method)
      await openCashier(target)
      const next = await openBy(otherThan(method), customer, orderId)
      expect(next.tradeNo).toBe(`${orderId}_2`)
      expect(await readTrade(tradeNo)).toMatchObject({ tradeStatus: 'TRADE_CLOSED' })
      await pay(next.target)
      await untilOrderIs(customer, orderId, 'PAID')
      await untilLedgersAgree(orderId)
    },
  )
})

describe(`${describePromise(4)}: an order that is paid twice`, () => {
  it.concurrent.each(paymentMethods)(
    'by %s and another method keeps one payment and refunds the other',
    async method => {
      const { customer, orderId, totalFen, tradeNo, target } = await orderOne(method)
      // No buyer has used the first one, so it stays payable.
      const next = await openBy(otherThan(method), customer, orderId)
      await pay(next.target)
      await untilOrderIs(customer, orderId, 'PAID')
      await pay(target, { late: true })
      const { items } = await untilRefunded(orderId)
      expect(items).toMatchObject([{ amountFen: totalFen, reason: 'second_payment', outTradeNo: tradeNo, method }])
      await untilOrderIs(customer, orderId, 'PAID')
      await untilLedgersAgree(orderId)
    },
  )
})

it('gives the same attempt again to a buyer who returns to a method that was not used', async () => {
  const { customer, orderId, tradeNo } = await orderOne('alipay_page')
  const code = await openBy('alipay_qr', customer, orderId)
  const page = await openBy('alipay_page', customer, orderId)
  expect([page.tradeNo, code.tradeNo]).toEqual([tradeNo, `${orderId}_2`])
  expect((await openBy('alipay_qr', customer, orderId)).target).toEqual(code.target)
})

describe('while Alipay does not answer', () => {
  afterEach(() => clearFaults())

  it('opens no other method, because the first one may be paid', async () => {
    const { customer, orderId, target } = await orderOne('alipay_page')
    await openCashier(target)
    await setFaults({ gateway: 'down', methods: ['alipay.trade.close', 'alipay.trade.query'] })
    await expect(openBy('alipay_wap', customer, orderId)).rejects.toThrow('answered 502')
    await clearFaults()
    await pay(target)
    await untilOrderIs(customer, orderId, 'PAID')
    expect((await databases.rowsOf(orderId)).attempts).toHaveLength(1)
  })
})

const otherThan = (method: PaymentMethod): PaymentMethod => (method === 'alipay_wap' ? 'alipay_qr' : 'alipay_wap')

/** Waits for stock, in units. `expect.poll` needs to know its test, which it does not where tests run concurrently. */
function untilStockIs(sku: string, expected: Partial<StockLevel>): Promise<void> {
  return vi.waitFor(async () => expect(await databases.stockOf(sku)).toMatchObject(expected), {
    timeout: 20_000,
    interval: 25,
  })
}
