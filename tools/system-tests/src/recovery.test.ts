import { type TopicWatch, waitUntil, watchTopics, withDatabase } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pay } from './support/alipay.ts'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { tryToRefund, untilLedgersAgree, untilMoneyNote } from './support/refunds-and-cases.ts'
import { cancel, newCustomer, newProduct, ok, place, untilOrderIs } from './support/shop.ts'
import { system } from './support/system.ts'

const customer = newCustomer()
let databases: TestedDatabases
let watch: TopicWatch

beforeAll(async () => {
  databases = openTestedDatabases()
  watch = await watchTopics(['order.events', ...['inventory', 'payment'].map(name => `${name}-service.dlq`)])
})
afterAll(async () => {
  await watch?.stop()
  await databases?.close()
})

/** Whether inventory-service has handled an event, or it has become a dead letter. */
const isHandled = (orderId: string, eventId: string) =>
  withDatabase(system.databases.inventory, async sql => {
    const rows = await sql`select from inbox where event_id = ${eventId}`
    return rows.length > 0 || lettersOf(orderId).length > 0
  })
const lettersOf = (orderId: string) => watch.of(orderId).filter(({ topic }) => topic.endsWith('.dlq'))
const idsOf = (orderId: string, type: string) =>
  watch.of(orderId).flatMap(record => (record.type === type ? [record.headers.ce_id ?? ''] : []))

it('republishes an order that was refunded while it was reinstating, and leaves its stock as it is', async () => {
  const sku = await newProduct(databases, { units: 3 })
  const { order, paymentUrl } = await place(customer, { [sku]: 2 })
  const { orderId } = order
  await cancel(customer, orderId)
  await untilOrderIs(customer, orderId, 'CANCELLED')
  await expect.poll(() => databases.stockOf(sku)).toMatchObject({ reserved: 0 })
  const release = await databases.delayStockResultsFor(sku)
  try {
    await pay(paymentUrl)
    await untilOrderIs(customer, orderId, 'REINSTATING')
    await ok(tryToRefund(orderId, { reason: 'they want none of it' }), 202)
    await untilOrderIs(customer, orderId, 'REFUNDED')
  } finally {
    await release()
  }
  await untilMoneyNote(customer, orderId, 'refunded')
  const unsold = { available: 3, reserved: 0, sold: 0, supplied: 3 }
  await expect.poll(() => databases.stockOf(sku), { timeout: 20_000 }).toEqual(unsold)
  await expect.poll(() => databases.reservationsOf(orderId), { timeout: 20_000 }).toEqual({ [sku]: 'RELEASED' })

  const before = new Set(idsOf(orderId, 'OrderCancelled'))
  const response = await fetch(`${system.orderServiceUrl}/recovery/republish`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-service-token': system.environment.SERVICE_TOKEN ?? '' },
    body: JSON.stringify({ orderIds: [orderId] }),
  })
  expect(response.status).toBe(200)
  const again = await waitUntil(() => idsOf(orderId, 'OrderCancelled').find(id => !before.has(id)), {
    what: 'its end is published again',
    timeoutMs: 20_000,
  })
  await waitUntil(() => isHandled(orderId, again), {
    what: 'inventory-service has handled it',
    timeoutMs: 20_000,
  })
  expect(lettersOf(orderId)).toEqual([])
  expect(watch.of(orderId).map(({ type }) => type)).not.toContain('OrderPaid')
  expect(await databases.stockOf(sku)).toEqual(unsold)
  await untilLedgersAgree(orderId)
})
