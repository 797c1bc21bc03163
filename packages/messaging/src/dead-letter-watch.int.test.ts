import { createLogger } from '@alipay-checkout/service-kit'
import { createTopicsNamed, testKafka, testStack, uniqueName, waitUntil } from '@alipay-checkout/test-support'
import type { KafkaMessage } from 'kafkajs'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DeadLetteredRecord, startDeadLetterWatch } from './dead-letter-watch.ts'
import { type DeadLetter, deadLetterTopic, redrive, retryTopic, sendDeadLetter } from './dead-letters.ts'
import { openKafka, openProducer, type Producer } from './kafka.ts'
import { readDeadLetters } from './read-dead-letters.ts'

const logger = createLogger('test', 'silent')
const group = uniqueName('watched')
let brokers: string
let producer: Producer

beforeAll(async () => {
  brokers = (await testStack()).kafkaBrokers
  await createTopicsNamed([deadLetterTopic(group)], { partitions: 1 })
  producer = openProducer(openKafka({ brokers, clientId: 'test', logger }))
  await producer.connect()
})
afterAll(async () => {
  await producer.disconnect()
  const admin = testKafka(brokers).admin()
  await admin.connect()
  await admin.deleteTopics({ topics: [deadLetterTopic(group), retryTopic(group)] })
  await admin.disconnect()
})

const deadLetter = (key: string | Buffer, message: Partial<Pick<KafkaMessage, 'value' | 'headers'>> = {}) =>
  sendDeadLetter(producer, {
    groupId: group,
    topic: 'payment.events',
    partition: 3,
    reason: 'PaymentSucceeded: no such order',
    now: new Date(),
    message: {
      key: Buffer.from(key),
      value: Buffer.from('x'.repeat(10_000)),
      headers: { ce_type: 'PaymentSucceeded' },
      offset: '7',
      timestamp: '0',
      attributes: 0,
      ...message,
    },
  })

/** Watches the dead letters with a new group. */
function watchWith(take: (letters: readonly DeadLetteredRecord[]) => Promise<void>) {
  const registry = new Registry()
  const redriven: string[] = []
  const watch = startDeadLetterWatch({
    groupId: uniqueName('watch'),
    kafka: { brokers },
    consumers: [group],
    logger,
    registry,
    take,
    handled: async letters => void redriven.push(...letters.map(({ id }) => id)),
  })
  const counts = async () => (await registry.getSingleMetric('dead_letters_watched_total')?.get())?.values ?? []
  const countOf = async (outcome: string) =>
    (await counts()).find(({ labels }) => labels.outcome === outcome)?.value ?? 0
  return { watch, redriven, countOf }
}

it('delivers every dead letter, also earlier ones, and repeats the delivery when `take` fails', async () => {
  await deadLetter('before')
  const seen: DeadLetteredRecord[] = []
  let fails = 1
  const { watch } = watchWith(async letters => {
    if (fails-- > 0) throw new Error('not now')
    seen.push(...letters)
  })
  await waitUntil(() => seen.length > 0, { what: 'the record from before', timeoutMs: 20_000 })
  await deadLetter('after')
  await waitUntil(() => seen.some(({ key }) => key === 'after'), { what: 'the new record', timeoutMs: 20_000 })
  await watch.stop()
  expect(seen[0]).toMatchObject({
    id: '0/0',
    groupId: group,
    topic: 'payment.events',
    partition: '3',
    offset: '7',
    type: 'PaymentSucceeded',
    reason: 'PaymentSucceeded: no such order',
    key: 'before',
    value: 'x'.repeat(4_000),
    headers: { ce_type: 'PaymentSucceeded' },
  })
  expect(seen[0]).not.toHaveProperty('base64')
}, 60_000)

it('delivers records of any bytes as text that PostgreSQL can store, with their bytes in base64', async () => {
  const bytes = Buffer.from([0x00, 0xff, 0x41, 0xed, 0xa0, 0x80])
  await deadLetter(bytes, { value: bytes, headers: { ce_type: bytes, plain: 'yes' } })
  await deadLetter('cut', { value: Buffer.from(`${'x'.repeat(3_999)}🍵`) })
  const seen: DeadLetteredRecord[] = []
  const { watch } = watchWith(async letters => void seen.push(...letters))
  await waitUntil(() => seen.some(({ key }) => key === 'cut'), { what: 'both records', timeoutMs: 20_000 })
  await watch.stop()
  const odd = seen.find(({ key }) => key?.startsWith('␀'))
  expect(odd).toMatchObject({
    key: '␀�A���',
    value: '␀�A���',
    type: '␀�A���',
    headers: { ce_type: '␀�A���', plain: 'yes' },
    base64: { key: bytes.toString('base64'), value: bytes.toString('base64') },
  })
  expect(odd?.base64?.['header ce_type']).toBe(bytes.toString('base64'))
  expect(seen.find(({ key }) => key === 'cut')?.value).toBe(`${'x'.repeat(3_999)}�`)
}, 60_000)

it('counts and skips a dead letter that can not be recorded', async () => {
  await deadLetter('poison')
  await deadLetter('next')
  const seen: string[] = []
  const { watch, countOf } = watchWith(async letters => {
    const keys = letters.map(({ key }) => key as string)
    if (keys.includes('poison')) throw new Error('can not be stored')
    seen.push(...keys)
  })
  await waitUntil(() => seen.includes('next'), { what: 'the next record', timeoutMs: 20_000 })
  await watch.stop()
  expect(await countOf('failed')).toBe(1)
  expect(await countOf('recorded')).toBeGreaterThan(0)
}, 60_000)

it('waits without a limit while the database is unavailable', async () => {
  await deadLetter('waits')
  const seen: string[] = []
  let fails = 5
  const unavailable = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  const { watch, countOf } = watchWith(async letters => {
    if (fails-- > 0) throw unavailable
    seen.push(...letters.map(({ key }) => key as string))
  })
  await waitUntil(() => seen.includes('waits'), { what: 'the record', timeoutMs: 40_000 })
  await watch.stop()
  expect(await countOf('failed')).toBe(0)
}, 60_000)

it('reports which dead letters were redriven', async () => {
  await deadLetter('redriven')
  const kafka = openKafka({ brokers, clientId: 'test', logger })
  await createTopicsNamed([retryTopic(group)], { partitions: 1 })
  const letter = (await readDeadLetters(kafka, [group])).find(({ message }) => `${message.key}` === 'redriven')
  await redrive(producer, letter as DeadLetter)
  const { watch, redriven } = watchWith(async () => {})
  await waitUntil(() => redriven.includes((letter as DeadLetter).id), { what: 'it is reported', timeoutMs: 20_000 })
  await watch.stop()
}, 60_000)
