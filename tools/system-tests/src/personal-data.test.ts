import type { CustomerExport, ErasedCustomer, PlacedOrder, Recipient } from '@alipay-checkout/contracts'
import { type TopicWatch, uniqueName, watchTopics } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deliver, notifyOf, pay, signNotify } from './support/alipay.ts'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { contains, findInLogs, findInTables, readRedis } from './support/find-values.ts'
import { call } from './support/http.ts'
import { refund, untilCaseAbout, untilLedgersAgree } from './support/refunds-and-cases.ts'
import { admin, newCustomer, newProduct, ok, untilOrderIs } from './support/shop.ts'

const services = ['order', 'payment', 'inventory']
const topics = services.flatMap(name => [`${name}.events`, `${name}-service.dlq`, `${name}-service.retry`])
const customer = newCustomer()
const unique = uniqueName('planted').replace('planted-', '')
const digits = unique
  .replaceAll(/[^0-9]/g, '')
  .padEnd(8, '7')
  .slice(0, 8)

/** Values that occur nowhere else. */
const shipTo = {
  name: `梅 ${unique}`,
  phone: `13${digits}9`,
  province: `浙江 ${unique}`,
  city: `杭州 ${unique}`,
  district: `西湖 ${unique}`,
  street: `planted "street" & lane ${unique}`,
  postalCode: `Z${digits}`,
}
const note = `planted note ${unique}, ring twice`
const buyer = {
  buyer_id: `2088${digits}0001`,
  buyer_open_id: `planted_open_${unique.replaceAll('-', '_')}`,
  buyer_logon_id: `planted***${unique}@example.com`,
}
const ofRecipient = [...Object.values(shipTo), note]
const ofBuyer = Object.values(buyer)

let databases: TestedDatabases
let watch: TopicWatch
beforeAll(async () => {
  databases = openTestedDatabases()
  watch = await watchTopics(topics)
})
afterAll(async () => {
  await watch?.stop()
  await databases?.close()
})

const path = `/api/admin/customers/${customer.id}`
const readExport = () => ok(call<CustomerExport>('GET', `${path}/export`, { token: admin }))
const erase = () => ok(call<ErasedCustomer>('POST', `${path}/erase`, { token: admin }))

/** Where a value is found, in all of tables, topics, logs and Redis. */
async function placesOf(value: string): Promise<string[]> {
  const inTopics = watch.records.filter(
    record => contains(JSON.stringify(record), value) || contains(record.value, value),
  )
  const redis = await readRedis()
  return [
    ...(await findInTables(value)),
    ...new Set(inTopics.map(({ topic }) => topic)),
    ...findInLogs(value),
    ...(contains(redis, value) ? ['redis'] : []),
  ]
}

async function placeWithRecipient(sku: string): Promise<PlacedOrder> {
  const body = { items: [{ sku, quantity: 2 }], shipTo, note }
  const headers = { 'idempotency-key': uniqueName('key') }
  const send = () => call<PlacedOrder>('POST', '/api/orders', { token: customer.token, headers, body })
  const placed = await send()
  expect([201, 202], placed.text).toContain(placed.status)
  const repeat = await send()
  expect(repeat.body.order.orderId).toBe(placed.body.order.orderId)
  return placed.body
}

it('a recipient lies in one table, and nothing personal is left anywhere after the erasure', async () => {
  const sku = await newProduct(databases, { units: 5 })
  const placed = await placeWithRecipient(sku)
  const { orderId, totalFen } = placed.order
  await untilOrderIs(customer, orderId, ['PENDING_PAYMENT', 'PAID'])
  const { paymentUrl, tradeNo } = placed.paymentUrl
    ? placed
    : await ok(call<PlacedOrder>('POST', `/api/orders/${orderId}/payment`, { token: customer.token, body: {} }))
  // A signed notify of another amount opens a case with the buyer's values.
  expect((await deliver(signNotify(notifyOf({ outTradeNo: tradeNo, totalFen: totalFen + 1 }, buyer)))).text).toBe(
    'failure',
  )
  await untilCaseAbout(orderId)
  await pay(paymentUrl)
  await untilOrderIs(customer, orderId, 'PAID')

  const recipient = await ok(call<Recipient>('GET', `/api/admin/orders/${orderId}/recipient`, { token: admin }))
  expect(recipient).toMatchObject({ orderId, shipTo, note })
  expect(await erase()).toMatchObject({ erasedOrders: 0, keptOrders: [{ orderId }] })
  const parcel = { carrier: 'SF', trackingNumber: `SF${digits}` }
  await ok(call('POST', `/api/admin/orders/${orderId}/shipments`, { token: admin, body: parcel }), 201)
  await refund(orderId, { reason: 'personal data test' })
  await untilOrderIs(customer, orderId, 'REFUNDED')
  await watch.next(({ key, type }) => key === orderId && type === 'OrderRefunded', { what: 'the refund is published' })

  for (const value of ofRecipient) expect(await placesOf(value), value).toEqual(['orders.order_recipients'])
  for (const value of ofBuyer) expect(await placesOf(value), value).toEqual(['payments.cases', 'payments.notifies'])
  const exported = JSON.stringify(await readExport())
  for (const value of [...ofRecipient, ...ofBuyer]) expect(contains(exported, value), value).toBe(true)

  expect(await erase()).toEqual({ erasedOrders: 1, keptOrders: [] })
  expect(await erase()).toEqual({ erasedOrders: 0, keptOrders: [] })
  for (const value of [...ofRecipient, ...ofBuyer]) expect(await placesOf(value), value).toEqual([])
  expect(await findInTables(customer.id)).toEqual([])
  expect(await readExport()).toMatchObject({ orders: [], payments: [] })
  await untilLedgersAgree(orderId, tradeNo, sku)
}, 120_000)
