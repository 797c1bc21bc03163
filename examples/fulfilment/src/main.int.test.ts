import { randomUUID } from 'node:crypto'
import {
  createTestDatabase,
  ensureTopics,
  startProcess,
  type TestDatabase,
  testKafka,
  testStack,
  uniqueName,
  waitUntil,
} from '@alipay-checkout/test-support'
import type postgres from 'postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase } from './tables.ts'
import { startTestShop, type TestShop } from './test-shop.ts'
import { newOrderId, readParcel, twoOfTea } from './test-warehouse.ts'

let database: TestDatabase
let sql: postgres.Sql
let shop: TestShop
let brokers: string
beforeAll(async () => {
  const [stack, created] = await Promise.all([testStack(), createTestDatabase('fulfilment'), ensureTopics()])
  brokers = stack.kafkaBrokers
  database = created
  sql = openDatabase(database.url)
  shop = await startTestShop()
})
afterAll(async () => {
  await shop?.close()
  await sql?.end()
  await database?.drop()
})

const group = uniqueName('warehouse')
const start = (more: Record<string, string> = {}) =>
  startProcess('examples/fulfilment/src/main.ts', {
    env: {
      FULFILMENT_DATABASE_URL: database.url,
      FULFILMENT_GROUP: group,
      KAFKA_BROKERS: brokers,
      GATEWAY_URL: shop.url,
      JWT_SECRET: 'a-secret-of-this-test',
      ...more,
    },
  })

/** Publishes events as order-service does; equal ids are repeats of one event. */
async function publish(type: string, id: string, data: object & { orderId: string }): Promise<void> {
  const producer = testKafka(brokers).producer()
  await producer.connect()
  const headers = {
    ce_id: id,
    ce_type: type,
    ce_source: '/order-service',
    ce_specversion: '1.0',
    ce_time: '2026-11-24T02:30:11.000Z',
    'content-type': 'application/json',
  }
  await producer.send({
    topic: 'order.events',
    messages: [{ key: data.orderId, value: JSON.stringify(data), headers }],
  })
  await producer.disconnect()
}

const paid = (orderId: string) => ({
  orderId,
  customerId: 'customer-7',
  totalFen: 200,
  lines: twoOfTea.map(line => ({ ...line, title: 'Tea', unitPriceFen: 100 })),
  payment: { outTradeNo: orderId, tradeNo: '2026112322001', amountFen: 200, paidAt: '2026-11-24T02:30:11.000Z' },
})

const refunded = (orderId: string) => ({
  refundId: `ref_${orderId.slice(4)}`,
  reason: 'requested',
  amountFen: 200,
  refundedFen: 200,
  refundedAt: '2026-11-24T02:30:12.000Z',
  ...shop.refund(orderId),
})

it('ships what is paid, stops at refunds, and continues after SIGKILL', async () => {
  const [first, second, third] = [newOrderId(), newOrderId(), newOrderId()]
  for (const orderId of [first, second, third]) shop.pay(orderId, twoOfTea)
  const killed = start()
  const id = randomUUID()
  await publish('OrderPaid', id, paid(first))
  await waitUntil(async () => killed.output().includes(first), { what: 'the first parcel leaves', timeoutMs: 30_000 })
  killed.kill('SIGKILL')
  await killed.exited
  await publish('OrderPaid', id, paid(first))
  await publish('OrderRefunded', randomUUID(), refunded(first))
  await publish('OrderPaid', randomUUID(), paid(second))
  await publish('OrderPaid', randomUUID(), paid(third))
  await publish('OrderRefunded', randomUUID(), refunded(third))
  const restarted = start()
  const untilStatus = (orderId: string, status: string) =>
    waitUntil(async () => (await readParcel(sql, orderId)).status === status, { what: status, timeoutMs: 45_000 })
  await untilStatus(second, 'SHIPPED')
  await untilStatus(first, 'RETURN_EXPECTED')
  await untilStatus(third, 'CANCELLED')
  expect(await restarted.stop()).toBe(0)
  for (const orderId of [first, second]) expect((await readParcel(sql, orderId)).left).toEqual([twoOfTea])
  expect((await readParcel(sql, third)).left).toEqual([])
  expect(restarted.output()).toContain(`${second}  SF Express`)
  expect(restarted.output()).toContain('the warehouse is stopped')
  const { role, sub } = JSON.parse(Buffer.from(shop.tokens[0]?.split('.')[1] ?? '', 'base64url').toString())
  expect({ role, sub }).toEqual({ role: 'fulfilment', sub: 'warehouse' })
})

it('says which setting is missing', async () => {
  const ended = start({ JWT_SECRET: '' })
  expect(await ended.exited).toBe(1)
  expect(ended.output()).toContain('neither FULFILMENT_TOKEN nor JWT_SECRET is set')
})
