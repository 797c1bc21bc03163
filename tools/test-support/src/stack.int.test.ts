import { fileURLToPath } from 'node:url'
import { waitUntil } from '@alipay-checkout/launcher'
import { Redis } from 'ioredis'
import postgres from 'postgres'
import { expect, it } from 'vitest'
import { testStack } from './stack.ts'
import { createTestDatabase } from './test-database.ts'
import { createTopicSet, testKafka } from './topics.ts'
import { watchTopics } from './watch-topics.ts'

it('creates a database and drops it while a client is connected', async () => {
  const database = await createTestDatabase('test_support')
  const sql = postgres(database.url, { max: 1, onnotice: () => {} })
  const [row] = await sql`select current_database() as name, version() as version`
  expect(row?.name).toMatch(/^test_support_[0-9a-f]{12}$/)
  expect(row?.version).toContain('PostgreSQL 18')

  await database.drop()

  const admin = postgres((await testStack()).postgresAdminUrl, { max: 1 })
  expect(await admin`select 1 from pg_database where datname = ${row?.name}`).toHaveLength(0)
  await admin.end()
  await sql.end({ timeout: 1 })
})

it('fills a database with the tables of a service', async () => {
  const migrationsFolder = fileURLToPath(new URL('../../../services/order-service/drizzle', import.meta.url))
  const database = await createTestDatabase('test_support', { migrationsFolder })
  const sql = postgres(database.url, { max: 1 })
  expect(await sql`select * from orders`).toHaveLength(0)
  await sql.end()
  await database.drop()
})

it('receives records that are written after the watch began, and none before', async () => {
  const { topics, remove } = await createTopicSet(['letters'])
  const producer = testKafka((await testStack()).kafkaBrokers).producer()
  await producer.connect()
  const send = (key: string) =>
    producer.send({
      topic: topics.letters,
      messages: [{ key, value: `"${key}"`, headers: { ce_type: 'LetterWritten' } }],
    })
  await send('before')
  const watch = await watchTopics([topics.letters])
  await send('after')

  const record = await watch.next(({ key }) => key === 'after', { what: 'the letter is seen' })

  expect(record).toMatchObject({ topic: topics.letters, type: 'LetterWritten', value: '"after"' })
  expect(watch.of('before')).toEqual([])
  await expect(watch.next(() => false, { what: 'pigs fly', timeoutMs: 50 })).rejects.toThrow(
    'until pigs fly; received: LetterWritten after',
  )
  await watch.stop()
  await producer.disconnect()
  await remove()
})

it('reaches Redis', async () => {
  const redis = new Redis((await testStack()).redisUrl, { lazyConnect: true })
  await redis.connect()
  expect(await waitUntil(() => redis.ping(), { what: 'Redis answers' })).toBe('PONG')
  redis.disconnect()
})
