import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTopics } from '@alipay-checkout/kafka-topics'
import { type Admin, Kafka, logLevel, type Producer } from 'kafkajs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Stack, startStack } from './stack.ts'
import { waitUntil } from './wait-until.ts'

const dir = mkdtempSync(join(tmpdir(), 'brokers-'))
let stack: Stack
let producer: Producer
/** Gives up early: for a write that must fail. */
let impatient: Producer
let admin: Admin

const partitions = 6

beforeAll(async () => {
  stack = await startStack({ dir, only: ['kafka'], label: 'test', breakable: { brokers: 3 } })
  const brokers = stack.addresses.KAFKA_BROKERS ?? ''
  await createTopics({ brokers }, { partitions, replicationFactor: 3 })
  const retry = { retries: 4, initialRetryTime: 100 }
  const patience = { connectionTimeout: 1_000, requestTimeout: 3_000, retry }
  const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING, ...patience })
  producer = kafka.producer()
  impatient = kafka.producer({ retry: { retries: 1, initialRetryTime: 100 } })
  admin = kafka.admin()
  await Promise.all([producer.connect(), impatient.connect(), admin.connect()])
}, 180_000)

afterAll(async () => {
  await Promise.all([producer?.disconnect(), impatient?.disconnect(), admin?.disconnect()])
  await stack?.stop()
  rmSync(dir, { recursive: true, force: true })
}, 60_000)

const send = (by = producer) => by.send({ topic: 'order.events', acks: -1, messages: [{ key: 'a', value: 'b' }] })
const sent = async (): Promise<true> => {
  await send()
  return true
}

const topic = 'payment.events'

async function ends(): Promise<number[]> {
  const offsets = await admin.fetchTopicOffsets(topic)
  return offsets.sort((a, b) => a.partition - b.partition).map(({ high }) => Number(high))
}

async function leaderOf(partition: number): Promise<number | undefined> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
  return topics[0]?.partitions.find(one => one.partitionId === partition)?.leader
}

// kafkajs took a response to an earlier attempt as the confirmation of other records: https://github.com/tulios/kafkajs/issues/1303
it('loses no record of a partition that moves to a broker which has answered before', async () => {
  const toEach = Array.from({ length: partitions }, (_, partition) => ({ partition, key: 'a', value: 'b' }))
  const sendToEach = () => producer.send({ topic, acks: -1, messages: toEach })
  await sendToEach()
  const before = await ends()
  const leader = await waitUntil(() => leaderOf(0), { timeoutMs: 30_000 })
  const replicas = [1, 2, 3].filter(id => id !== leader)
  await admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment: [{ partition: 0, replicas }] }] })
  await waitUntil(async () => replicas.includes((await leaderOf(0)) ?? 0) || undefined, { timeoutMs: 30_000 })
  // The producer still sends to the old leader, which refuses, while the other brokers answer.
  await sendToEach()
  const after = await waitUntil(ends, { timeoutMs: 30_000 })
  expect(after.map((end, partition) => end > (before[partition] ?? 0))).toEqual(toEach.map(() => true))
}, 60_000)

it('accepts writes with two of three brokers, none with one, and again after their restart', async () => {
  await send()
  const [first, second] = stack.brokers ?? []
  await first?.stop('SIGKILL')
  await waitUntil(sent, { timeoutMs: 30_000 })
  await second?.stop('SIGKILL')
  // A single broker accepts no write.
  await expect(send(impatient)).rejects.toThrow()
  await Promise.all([first?.start(), second?.start()])
  await waitUntil(sent, { timeoutMs: 60_000 })
}, 180_000)
