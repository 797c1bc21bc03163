import { randomUUID } from 'node:crypto'
import { describePromise } from '@alipay-checkout/audit'
import { runDlq } from '@alipay-checkout/messaging/dlq'
import { runToEnd, type TopicWatch, testKafka, watchTopics } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pay } from './support/alipay.ts'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { newCustomer, newProduct, place, placeUnopened, readOrder, untilOrderIs } from './support/shop.ts'
import { system } from './support/system.ts'

interface Letter {
  id: string
  groupId: string
  topic: string
  reason: string
  type?: string
  key: string | null
  redriven: boolean
  value?: string
  headers?: Record<string, string>
}

const customer = newCustomer()
const producer = testKafka(system.kafkaBrokers).producer()
let databases: TestedDatabases
let watch: TopicWatch
let sku: string

beforeAll(async () => {
  databases = openTestedDatabases()
  await producer.connect()
  watch = await watchTopics(['order-service', 'payment-service', 'inventory-service'].map(name => `${name}.dlq`))
  sku = await newProduct(databases, { units: 100 })
})
afterAll(async () => {
  await producer.disconnect()
  await watch?.stop()
  await databases?.close()
})

const env = system.environment

/** Runs what `npm run dlq -- …` runs, without a process of its own, and returns its output. */
async function dlq(...args: string[]): Promise<string> {
  const printed: string[] = []
  await runDlq(args, text => printed.push(text), env)
  return printed.join('\n')
}

const letters = async (): Promise<Letter[]> => JSON.parse(await dlq('list', '--json'))

/** Waits until a consumer has dead-lettered a record with this key. */
const deadLettered = (groupId: string, key: string) =>
  watch.next(record => record.topic === `${groupId}.dlq` && record.key === key, {
    what: `${groupId} has dead-lettered ${key}`,
    timeoutMs: 20_000,
  })

const send = (topic: string, key: string, value: string | null, headers: Record<string, string> = {}) =>
  producer.send({ topic, acks: -1, messages: [{ key, value, headers }] })

const eventHeaders = (type: string) => ({
  ce_specversion: '1.0',
  ce_type: type,
  ce_id: randomUUID(),
  ce_source: '/system-tests',
  ce_time: new Date().toISOString(),
  'content-type': 'application/json',
})

const paymentOf = (orderId: string, amountFen: number) =>
  JSON.stringify({
    orderId,
    outTradeNo: orderId,
    tradeNo: '2026010222001400000000000001',
    amountFen,
    paidAt: new Date().toISOString(),
    source: 'notify',
  })

/** A whole purchase, which shows that every consumer goes on. */
async function buy(): Promise<void> {
  const { order, paymentUrl } = await place(customer, { [sku]: 1 })
  await pay(paymentUrl)
  await untilOrderIs(customer, order.orderId, 'PAID')
}

it(`${describePromise(9)}: each consumer dead-letters an unreadable record and skips an unknown event type`, async () => {
  const [garbage, stranger, shapeless] = [randomUUID(), randomUUID(), randomUUID()]
  await send('order.events', garbage, Buffer.from([0, 159, 146, 150]).toString('latin1'))
  await send('inventory.events', stranger, '{}', eventHeaders('StockVanished'))
  await send('payment.events', shapeless, '{"orderId": 7}', eventHeaders('PaymentSucceeded'))
  await buy()
  await Promise.all([
    deadLettered('order-service', shapeless),
    deadLettered('inventory-service', garbage),
    deadLettered('payment-service', garbage),
  ])
  const all = await letters()
  const letterOf = (key: string) => all.find(letter => letter.key === key)
  expect(letterOf(stranger)).toBeUndefined()
  expect(letterOf(shapeless)).toMatchObject({ groupId: 'order-service', type: 'PaymentSucceeded' })
  const readers = all.filter(({ key }) => key === garbage).map(({ groupId }) => groupId)
  expect(readers.sort()).toEqual(['inventory-service', 'payment-service'])
})

it('a payment for an unknown order is dead-lettered with the reason, and can be shown', async () => {
  const orderId = `ord_${randomUUID().replaceAll('-', '')}`
  await send('payment.events', orderId, paymentOf(orderId, 100), eventHeaders('PaymentSucceeded'))
  await buy()
  const { partition, offset } = await deadLettered('order-service', orderId)
  const id = `${partition}/${offset}`
  expect(await runToEnd('packages/messaging/src/dlq-cli.ts', { args: ['list'], env })).toContain(
    `unknown_order: paymentSucceeded for ${orderId}`,
  )
  const shown = JSON.parse(await dlq('show', 'order-service', id)) as Letter
  expect(shown).toMatchObject({ id, groupId: 'order-service', topic: 'payment.events', redriven: false })
  expect(JSON.parse(shown.value ?? '')).toMatchObject({ orderId, amountFen: 100 })
  expect(shown.headers).toMatchObject({ ce_type: 'PaymentSucceeded' })
})

it(`${describePromise(9)}: a redriven dead letter takes effect once its cause is gone`, async () => {
  const { orderId, totalFen } = await placeUnopened(customer, { [sku]: 1 })
  await untilOrderIs(customer, orderId, 'PENDING_PAYMENT')
  // The order's row is missing for a while.
  const bringBack = await databases.hideOrder(orderId)
  await send('payment.events', orderId, paymentOf(orderId, totalFen), eventHeaders('PaymentSucceeded'))
  const letter = await deadLettered('order-service', orderId).finally(bringBack)
  expect(letter.headers.dlq_reason).toContain('unknown_order')
  const id = `${letter.partition}/${letter.offset}`
  await dlq('redrive', 'order-service', id)
  await untilOrderIs(customer, orderId, 'PAID')
  expect((await letters()).find(({ key }) => key === orderId)).toBeUndefined()
  // A second time changes nothing: the event is known.
  await dlq('redrive', 'order-service', id)
  await buy()
  expect((await readOrder(customer, orderId)).body.orderStatus).toBe('PAID')
})

it('a dead letter that does not exist is named', async () => {
  await expect(dlq('show', 'order-service', '0/999999')).rejects.toThrow('order-service has no dead letter 0/999999')
})
