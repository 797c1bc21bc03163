import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTopics, topicPlans } from '@alipay-checkout/kafka-topics'
import { Redis } from 'ioredis'
import { Kafka, logLevel } from 'kafkajs'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inheritedEnvironment } from './config.ts'
import { startGuard } from './guard/start-guard.ts'
import { kafkaServers } from './servers/kafka.ts'
import { fetchArtifacts, requireJava } from './servers/maven.ts'
import { type Stack, startStack } from './stack.ts'

const root = mkdtempSync(join(tmpdir(), 'stack-'))
const dir = join(root, 'données, 数据 $HOME #1', 'x'.repeat(80))
let stack: Stack

const start = () => startStack({ dir, env: { ...inheritedEnvironment(), LC_ALL: 'C', LANG: 'C' }, label: 'test' })

beforeAll(async () => {
  stack = await start()
}, 180_000)

afterAll(async () => {
  await stack.stop()
  rmSync(root, { recursive: true, force: true })
}, 60_000)

async function query<T>(url: string, text: string): Promise<T[]> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} })
  try {
    return (await sql.unsafe(text)) as unknown as T[]
  } finally {
    await sql.end()
  }
}

const urls = () => {
  const { ORDER_DATABASE_URL = '', PAYMENT_DATABASE_URL = '', INVENTORY_DATABASE_URL = '' } = stack.addresses
  return [ORDER_DATABASE_URL, PAYMENT_DATABASE_URL, INVENTORY_DATABASE_URL]
}

it('starts all servers in a folder with spaces, commas and letters of any language, without a locale', async () => {
  expect(Object.keys(stack.addresses)).toHaveLength(6)
  const admin = new Kafka({ brokers: [stack.addresses.KAFKA_BROKERS ?? ''], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  expect((await admin.describeCluster()).brokers).toHaveLength(1)
  await admin.disconnect()
})

it('lets each role connect to its own database only', async () => {
  for (const url of urls()) {
    await query(url, 'create table if not exists mine (id int)')
    for (const other of [...urls().filter(one => one !== url), url.replace(/[^/]*$/, 'postgres')]) {
      const foreign = new URL(url)
      foreign.pathname = new URL(other).pathname
      await expect(query(foreign.href, 'select 1')).rejects.toThrow('permission denied for database')
    }
  }
})

it('runs PostgreSQL 18, which confirms a commit when it is on disk', async () => {
  const settings =
    "select current_setting('server_version') v, current_setting('fsync') f, current_setting('synchronous_commit') s"
  const [row] = await query<{ v: string; f: string; s: string }>(stack.addresses.postgresAdminUrl ?? '', settings)
  expect(row).toMatchObject({ v: expect.stringMatching(/^18\./), f: 'on', s: 'on' })
})

it('runs Redis with an append-only file and without eviction', async () => {
  const redis = new Redis(stack.addresses.REDIS_URL ?? '')
  expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction'])
  expect(await redis.config('GET', 'appendonly')).toEqual(['appendonly', 'yes'])
  redis.disconnect()
})

it('creates topics once, and only adds partitions', async () => {
  const brokers = stack.addresses.KAFKA_BROKERS ?? ''
  const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const partitions = async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: topicPlans.map(plan => plan.topic) })
    return Object.fromEntries(topics.map(topic => [topic.name, topic.partitions.length]))
  }
  await createTopics({ brokers }, { partitions: 2 })
  await createTopics({ brokers }, { partitions: 3 })
  // Topics for redriven events have their own number of partitions.
  const grown = Object.fromEntries(topicPlans.map(plan => [plan.topic, plan.partitions ?? 3]))
  expect(await partitions()).toEqual(grown)
  await createTopics({ brokers }, { partitions: 1 })
  expect(await partitions()).toEqual(grown)
  await admin.disconnect()
})

it('kills a server and starts it again with its data', async () => {
  const [url = ''] = urls()
  await query(url, 'create table kept as select 42 as answer')
  await stack.servers.postgres?.stop('SIGKILL')
  await expect(query(url, 'select 1')).rejects.toThrow()
  await stack.servers.postgres?.start()
  expect(await query(url, 'select answer from kept')).toEqual([{ answer: 42 }])
}, 60_000)

it('keeps addresses and data over a restart of all servers', async () => {
  const before = stack.addresses
  await query(urls()[1] ?? '', 'create table survives as select 1 as one')
  await stack.stop()
  stack = await start()
  expect(stack.addresses).toEqual(before)
  expect(await query(urls()[1] ?? '', 'select one from survives')).toEqual([{ one: 1 }])
  const brokers = [stack.addresses.KAFKA_BROKERS ?? '']
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  expect(await admin.listTopics()).toEqual(expect.arrayContaining(topicPlans.map(plan => plan.topic)))
  await admin.disconnect()
}, 60_000)

it('stores passwords readable by their owner only', () => {
  for (const file of ['secrets.json', 'addresses.json']) expect(statSync(join(dir, file)).mode & 0o077).toBe(0)
})

it('looks for Java and downloads jars once for brokers that start at the same time', async () => {
  const home = join(root, 'old-java')
  mkdirSync(join(home, 'bin'), { recursive: true })
  writeFileSync(join(home, 'bin', 'java'), '#!/bin/sh\necho \'openjdk version "11.0.1"\'\n', { mode: 0o755 })
  const guard = await startGuard(home, 'test', () => {})
  const env = { PATH: process.env.PATH ?? '', JAVA_HOME: home }
  const context = { dir: home, cacheDir: join(home, 'cache'), env, guard, log: () => {} }
  const cluster = ['one', 'two', 'three'].map(name => ({ name, port: 0, controllerPort: 0, certificatePort: 0 }))
  const starts = await Promise.allSettled(kafkaServers(context, cluster).map(broker => broker.start()))
  const tooOld = {
    status: 'rejected',
    reason: { message: expect.stringContaining('this is:\nopenjdk version "11.0.1"') },
  }
  expect(starts).toMatchObject([tooOld, tooOld, tooOld])
  await guard.stop()
})

it('reports missing Maven or Java with the command that installs it', async () => {
  const empty = join(root, 'no-tools')
  mkdirSync(empty)
  const guard = await startGuard(empty, 'test', () => {})
  const context = { dir: empty, cacheDir: join(empty, 'cache'), env: { PATH: empty }, guard, log: () => {} }
  const install = /apt-get install -y openjdk-17-jre-headless maven|brew install openjdk@17 maven/
  await expect(requireJava(context)).rejects.toMatchObject({ remedy: expect.stringMatching(install) })
  await expect(fetchArtifacts(context, 'some-1.0', { coordinates: ['a:b:1'] })).rejects.toMatchObject({
    message: expect.stringContaining('mvn'),
    remedy: expect.stringMatching(install),
  })
  await guard.stop()
})
