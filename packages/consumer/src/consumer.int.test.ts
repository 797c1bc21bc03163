import { openKafka, readDeadLetters } from '@alipay-checkout/messaging'
import { runDlq } from '@alipay-checkout/messaging/dlq'
import {
  createTestDatabase,
  ensureTopics,
  type TestDatabase,
  testKafka,
  testStack,
  uniqueName,
  waitUntil,
} from '@alipay-checkout/test-support'
import kafkajs from 'kafkajs'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import {
  type Consumer,
  type ConsumerOptions,
  createConsumer,
  createTables,
  type EventOfType,
  RefusedEvent,
} from './index.ts'
import { newOrderId, refundFailed, removeGroups, sendRecords, silent } from './test-events.ts'

// What the package adds to messaging, whose contract.int.test.ts has all guarantees of consumers.

let brokers: string
let database: TestDatabase
let client: postgres.Sql
const groups: string[] = []
beforeAll(async () => {
  const [stack, created] = await Promise.all([testStack(), createTestDatabase('consumer'), ensureTopics()])
  brokers = stack.kafkaBrokers
  database = created
  client = postgres(database.url, { max: 2, onnotice: () => {} })
  await client`create table calls (n bigserial, consumer text, order_id text, why text)`
  await createTables(database.url)
})
afterAll(async () => {
  await client?.end()
  await database?.drop()
  await removeGroups(brokers, groups)
})

interface Group {
  name: string
  consumer: Consumer
  /** `why` of the events of these orders, in the order in which they were handled. */
  handled(): Promise<string[]>
}

/** A group that stores what it handles. Records of other tests are left alone. */
async function startGroup(
  orderIds: readonly string[],
  fail: (event: EventOfType<'RefundFailed'>) => void = () => {},
  options: Partial<ConsumerOptions> = {},
): Promise<Group> {
  const name = uniqueName('other-system')
  const consumer = createConsumer({
    group: name,
    brokers,
    databaseUrl: database.url,
    on: {
      RefundFailed: async (event, sql) => {
        if (!orderIds.includes(event.data.orderId)) return
        await sql`insert into calls (consumer, order_id, why) values (${name}, ${event.key}, ${event.data.why})`
        fail(event)
      },
    },
    logger: silent,
    ...options,
  })
  onTestFinished(() => consumer.stop())
  await consumer.start()
  groups.push(name)
  const handled = async () =>
    (await client<{ why: string }[]>`select why from calls where consumer = ${name} order by n`).map(({ why }) => why)
  return { name, consumer, handled }
}

const whenHandled = (group: Group, count: number) =>
  waitUntil(async () => (await group.handled()).length >= count, { what: `${count} events are handled` })

const deadLettersOf = ({ name }: Group) =>
  readDeadLetters(openKafka({ brokers, clientId: 'test', logger: silent }), [name])

describe('delivery', () => {
  it('handles the events of a key once and in order, although they are delivered twice', async () => {
    const orderId = newOrderId()
    let commits = 0
    const group = await startGroup([orderId], undefined, { afterCommit: () => commits++ })
    const records = Array.from({ length: 120 }, (_, n) => refundFailed(orderId, String(n)))
    await sendRecords(brokers, [...records, ...records, refundFailed(orderId, 'last')])
    await whenHandled(group, 121)
    expect(await group.handled()).toEqual([...records.map((_, n) => String(n)), 'last'])
    expect(commits).toBeGreaterThan(0)
    await group.consumer.check()
  })

  it('passes events with their key, time and trace context', async () => {
    const orderId = newOrderId()
    const seen: EventOfType<'RefundFailed'>[] = []
    const group = await startGroup([orderId], event => void seen.push(event))
    const record = refundFailed(orderId)
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await sendRecords(brokers, [{ ...record, headers: { ...record.headers, ce_traceparent: traceparent } }])
    await whenHandled(group, 1)
    expect(seen).toEqual([
      {
        type: 'RefundFailed',
        id: record.headers.ce_id,
        key: orderId,
        time: new Date('2026-11-24T02:30:11.000Z'),
        data: JSON.parse(record.value),
        traceparent,
      },
    ])
  })

  it('goes on when afterCommit throws', async () => {
    const orderId = newOrderId()
    const group = await startGroup([orderId], undefined, {
      afterCommit: () => {
        throw new Error('its listener is broken')
      },
    })
    await sendRecords(brokers, [refundFailed(orderId)])
    await whenHandled(group, 1)
    await sendRecords(brokers, [refundFailed(orderId)])
    await whenHandled(group, 2)
    expect(await deadLettersOf(group)).toEqual([])
  })
})

describe('an event that can not be handled', () => {
  it('is dead-lettered alone, leaves nothing behind, and is handled once redriven', async () => {
    const orderId = newOrderId()
    let isBroken = true
    const group = await startGroup([orderId], ({ data }) => {
      if (data.why === 'poison' && isBroken) throw new Error('its handler is broken')
    })
    await sendRecords(
      brokers,
      ['before', 'poison', 'after'].map(why => refundFailed(orderId, why)),
    )
    await whenHandled(group, 2)
    const letters = await waitUntil(
      async () => {
        const all = await deadLettersOf(group)
        return all.length > 0 && all
      },
      { what: 'it is dead-lettered' },
    )
    expect(letters).toMatchObject([{ type: 'RefundFailed', reason: 'RefundFailed: its handler is broken' }])

    isBroken = false
    const env = { KAFKA_BROKERS: brokers }
    const printed: string[] = []
    await runDlq(['list'], text => printed.push(text), env)
    expect(printed.join('\n')).toContain(`${group.name} ${letters[0]?.id}`)
    await runDlq(['redrive', group.name, '--all'], text => printed.push(text), env)
    await whenHandled(group, 3)
    expect((await group.handled()).toSorted()).toEqual(['after', 'before', 'poison'])
  })

  it('is dead-lettered without a further try when the handler refuses it', async () => {
    const orderId = newOrderId()
    let tries = 0
    const group = await startGroup([orderId], () => {
      tries++
      throw new RefusedEvent('no such parcel')
    })
    await sendRecords(brokers, [refundFailed(orderId)])
    await waitUntil(async () => (await deadLettersOf(group)).length === 1, { what: 'it is dead-lettered' })
    // In its batch and alone, each time first together with other partitions. Other errors are tried four times alone.
    expect(tries).toBeLessThanOrEqual(4)
  })

  it('waits while the database has no space, however often it fails', async () => {
    const orderId = newOrderId()
    let failuresLeft = 7
    const group = await startGroup([orderId], () => {
      if (failuresLeft-- > 0) throw Object.assign(new Error('could not extend file'), { code: '53100' })
    })
    await sendRecords(brokers, [refundFailed(orderId)])
    await whenHandled(group, 1)
    expect(await deadLettersOf(group)).toEqual([])
  })

  it('is handled by another session when the connection is lost within its transaction', async () => {
    const orderId = newOrderId()
    let isLost = false
    const group = await startGroup([], undefined, {
      on: {
        RefundFailed: async ({ data }, sql) => {
          if (data.orderId !== orderId) return
          await sql`insert into calls (consumer, order_id, why) values ('lost', ${orderId}, ${data.why})`
          if (isLost) return
          isLost = true
          await sql`select pg_terminate_backend(pg_backend_pid())`
        },
      },
    })
    await sendRecords(brokers, [refundFailed(orderId)])
    const rows = () => client`select from calls where consumer = 'lost' and order_id = ${orderId}`
    await waitUntil(async () => (await rows()).length > 0, { what: 'it is handled' })
    expect(await rows()).toHaveLength(1)
    expect(isLost).toBe(true)
    expect(await deadLettersOf(group)).toEqual([])
    await group.consumer.check()
  })
})

describe('the start', () => {
  it('fails at once without the table, and says what to call', async () => {
    const empty = await createTestDatabase('consumer_empty')
    onTestFinished(() => empty.drop())
    const start = startGroup([], undefined, { databaseUrl: empty.url })
    await expect(start).rejects.toThrow('the database has no table inbox: call createTables(databaseUrl)')
    await Promise.all([createTables(empty.url), createTables(empty.url)])
    await startGroup([], undefined, { databaseUrl: empty.url }).then(({ consumer }) => consumer.stop())
  })

  it('creates the topics of the group with the settings of the system', async () => {
    const { name } = await startGroup([])
    const admin = testKafka(brokers).admin()
    await admin.connect()
    onTestFinished(() => admin.disconnect())
    const names = [`${name}.dlq`, `${name}.retry`]
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: names.map(topic => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic })),
    })
    const retention = resources.map(({ resourceName, configEntries }) => [
      resourceName,
      configEntries.find(({ configName }) => configName === 'retention.ms')?.configValue,
    ])
    const dayMs = 24 * 60 * 60 * 1000
    expect(retention).toEqual([
      [names[0], String(90 * dayMs)],
      [names[1], String(14 * dayMs)],
    ])
  })
})
