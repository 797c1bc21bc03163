import { createLogger } from '@alipay-checkout/service-kit'
import { createTopicsNamed, testKafka, testStack, uniqueName, waitUntil } from '@alipay-checkout/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ParkedRecord, startDeadLetterWatch } from './dead-letter-watch.ts'
import { deadLetterTopic, park } from './dead-letters.ts'
import { openKafka, openProducer, type Producer } from './kafka.ts'

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
  await admin.deleteTopics({ topics: [deadLetterTopic(group)] })
  await admin.disconnect()
})

const parkOne = (key: string) =>
  park(producer, {
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
    },
  })

test('every parked record is handed over, also one from before, and again when it could not be taken', async () => {
  await parkOne('before')
  const seen: ParkedRecord[] = []
  let fails = 1
  const watch = startDeadLetterWatch({
    groupId: uniqueName('watch'),
    brokers,
    consumers: [group],
    logger,
    take: async parked => {
      if (fails-- > 0) throw new Error('not now')
      seen.push(...parked)
    },
  })
  await waitUntil(() => seen.length > 0, { what: 'the record from before', timeoutMs: 20_000 })
  await parkOne('after')
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
  })
}, 60_000)
