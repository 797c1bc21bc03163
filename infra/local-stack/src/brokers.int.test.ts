import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTopics } from '@alipay-checkout/kafka-topics'
import { Kafka, logLevel, type Producer } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stack, startStack } from './stack.ts'
import { waitUntil } from './wait-until.ts'

const dir = mkdtempSync(join(tmpdir(), 'brokers-'))
let stack: Stack
let producer: Producer

beforeAll(async () => {
  stack = await startStack({ dir, only: ['kafka'], label: 'test', breakable: { brokers: 3 } })
  const brokers = stack.addresses.KAFKA_BROKERS ?? ''
  await createTopics(brokers, { partitions: 1, replicationFactor: 3 })
  const retry = { retries: 2, initialRetryTime: 100 }
  const patience = { connectionTimeout: 1_000, requestTimeout: 3_000, retry }
  producer = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING, ...patience }).producer()
  await producer.connect()
}, 180_000)

afterAll(async () => {
  await producer?.disconnect()
  await stack?.stop()
  rmSync(dir, { recursive: true, force: true })
}, 60_000)

const send = () => producer.send({ topic: 'order.events', acks: -1, messages: [{ key: 'a', value: 'b' }] })
const sent = async (): Promise<true> => {
  await send()
  return true
}

test('of three brokers one may be lost and writes go on; with one left none is answered; back, they go on again', async () => {
  await send()
  const [first, second] = stack.brokers ?? []
  await first?.stop('SIGKILL')
  await waitUntil(sent, { timeoutMs: 30_000 })
  await second?.stop('SIGKILL')
  // The one that is left neither leads alone nor takes a write for itself.
  await expect(send()).rejects.toThrow()
  await Promise.all([first?.start(), second?.start()])
  await waitUntil(sent, { timeoutMs: 60_000 })
}, 180_000)
