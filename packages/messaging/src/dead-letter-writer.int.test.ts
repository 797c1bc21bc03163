import { createLogger } from '@alipay-checkout/service-kit'
import { createTopicsNamed, testKafka, testStack, uniqueName } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDeadLetterWriter, type DeadLetterWriter } from './dead-letter-writer.ts'
import { deadLetterTopic, retryTopic, sendDeadLetter } from './dead-letters.ts'
import { runDlq } from './dlq.ts'
import { openKafka, openProducer, type Producer } from './kafka.ts'
import { createLagReader } from './messaging-gauges.ts'
import { readDeadLetters } from './read-dead-letters.ts'
import { readTopics } from './read-topics.ts'

const logger = createLogger('test', 'silent')
const group = uniqueName('written')
let brokers: string
let producer: Producer
let writer: DeadLetterWriter

beforeAll(async () => {
  brokers = (await testStack()).kafkaBrokers
  await createTopicsNamed([deadLetterTopic(group)], { partitions: 3 })
  await createTopicsNamed([retryTopic(group)], { partitions: 1 })
  producer = openProducer(openKafka({ brokers, clientId: 'test', logger }))
  await producer.connect()
  writer = createDeadLetterWriter({ brokers, clientId: 'test-writer', logger })
})
afterAll(async () => {
  await Promise.all([producer.disconnect(), writer.close()])
  const admin = testKafka(brokers).admin()
  await admin.connect()
  await admin.deleteTopics({ topics: [deadLetterTopic(group), retryTopic(group)] })
  await admin.disconnect()
})

const kafka = () => openKafka({ brokers, clientId: 'test', logger })

async function deadLetter(record: { key: Buffer; value: Buffer; headers?: Record<string, Buffer> }): Promise<void> {
  await sendDeadLetter(producer, {
    groupId: group,
    topic: 'order.events',
    partition: 0,
    reason: 'it failed',
    now: new Date(),
    message: { ...record, offset: '7', timestamp: '0', attributes: 0 },
  })
}

/** The dead letter with this key. */
async function find(key: Buffer) {
  const letters = await readDeadLetters(kafka(), [group])
  const found = letters.find(({ message }) => message.key?.equals(key))
  if (!found) throw new Error('it is not there')
  return found
}
const retried = () => readTopics(kafka(), [retryTopic(group)])
const dlq = async (...args: string[]) => {
  const lines: string[] = []
  await runDlq(args, line => lines.push(line), { KAFKA_BROKERS: brokers })
  return lines.join('\n')
}

it('redrives a record with its bytes unchanged, whatever they are, and marks it', async () => {
  const bytes = Buffer.from([0x00, 0xff, 0x41, 0xed, 0xa0, 0x80])
  const record = {
    key: bytes,
    value: Buffer.concat([bytes, Buffer.alloc(100_000, 0xfe)]),
    headers: { ce_type: bytes, x: bytes },
  }
  await deadLetter(record)
  const { groupId, id } = await find(bytes)
  expect(await writer.redrive({ groupId, id })).toBe('redriven')
  const [{ message } = { message: undefined }] = await retried()
  expect(message?.key?.equals(record.key)).toBe(true)
  expect(message?.value?.equals(record.value)).toBe(true)
  expect(message?.headers).toEqual(record.headers)
  expect(await find(bytes)).toMatchObject({ redriven: true, discarded: false })
}, 60_000)

it('redrives many at once, each by its own place', async () => {
  const keys = Array.from({ length: 60 }, (_, n) => Buffer.from(`many-${n}`))
  for (const key of keys) await deadLetter({ key, value: key })
  const letters = (await readDeadLetters(kafka(), [group])).filter(({ message }) =>
    String(message.key).startsWith('many-'),
  )
  // Every third, so that records in between are passed over.
  const chosen = letters.filter((_, n) => n % 3 === 0)
  await Promise.all(chosen.map(letter => writer.redrive(letter)))
  const values = (await retried())
    .map(({ message }) => String(message.value))
    .filter(value => value.startsWith('many-'))
  expect(values.sort()).toEqual(chosen.map(({ message }) => String(message.value)).sort())
}, 60_000)

it('reports a record that Kafka does not have', async () => {
  await deadLetter({ key: Buffer.from('deleted'), value: Buffer.from('x') })
  const { groupId, id } = await find(Buffer.from('deleted'))
  const [partition = '', offset = ''] = id.split('/')
  const admin = testKafka(brokers).admin()
  await admin.connect()
  await admin.fetchTopicMetadata({ topics: [deadLetterTopic(group)] })
  await admin.deleteTopicRecords({
    topic: deadLetterTopic(group),
    partitions: [{ partition: Number(partition), offset: String(Number(offset) + 1) }],
  })
  await admin.disconnect()
  const outcomes = await Promise.all([
    writer.redrive({ groupId, id }),
    writer.redrive({ groupId, id: `${partition}/99999` }),
    writer.redrive({ groupId, id: '99/0' }),
    writer.redrive({ groupId: uniqueName('unknown'), id: '0/0' }),
  ])
  expect(outcomes).toEqual(['gone', 'gone', 'gone', 'gone'])
}, 60_000)

it('marks a dead letter as discarded, so that it is no longer listed as waiting', async () => {
  await deadLetter({ key: Buffer.from('junk'), value: Buffer.from('x') })
  const letter = await find(Buffer.from('junk'))
  await writer.discard(letter, '不需要')
  expect(await find(Buffer.from('junk'))).toMatchObject({ redriven: false, discarded: true })
  expect(await dlq('list')).not.toContain(`${group} ${letter.id} `)
  expect(await dlq('list', '--all')).toMatch(new RegExp(`${group} ${letter.id} .*\\(discarded\\)`))
}, 60_000)

it('is discarded on the command line with a reason only', async () => {
  await deadLetter({ key: Buffer.from('by-hand'), value: Buffer.from('x') })
  const { id } = await find(Buffer.from('by-hand'))
  await expect(dlq('discard', group, id)).rejects.toThrow('a reason is required')
  expect(await dlq('discard', group, id, '--reason', 'a test')).toContain(`discarded: ${group} ${id}`)
  expect(await find(Buffer.from('by-hand'))).toMatchObject({ discarded: true })
}, 60_000)

it('reads the lag of groups, and answers without it while Kafka is away', async () => {
  const groups = { [group]: [retryTopic(group)], other: [retryTopic(group)] }
  const reader = createLagReader({ kafka: { brokers }, clientId: 'test-lag', groups })
  const [{ topics } = { topics: undefined }] = await reader.read()
  await reader.close()
  expect(topics).toEqual([{ topic: retryTopic(group), lag: (await retried()).length }])
  const away = createLagReader({ kafka: { brokers: '127.0.0.1:1' }, clientId: 'test-lag', groups })
  expect(await away.read()).toEqual([
    { group, topics: undefined },
    { group: 'other', topics: undefined },
  ])
  await away.close()
}, 60_000)
