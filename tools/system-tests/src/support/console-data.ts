import { randomUUID } from 'node:crypto'
import type { DeadLetterPage } from '@alipay-checkout/contracts'
import { testKafka, waitUntil } from '@alipay-checkout/test-support'
import { deliver, makeBill, notifyOf, pay, signNotify } from './alipay.ts'
import type { TestedDatabases } from './databases.ts'
import { call } from './http.ts'
import { reconcile, refund, untilCaseAbout } from './refunds-and-cases.ts'
import { ship, shipTo } from './shipments.ts'
import { admin, newCustomer, newProduct, ok, place, placeUnopened, setPrice, shop, untilOrderIs } from './shop.ts'
import { system } from './system.ts'

/** What the console has to show: the ids of the things that `makeConsoleData` made. */
export interface ConsoleData {
  customerId: string
  /** Paid, partly refunded and shipped, in two parcels. */
  orderId: string
  /** Can still be paid, and has an open case. */
  openOrderId: string
  caseId: string
  deadLetterId: string
  sku: string
  /** Its bill is compared, yyyy-mm-dd in Beijing. */
  date: string
}

/** Does in the running system what a day does: orders in several states, a case, a dead letter, a compared bill. */
export async function makeConsoleData(databases: TestedDatabases): Promise<ConsoleData> {
  const customer = newCustomer()
  const sku = await newProduct(databases, { units: 50 })
  await ok(shop.adjustStock(admin, sku, { delta: -3, reason: '盘点 Broken in the warehouse' }))
  await setPrice(sku, 13_900)
  const deadLetter = makeDeadLetter()
  // Expires by itself: nobody opens its payment.
  await placeUnopened(newCustomer(), { [sku]: 1 }, { base: system.shortTtlGatewayUrl })
  const { order, paymentUrl } = await place(customer, { [sku]: 3 }, { fields: { shipTo } })
  const { orderId } = order
  await pay(paymentUrl)
  await untilOrderIs(customer, orderId, 'PAID')
  await refund(orderId, { lines: [{ sku, quantity: 1 }], reason: 'One arrived broken' })
  for (const trackingNumber of ['SF1234567890', 'SF1234567891']) {
    await ok(ship(orderId, { lines: [{ sku, quantity: 1 }], trackingNumber }), 201)
  }
  const open = await place(newCustomer(), { [sku]: 1 })
  const { orderId: openOrderId } = open.order
  await deliver(signNotify(notifyOf({ outTradeNo: openOrderId, totalFen: 1 })))
  const [{ caseId } = { caseId: '' }] = await untilCaseAbout(openOrderId)
  const date = new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })
  await makeBill(date)
  await reconcile(date)
  return { customerId: customer.id, orderId, openOrderId, caseId, deadLetterId: await deadLetter, sku, date }
}

/** Has order-service dead-letter a payment for an order that it does not know. Returns the id in the console. */
async function makeDeadLetter(): Promise<string> {
  const orderId = `ord_${randomUUID().replaceAll('-', '')}`
  const producer = testKafka(system.kafkaBrokers).producer()
  await producer.connect()
  const payment = {
    ...{ orderId, outTradeNo: orderId, tradeNo: '2026010222001400000000000002' },
    ...{ amountFen: 100, paidAt: new Date().toISOString(), source: 'notify' },
  }
  const headers = {
    ...{ ce_specversion: '1.0', ce_type: 'PaymentSucceeded', ce_id: randomUUID(), ce_source: '/system-tests' },
    ...{ ce_time: payment.paidAt, 'content-type': 'application/json' },
  }
  await producer.send({
    topic: 'payment.events',
    messages: [{ key: orderId, value: JSON.stringify(payment), headers }],
  })
  await producer.disconnect()
  return waitUntil(
    async () => {
      const { items } = await ok(call<DeadLetterPage>('GET', '/api/admin/dead-letters?limit=100', { token: admin }))
      return items.find(({ key }) => key === orderId)?.deadLetterId
    },
    { what: 'the dead letter is in the list', timeoutMs: 40_000, everyMs: 250 },
  )
}
