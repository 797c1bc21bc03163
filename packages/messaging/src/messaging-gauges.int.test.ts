import { fileURLToPath } from 'node:url'
import { createLogger } from '@alipay-checkout/service-kit'
import { type Database, openDatabase } from '@alipay-checkout/service-kit/database'
import {
  createTestDatabase,
  createTopicSet,
  testKafka,
  testStack,
  uniqueName,
  waitUntil,
} from '@alipay-checkout/test-support'
import { sql } from 'drizzle-orm'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { addLagGauge, addOutboxGauges } from './messaging-gauges.ts'

const logger = createLogger('test', 'silent')
const migrationsFolder = fileURLToPath(new URL('../../../services/order-service/drizzle', import.meta.url))
let database: Database
let drop: () => Promise<void>

beforeAll(async () => {
  const created = await createTestDatabase('gauges', { migrationsFolder })
  drop = created.drop
  database = openDatabase({ url: created.url, name: 'test' })
})

afterAll(async () => {
  await database?.close()
  await drop?.()
})

async function outboxGauges(): Promise<{ depth: number; ageS: number }> {
  const registry = new Registry()
  addOutboxGauges({ db: database.db, registry })
  const metrics = await registry.metrics()
  const numberOf = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(metrics)?.[1])
  return { depth: numberOf('outbox_depth'), ageS: numberOf('outbox_oldest_event_age_seconds') }
}

it('reports how many events wait in the outbox, and the age of the oldest', async () => {
  expect(await outboxGauges()).toEqual({ depth: 0, ageS: 0 })
  await database.db.execute(sql`
    insert into outbox (topic, key, headers, value, created_at)
    select 'order.events', n::text, '{}', '{}', now() - (10 - n) * interval '1 minute' from generate_series(1, 3) n`)
  const { depth, ageS } = await outboxGauges()
  expect(depth).toBe(3)
  expect(ageS).toBeGreaterThanOrEqual(540)
  expect(ageS).toBeLessThan(900)
})

it('reports the lag of a group by topic, and no lag while Kafka is unavailable', async () => {
  const { kafkaBrokers: brokers } = await testStack()
  const groupId = uniqueName('group')
  const { topics, remove } = await createTopicSet(['lag'], { partitions: 1 })
  const topic = topics.lag
  const kafka = testKafka(brokers)
  const [producer, admin] = [kafka.producer(), kafka.admin()]
  await Promise.all([producer.connect(), admin.connect()])
  const registry = new Registry()
  const close = addLagGauge({ kafka: { brokers }, groupId, topics: [topic], registry, logger })
  const unreachable = new Registry()
  const away = { brokers: '127.0.0.1:1' }
  const closeOther = addLagGauge({ kafka: away, groupId, topics: [topic], registry: unreachable, logger })
  try {
    const messages = ['a', 'b', 'c'].map(value => ({ key: 'k', value }))
    const [sent] = await producer.send({ topic, messages })
    const partition = sent?.partition ?? 0
    // A request for the coordinator makes the broker load a new group.
    await admin.describeGroups([groupId])
    await admin.setOffsets({ groupId, topic, partitions: [{ partition, offset: '1' }] })
    const line = `consumer_lag{group="${groupId}",topic="${topic}"} 2`
    await waitUntil(async () => (await registry.metrics()).includes(line), { what: 'the lag is reported' })
    expect(await unreachable.metrics()).not.toContain('consumer_lag{')
  } finally {
    await Promise.all([close(), closeOther(), producer.disconnect(), admin.disconnect()])
    await remove()
  }
})
