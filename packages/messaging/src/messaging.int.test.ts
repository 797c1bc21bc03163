import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { NewEvent } from '@alipay-checkout/contracts'
import { OrderCancelled, OrderExpired } from '@alipay-checkout/contracts'
import { createLogger } from '@alipay-checkout/service-kit'
import { type Database, openDatabase } from '@alipay-checkout/service-kit/database'
import {
  createTestDatabase,
  createTopicSet,
  createTopicsNamed,
  ensureTopics,
  runToEnd,
  startProcess,
  testKafka,
  testStack,
  uniqueName,
  waitUntil,
  watchTopics,
} from '@alipay-checkout/test-support'
import { sql } from 'drizzle-orm'
import { Kafka, logLevel, PartitionAssigners } from 'kafkajs'
import { Registry } from 'prom-client'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startConsumer } from './consumer.ts'
import { retryTopic } from './dead-letters.ts'
import { createBatchApplier, type Handler, on, RefusedEvent } from './handler.ts'
import { deleteIdsBefore } from './inbox.ts'
import { openKafka, openProducer, type Producer } from './kafka.ts'
import { appendEvents } from './outbox.ts'
import { toRecord } from './record.ts'
import { startRelay } from './relay.ts'

const logger = createLogger('test', 'silent')
// Any service's tables have the outbox and the inbox among them.
const migrationsFolder = fileURLToPath(new URL('../../../services/order-service/drizzle', import.meta.url))

let database: Database
let databaseUrl: string
let dropDatabase: () => Promise<void>
let producer: Producer
let brokers: string

beforeAll(async () => {
  const [stack, created] = await Promise.all([
    testStack(),
    createTestDatabase('messaging', { migrationsFolder }),
    ensureTopics(),
  ])
  brokers = stack.kafkaBrokers
  dropDatabase = created.drop
  databaseUrl = created.url
  database = openDatabase({ url: created.url, name: 'test' })
  await database.client`create table handled (n bigserial, group_id text, order_id text)`
  producer = openProducer(openKafka({ brokers, clientId: 'test', logger }))
  await producer.connect()
})

// A producer can't go on while topics vanish that it has written to.
const topicRemovals: (() => Promise<void>)[] = []

afterAll(async () => {
  await producer?.disconnect()
  await Promise.all(topicRemovals.map(remove => remove()))
  await database?.close()
  await dropDatabase?.()
})

const newOrderId = () => `ord_${randomBytes(16).toString('hex')}`
const expired = (orderId: string): NewEvent => ({ type: 'OrderExpired', key: orderId, data: { orderId } })
const cancelled = (orderId: string): NewEvent => ({ type: 'OrderCancelled', key: orderId, data: { orderId } })

/** As the driver throws it, inside of what drizzle throws. */
const diskFull = () =>
  new Error('Failed query', {
    cause: Object.assign(new Error('could not extend file: No space left on device'), { code: '53100' }),
  })

function relayForTest() {
  const relay = startRelay({ service: 'order-service', database, producer, logger, registry: new Registry() })
  onTestFinished(() => relay.stop())
  return relay
}

async function outboxDepth(): Promise<number> {
  const [row] = await database.db.execute<{ n: number }>(sql`select count(*)::int as n from outbox`)
  return row?.n ?? 0
}

it('forgets the ids of events that Kafka has no more, of its own group only', async () => {
  const groupId = uniqueName('group')
  const bound = new Date('2026-01-15T00:00:00Z')
  const [old, young] = ['019bbe00-0000-7000-8000-000000000000', '019bff00-0000-7000-8000-000000000000']
  const heardLongAgo = '2026-01-10T00:00:00Z'
  const remember = (consumer: string, id: string, at: string) =>
    database.client`insert into inbox (consumer, event_id, received_at) values (${consumer}, ${id}, ${at})`
  await remember(groupId, old, heardLongAgo)
  await remember(groupId, young, heardLongAgo)
  await remember(`${groupId}-other`, old, heardLongAgo)
  // Made long ago, and heard of lately: it was re-driven.
  await remember(`${groupId}-late`, old, new Date().toISOString())
  for (const group of [groupId, `${groupId}-late`]) await deleteIdsBefore(database.db, group, bound)
  const left = await database.client`
    select consumer, event_id from inbox where consumer like ${`${groupId}%`} order by consumer`
  expect(left.map(row => [row.consumer, row.event_id])).toEqual([
    [groupId, young],
    [`${groupId}-late`, old],
    [`${groupId}-other`, old],
  ])
})

it('forgets all ids that are due, however many there are, and several replicas at once', async () => {
  const groupId = uniqueName('group')
  await database.client`
    insert into inbox (consumer, event_id, received_at)
    select ${groupId}, ('019b0000-' || lpad(to_hex(n % 65536), 4, '0') || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
      '2026-01-10T00:00:00Z'
    from generate_series(1, 45000) n`
  const bound = new Date('2026-01-15T00:00:00Z')
  await Promise.all([1, 2].map(() => deleteIdsBefore(database.db, groupId, bound)))
  expect(await database.client`select 1 from inbox where consumer = ${groupId}`).toEqual([])
})

describe('the relay', () => {
  it('publishes what was committed, in order, and empties the outbox', async () => {
    const watch = await watchTopics(['order.events'])
    onTestFinished(() => watch.stop())
    const orderId = newOrderId()
    const relay = relayForTest()
    const types = Array.from({ length: 40 }, (_, index) => (index % 2 ? expired(orderId) : cancelled(orderId)))
    await database.db.transaction(tx => appendEvents(tx, 'test-service', types, new Date()))
    relay.wake()
    await waitUntil(() => watch.of(orderId).length === 40, { what: 'all 40 events are on Kafka' })
    expect(watch.of(orderId).map(record => record.type)).toEqual(types.map(event => event.type))
    expect(watch.of(orderId)[0]?.headers).toMatchObject({ ce_source: '/test-service', ce_subject: orderId })
    await waitUntil(async () => (await outboxDepth()) === 0, { what: 'the outbox is empty' })
  })

  it('publishes more than fits into one request, each event once', async () => {
    const watch = await watchTopics(['order.events'])
    onTestFinished(() => watch.stop())
    const orderId = newOrderId()
    const relay = relayForTest()
    const types = Array.from({ length: 2_500 }, () => expired(orderId))
    await database.db.transaction(tx => appendEvents(tx, 'test-service', types, new Date()))
    relay.wake()
    await waitUntil(async () => (await outboxDepth()) === 0, { what: 'the outbox is empty' })
    await waitUntil(() => watch.of(orderId).length >= 2_500, { what: 'all events are on Kafka' })
    expect(new Set(watch.of(orderId).map(record => record.headers.ce_id)).size).toBe(2_500)
    expect(watch.of(orderId).length).toBe(2_500)
  })

  it('publishes nothing of a transaction that rolled back', async () => {
    const watch = await watchTopics(['order.events'])
    onTestFinished(() => watch.stop())
    const [lost, kept] = [newOrderId(), newOrderId()]
    const relay = relayForTest()
    const rollBack = database.db.transaction(async tx => {
      await appendEvents(tx, 'test-service', [expired(lost)], new Date())
      throw new Error('changed our mind')
    })
    await expect(rollBack).rejects.toThrow('changed our mind')
    await database.db.transaction(tx => appendEvents(tx, 'test-service', [expired(kept)], new Date()))
    relay.wake()
    await watch.next(record => record.key === kept, { what: 'the committed event is on Kafka' })
    expect(watch.of(lost)).toEqual([])
  })

  it('promise 7: loses nothing when a transaction with a low id commits after higher ids were published', async () => {
    const watch = await watchTopics(['order.events'])
    onTestFinished(() => watch.stop())
    const [slow, quick] = [newOrderId(), newOrderId()]
    const relay = relayForTest()
    await database.db.transaction(async tx => {
      await appendEvents(tx, 'test-service', [expired(slow)], new Date())
      await database.db.transaction(other => appendEvents(other, 'test-service', [expired(quick)], new Date()))
      relay.wake()
      await watch.next(record => record.key === quick, { what: 'the higher id is on Kafka' })
    })
    relay.wake()
    await watch.next(record => record.key === slow, { what: 'the lower id is on Kafka' })
  })

  it('takes over from a replica that stops, and hears of writes of processes that do not publish', async () => {
    const watch = await watchTopics(['order.events'])
    onTestFinished(() => watch.stop())
    const first = relayForTest()
    await waitUntil(() => first.state().leader, { what: 'the first relay publishes' })
    const second = relayForTest()
    const heard = newOrderId()
    await database.db.transaction(tx => appendEvents(tx, 'test-service', [expired(heard)], new Date()))
    // Only the first publishes; it hears of the second's write through LISTEN.
    second.wake()
    await watch.next(record => record.key === heard, { what: 'the write of the second replica is on Kafka' })
    expect(second.state().leader).toBe(false)
    await first.stop()
    await waitUntil(() => second.state().leader, { what: 'the second relay publishes' })
  })
})

interface Run {
  groupId: string
  topic: string
  /** Order ids in the order in which they were handled. */
  handledIds(): Promise<string[]>
  send(events: NewEvent[]): Promise<void>
  sendRaw(messages: { key: string; value: string; headers?: Record<string, string> }[]): Promise<void>
}

/** A consumer with a topic and a group of its own, whose handler writes what it handles into a table. */
async function consume(
  handle: (orderId: string, events: number) => void = () => {},
  kafka = openKafka({ brokers, clientId: 'test', logger }),
  registry = new Registry(),
): Promise<Run> {
  const groupId = uniqueName('group')
  const { topics, remove } = await createTopicSet(['events'])
  const own = await createTopicsOf(groupId)
  const record: Handler = on([OrderExpired, OrderCancelled], async (tx, events) => {
    for (const { data } of events) handle(data.orderId, events.length)
    const ids = events.map(({ data }) => data.orderId)
    for (const orderId of ids)
      await tx.execute(sql`insert into handled (group_id, order_id) values (${groupId}, ${orderId})`)
    return {}
  })
  const consumer = await startConsumer({
    kafka,
    producer,
    groupId,
    topics: [topics.events],
    handlers: [record],
    database,
    logger,
    registry,
    onCommitted: () => {},
  })
  onTestFinished(() => consumer.stop())
  topicRemovals.push(remove, own.remove)
  const sendRaw: Run['sendRaw'] = async messages => {
    await producer.send({ topic: topics.events, messages })
  }
  return {
    groupId,
    topic: topics.events,
    async handledIds() {
      const rows = await database.db.execute<{ order_id: string }>(
        sql`select order_id from handled where group_id = ${groupId} order by n`,
      )
      return rows.map(row => row.order_id)
    },
    send: events =>
      sendRaw(events.map(event => ({ ...toRecord(event, { id: uuidv7(), time: new Date(), source: 'test' }) }))),
    sendRaw,
  }
}

/** The topics for what a group parks and gets back: their names follow from the group's. */
async function createTopicsOf(groupId: string) {
  const admin = openKafka({ brokers, clientId: 'test', logger }).admin()
  const topics = [`${groupId}.dlq`, `${groupId}.retry`]
  await admin.connect()
  await createTopicsNamed(topics)
  return {
    async remove() {
      await admin.deleteTopics({ topics })
      await admin.disconnect()
    },
  }
}

const dlq = async (args: string[]) =>
  runToEnd('packages/messaging/src/dlq-cli.ts', { args, env: { KAFKA_BROKERS: brokers } })

async function lettersOf(groupId: string): Promise<{ id: string; reason: string; key: string; type?: string }[]> {
  const output = await dlq(['list', '--json'])
  const letters = JSON.parse(output.slice(output.indexOf('['))) as {
    groupId: string
    id: string
    reason: string
    key: string
  }[]
  return letters.filter(letter => letter.groupId === groupId)
}

describe('the consumer', () => {
  it.each([
    [true, 'something that may be in the outbox', {}],
    [false, 'nothing for the outbox', { quiet: true }],
    [false, 'nothing, since the events are not for it', undefined],
  ] as const)('wakes the relay (%s) when a batch left %s', async (wakes, _left, outcome) => {
    const handlers = outcome ? [on([OrderExpired], async () => outcome)] : []
    const applier = createBatchApplier({ db: database.db, groupId: uniqueName('group'), handlers })
    const orderId = newOrderId()
    const event = { ...expired(orderId), id: uuidv7(), source: 'test', time: new Date().toISOString() }
    expect(await applier.apply([event as never])).toBe(wakes)
  })

  it('handles every event once, though it comes twice', async () => {
    const run = await consume()
    const ids = Array.from({ length: 30 }, newOrderId)
    const records = ids.map(orderId => toRecord(expired(orderId), { id: uuidv7(), time: new Date(), source: 'test' }))
    await run.sendRaw([...records, ...records])
    await run.sendRaw(records)
    const last = newOrderId()
    await run.send(ids.map(() => expired(last)))
    await waitUntil(async () => (await run.handledIds()).filter(id => id === last).length === 30, {
      what: 'the last events are handled',
    })
    const handled = (await run.handledIds()).filter(id => id !== last)
    await waitUntil(async () => (await run.handledIds()).length === 60, { what: 'all are handled' })
    expect(new Set(handled).size).toBe(handled.length)
  })

  it('keeps the order of the events of one key', async () => {
    const run = await consume()
    const orderId = newOrderId()
    const events = Array.from({ length: 50 }, (_, index) => ({ ...expired(orderId), data: { orderId, index } }))
    await run.send(events)
    await waitUntil(async () => (await run.handledIds()).length === 50, { what: 'all are handled' })
    const rows = await database.db.execute(sql`select 1 from inbox where consumer = ${run.groupId}`)
    expect(rows.length).toBe(50)
  })

  it('parks an event whose handler always fails, and the rest go on; a re-drive gives it back', async () => {
    const poison = newOrderId()
    let broken = true
    const run = await consume(orderId => {
      if (orderId === poison && broken) throw new Error('its handler does not like it')
    })
    const [before, after] = [newOrderId(), newOrderId()]
    await run.send([expired(before), expired(poison), expired(after)])
    await waitUntil(async () => (await run.handledIds()).length === 2, { what: 'the other two are handled' })
    const [letter] = await waitUntil(
      async () => {
        const letters = await lettersOf(run.groupId)
        return letters.length > 0 && letters
      },
      { what: 'the poisonous one is parked' },
    )
    expect(letter).toMatchObject({
      key: poison,
      type: 'OrderExpired',
      reason: 'OrderExpired: its handler does not like it',
    })
    const shown = await dlq(['show', run.groupId, letter?.id ?? ''])
    expect(shown).toContain(JSON.stringify(JSON.stringify({ orderId: poison })))

    broken = false
    await dlq(['redrive', run.groupId, '--all'])
    await waitUntil(async () => (await run.handledIds()).includes(poison), { what: 'the re-driven event is handled' })
    expect(await lettersOf(run.groupId)).toEqual([])
  })

  it('waits while Postgres has no room, however long that takes, and parks nothing', async () => {
    const tries = { left: 8 }
    const run = await consume(() => {
      tries.left -= 1
      if (tries.left > 0) throw diskFull()
    })
    const orderId = newOrderId()
    await run.send([expired(orderId)])
    await waitUntil(async () => (await run.handledIds()).includes(orderId), { what: 'it is handled in the end' })
    expect(await lettersOf(run.groupId)).toEqual([])
  })

  it('parks nothing when the group shares out its partitions while an event waits for Postgres', async () => {
    const outage = { over: false, tries: 0 }
    const run = await consume(() => {
      outage.tries += 1
      if (!outage.over) throw diskFull()
    })
    const orderId = newOrderId()
    await run.send([expired(orderId)])
    await waitUntil(() => outage.tries > 0, { what: 'it was tried' })
    const other = testKafka(brokers).consumer({ groupId: run.groupId, maxWaitTimeInMs: 250 })
    onTestFinished(() => other.disconnect())
    const joined = new Promise(resolve => other.on('consumer.group_join', resolve))
    await other.connect()
    await other.subscribe({ topics: [run.topic, retryTopic(run.groupId)] })
    // It does nothing, and tells Kafka of nothing that it had done it.
    await other.run({ autoCommit: false, eachBatch: async () => {} })
    await joined
    await other.disconnect()
    outage.over = true
    await waitUntil(async () => (await run.handledIds()).includes(orderId), { what: 'it is handled in the end' })
    expect(await lettersOf(run.groupId)).toEqual([])
  })

  it('parks an event that was refused by a decision without trying it again', async () => {
    const refused = newOrderId()
    let tries = 0
    const run = await consume((orderId, events) => {
      if (orderId !== refused) return
      if (events === 1) tries++
      throw new RefusedEvent('unknown_order')
    })
    const after = newOrderId()
    await run.send([expired(refused), expired(after)])
    await waitUntil(async () => (await run.handledIds()).includes(after), { what: 'the other one is handled' })
    expect(tries).toBe(1)
  })

  it('parks records that can not be read, each with its reason, and the rest go on', async () => {
    const run = await consume()
    const good = newOrderId()
    const unknown = toRecord(expired(newOrderId()), { id: uuidv7(), time: new Date(), source: 'test' })
    await run.sendRaw([
      { key: 'a', value: 'not even JSON' },
      { key: 'b', value: '{', headers: { ...unknown.headers, ce_type: 'OrderVanished' } },
      { key: 'c', value: '{"orderId":7}', headers: unknown.headers },
    ])
    await run.send([expired(good)])
    await waitUntil(async () => (await run.handledIds()).includes(good), { what: 'the good one is handled' })
    const letters = await waitUntil(
      async () => {
        const found = await lettersOf(run.groupId)
        return found.length === 3 && found
      },
      { what: 'three records are parked' },
    )
    const reasons = new Map(letters.map(({ key, reason }) => [key, reason]))
    expect(reasons.get('a')).toContain('no CloudEvents headers')
    expect(reasons.get('b')).toContain('its type is unknown: OrderVanished')
    expect(reasons.get('c')).toContain('its data is not that of OrderExpired')
  })

  it('counts and skips sound events of types that it does not take, from its topics and from those given back', async () => {
    const registry = new Registry()
    const run = await consume(() => {}, undefined, registry)
    const record = (type: string) => {
      const { headers, ...rest } = toRecord(expired(newOrderId()), { id: uuidv7(), time: new Date(), source: 'test' })
      return { ...rest, headers: { ...headers, ce_type: type } }
    }
    await run.sendRaw([record('OrderVanished'), record('OrderPaid'), { ...record('OrderVanished'), value: '[]' }])
    await producer.send({ topic: retryTopic(run.groupId), messages: [record('OrderVanished')] })
    const good = newOrderId()
    await run.send([expired(good)])
    await waitUntil(async () => (await run.handledIds()).includes(good), { what: 'the good one is handled' })
    const counted = `consumer_events_total{group="${run.groupId}",outcome="skipped"} 4`
    await waitUntil(async () => (await registry.metrics()).includes(counted), { what: 'four are counted' })
    expect(await lettersOf(run.groupId)).toEqual([])
  })

  it('is said to be missing in words', async () => {
    await expect(dlq(['show', 'nobody', '0/1'])).rejects.toThrow('nobody has no dead letter 0/1')
  })
})

it('promise 14: a dead consumer shows: the process whose consumer can not go on ends and says so', async () => {
  const groupId = uniqueName('group')
  const [{ topics, remove }, own] = [await createTopicSet(['events']), await createTopicsOf(groupId)]
  topicRemovals.push(remove, own.remove)
  const kafka = testKafka(brokers)
  // Members of one group must share a way to divide partitions: Kafka refuses the next one for good.
  const other = kafka.consumer({
    groupId,
    partitionAssigners: [config => ({ ...PartitionAssigners.roundRobin(config), name: 'OfAnother' })],
  })
  const joined = new Promise(resolve => other.on('consumer.group_join', resolve))
  await other.connect()
  onTestFinished(() => other.disconnect())
  await other.subscribe({ topic: topics.events })
  await other.run({ eachMessage: async () => {} })
  await joined
  const running = startProcess('packages/messaging/src/test-consumer-program.ts', {
    args: [brokers, databaseUrl, groupId, topics.events],
  })
  onTestFinished(async () => void (await running.stop()))
  expect(await running.exited).toBe(1)
  expect(running.output()).toContain(`the consumer ${groupId} died`)
})

it('a consumer whose group has no coordinator for a while, as when Kafka starts anew, goes on by itself', async () => {
  const findCoordinator = 10
  const server = { isStarting: true, asked: 0 }
  const kafka = new Kafka({
    brokers: [brokers],
    logLevel: logLevel.NOTHING,
    socketFactory({ host, port, onConnect }) {
      const socket = connect({ host, port }, onConnect)
      const write = socket.write.bind(socket)
      // The number of what is asked for stands behind the length of the frame.
      const orCut = (frame: Buffer) => {
        if (!server.isStarting || frame.readInt16BE(4) !== findCoordinator) return write(frame)
        server.asked++
        socket.destroy(new Error('the broker is starting'))
        return false
      }
      return Object.assign(socket, { write: orCut })
    },
  })
  const run = await consume(() => {}, kafka)
  await waitUntil(() => server.asked > 1, { what: 'it has asked again' })
  server.isStarting = false
  const orderId = newOrderId()
  await run.send([expired(orderId)])
  await waitUntil(async () => (await run.handledIds()).includes(orderId), { what: 'the event is handled' })
})
