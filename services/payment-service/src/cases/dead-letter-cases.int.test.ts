import { type DeadLetterWatch, deadLetterTopic } from '@alipay-checkout/messaging'
import { createTopicsNamed, testKafka, testStack, uniqueName, waitUntil } from '@alipay-checkout/test-support'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestDatabase, type PaymentDatabase, silent } from '../test-database.ts'
import { newOrderId } from '../test-shop.ts'
import { startDeadLetterCases } from './dead-letter-cases.ts'

/** Consumer groups of this test, one partition each, so that a bad record comes before all later ones. */
const groups = [uniqueName('orders'), uniqueName('inventory')] as const
const topics = groups.map(deadLetterTopic)

let kafka: ReturnType<typeof testKafka>
let producer: ReturnType<ReturnType<typeof testKafka>['producer']>
let database: PaymentDatabase
let watch: DeadLetterWatch

beforeAll(async () => {
  const { kafkaBrokers: brokers } = await testStack()
  kafka = testKafka(brokers)
  producer = kafka.producer()
  await Promise.all([createTopicsNamed(topics, { partitions: 1 }), producer.connect()])
  database = await openTestDatabase()
  watch = startDeadLetterCases({
    groupId: uniqueName('cases'),
    consumers: groups,
    kafka: { brokers },
    db: database.db,
    logger: silent,
    registry: new Registry(),
  })
}, 60_000)
afterAll(async () => {
  await watch?.stop()
  await producer?.disconnect()
  const admin = kafka.admin()
  await admin.connect()
  await admin.deleteTopics({ topics })
  await admin.disconnect()
  await database?.drop()
})

/** Publishes a dead letter, and returns the key of its case. */
async function deadLetter(
  group: string,
  record: { key?: string | Buffer; value?: Buffer | string | null; headers?: Record<string, Buffer | string> },
): Promise<string> {
  const { key = newOrderId(), value = '{}', headers = {} } = record
  const failure = { dlq_reason: 'it failed', dlq_topic: 'order.events', dlq_partition: '0', dlq_offset: '4' }
  const at = { dlq_at: new Date().toISOString() }
  const messages = [{ key, value, headers: { ...failure, ...at, ...headers } }]
  const [sent] = await producer.send({ topic: deadLetterTopic(group), acks: -1, messages })
  return `parked_message:${group}:${sent?.partition}/${sent?.baseOffset}`
}

const findCase = async (key: string) =>
  (await database.client`select status, order_id as "orderId", summary, evidence from cases where key = ${key}`)[0]

const caseOf = async (key: string) => {
  await waitUntil(async () => (await findCase(key)) !== undefined, { what: `${key} has a case`, timeoutMs: 20_000 })
  return (await findCase(key)) as Record<string, unknown>
}

const bytes = Buffer.from([0x00, 0x00, 0x00, 0x07, 0xc3, 0x28, 0x41])

it.each([
  ['bytes of Avro in the value', { value: bytes }],
  ['bytes in the key', { key: bytes }],
  ['bytes in a header of its own', { headers: { ce_type: bytes, 'x\0': bytes } }],
  ['bytes in the reason', { headers: { dlq_reason: bytes } }],
  [
    'half a surrogate pair, as JSON and as bytes',
    { value: '{"title":"\\ud83c"}', key: Buffer.from([0xed, 0xa0, 0xbc]) },
  ],
  ['a character of two halves where the value is cut', { value: `${'x'.repeat(3_999)}🍵` }],
  ['U+0000 as JSON', { value: '{"title":"a\\u0000"}' }],
  ['no value', { value: null }],
])('opens a case for a dead letter with %s, and for the next one', async (_name, record) => {
  const key = await deadLetter(groups[0], record)
  const next = await deadLetter(groups[0], { value: '{"next":true}' })
  expect(await caseOf(key)).toMatchObject({ status: 'OPEN' })
  expect(await caseOf(next)).toMatchObject({ evidence: { value: '{"next":true}' } })
})

it('stores bytes that are no text as evidence', async () => {
  const { evidence } = await caseOf(await deadLetter(groups[0], { value: bytes }))
  expect(evidence).toMatchObject({ value: '␀␀␀\u0007�(A', base64: { value: bytes.toString('base64') } })
})

it('opens cases for every group’s dead letters, with their orders', async () => {
  const orderId = newOrderId()
  const headers = { ce_type: 'OrderLinesReturned' }
  const opened = await caseOf(await deadLetter(groups[1], { key: orderId, headers }))
  expect(opened).toMatchObject({ orderId, evidence: { aboutMoney: false, type: 'OrderLinesReturned' } })
})

it('resolves the case of a record that is redriven', async () => {
  const key = await deadLetter(groups[1], {})
  await caseOf(key)
  const redriven = { value: null, headers: { dlq_redriven: key.split(':').at(-1) as string } }
  await producer.send({ topic: deadLetterTopic(groups[1]), messages: [redriven] })
  await waitUntil(async () => (await findCase(key))?.status === 'RESOLVED', { what: 'it is resolved' })
})
