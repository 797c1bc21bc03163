import { createLogger } from '@alipay-checkout/service-kit'
import { runToEnd, testKafka, waitUntil } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { retryTopic } from './dead-letters.ts'
import { runDlq } from './dlq.ts'
import { RefusedEvent } from './handler.ts'
import { openKafka } from './kafka.ts'
import { createKeyPartitioner } from './partitioner.ts'
import { expired, openTestConsumers, recordOf, type TestConsumers, type TestGroup } from './test-consumer.ts'
import { newOrderId } from './test-outbox.ts'

// The guarantees for consumers. The guarantees for publishers are in relay*.int.test.ts and unit-of-work.int.test.ts.

let server: TestConsumers
beforeAll(async () => {
  server = await openTestConsumers('contract')
})
afterAll(() => server?.close())

/** As the driver throws it, inside of what drizzle throws. */
const diskFull = () =>
  new Error('Failed query', {
    cause: Object.assign(new Error('could not extend file: No space left on device'), { code: '53100' }),
  })

const isHandled = async (group: TestGroup, orderId: string) => (await group.handledIds()).includes(orderId)
const whenHandled = (group: TestGroup, orderId: string) =>
  waitUntil(() => isHandled(group, orderId), { what: 'the event is handled' })

async function whenDeadLettered(group: TestGroup, count: number) {
  return waitUntil(
    async () => {
      const letters = await group.deadLetters()
      return letters.length === count && letters
    },
    { what: `${count} records are dead-lettered` },
  )
}

async function committedOffsets({ groupId, topic }: TestGroup): Promise<number> {
  const admin = openKafka({ brokers: server.brokers, clientId: 'test', logger: createLogger('test', 'silent') }).admin()
  await admin.connect()
  try {
    const [of] = await admin.fetchOffsets({ groupId, topics: [topic] })
    return (of?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0)
  } finally {
    await admin.disconnect()
  }
}

/** The partition of each order's events. */
async function partitionsOf({ topic }: TestGroup, orderIds: readonly string[]): Promise<Map<string, number>> {
  const admin = openKafka({ brokers: server.brokers, clientId: 'test', logger: createLogger('test', 'silent') }).admin()
  await admin.connect()
  try {
    const [found] = (await admin.fetchTopicMetadata({ topics: [topic] })).topics
    const partitionMetadata = found?.partitions ?? []
    const partition = createKeyPartitioner()
    return new Map(orderIds.map(key => [key, partition({ topic, partitionMetadata, message: { key, value: '' } })]))
  } finally {
    await admin.disconnect()
  }
}

describe('delivery', () => {
  it('handles an event once although it is delivered several times', async () => {
    const group = await server.createGroup()
    await group.join()
    const records = Array.from({ length: 30 }, () => recordOf(expired(newOrderId())))
    await group.sendRaw([...records, ...records])
    await group.sendRaw(records)
    const last = newOrderId()
    // One for each partition, so that all repeats before them are handled.
    await group.send(records.map(({ key }) => ({ ...expired(last), key })))
    const lasts = async () => (await group.handledIds()).filter(id => id === last).length
    await waitUntil(async () => (await lasts()) === 30, { what: 'the last events are handled' })
    const handled = (await group.handledIds()).filter(id => id !== last)
    expect(handled.toSorted()).toEqual(records.map(({ key }) => key).toSorted())
  })

  it('commits offsets only after the transaction, so that the next member receives uncommitted events', async () => {
    const outage = { over: false, tries: 0 }
    const group = await server.createGroup(() => {
      outage.tries++
      if (!outage.over) throw diskFull()
    })
    const first = await group.join()
    const orderId = newOrderId()
    await group.send([expired(orderId)])
    await waitUntil(() => outage.tries > 0, { what: 'the first member has tried' })
    await first.stop()
    expect(await committedOffsets(group)).toBe(0)
    expect(await group.handledIds()).toEqual([])

    outage.over = true
    await group.join()
    await whenHandled(group, orderId)
    await waitUntil(async () => (await committedOffsets(group)) === 1, { what: 'the offset is committed' })
  })
})

describe('ordering', () => {
  it('handles the events of a key in the order in which they were published', async () => {
    const group = await server.createGroup()
    await group.join()
    const key = newOrderId()
    const ids = Array.from({ length: 50 }, newOrderId)
    await group.send(ids.map(orderId => ({ ...expired(orderId), key })))
    await waitUntil(async () => (await group.handledIds()).length === 50, { what: 'all are handled' })
    expect(await group.handledIds()).toEqual(ids)
  })
})

describe('an event that can not be handled', () => {
  it('is dead-lettered alone after some retries, and handled once it is redriven', async () => {
    const poison = newOrderId()
    let isBroken = true
    const group = await server.createGroup(orderId => {
      if (orderId === poison && isBroken) throw new Error('its handler is broken')
    })
    await group.join()
    await group.send([expired(newOrderId()), expired(poison), expired(newOrderId())])
    await waitUntil(async () => (await group.handledIds()).length === 2, { what: 'the other two are handled' })
    const [letter] = await whenDeadLettered(group, 1)
    expect(letter).toMatchObject({ type: 'OrderExpired', reason: 'OrderExpired: its handler is broken' })

    isBroken = false
    const env = { KAFKA_BROKERS: server.brokers }
    const printed: string[] = []
    await runDlq(['show', group.groupId, letter?.id ?? ''], text => printed.push(text), env)
    expect(printed.join('\n')).toContain(JSON.stringify(JSON.stringify({ orderId: poison })))
    await runToEnd('packages/messaging/src/dlq-cli.ts', { args: ['redrive', group.groupId, '--all'], env })
    await whenHandled(group, poison)
    printed.length = 0
    await runDlq(['list'], text => printed.push(text), env)
    expect(printed.join('\n')).not.toContain(group.groupId)
  })

  it('is dead-lettered without a retry when a decision refused it', async () => {
    const refused = newOrderId()
    let triesAlone = 0
    const group = await server.createGroup((orderId, events) => {
      if (orderId !== refused) return
      if (events === 1) triesAlone++
      throw new RefusedEvent('unknown_order')
    })
    await group.join()
    const after = newOrderId()
    await group.send([{ ...expired(refused), key: after }, expired(after)])
    await whenHandled(group, after)
    await whenDeadLettered(group, 1)
    expect(triesAlone).toBe(1)
  })

  it('is dead-lettered when its handler rejects with something that is no error', async () => {
    const odd = newOrderId()
    const group = await server.createGroup(orderId => {
      if (orderId === odd) throw undefined
    })
    await group.join()
    const after = newOrderId()
    await group.send([{ ...expired(odd), key: after }, expired(after)])
    await whenHandled(group, after)
    const [letter] = await whenDeadLettered(group, 1)
    expect(letter).toMatchObject({ type: 'OrderExpired', reason: 'OrderExpired: undefined' })
  })

  it('is dead-lettered with the reason when it can not be read, and does not affect the others', async () => {
    const group = await server.createGroup()
    await group.join()
    const good = newOrderId()
    const { headers } = recordOf(expired(newOrderId()))
    await group.sendRaw([
      { key: 'a', value: 'not even JSON' },
      { key: 'b', value: '{', headers: { ...headers, ce_type: 'OrderVanished' } },
      { key: 'c', value: '{"orderId":7}', headers },
    ])
    await group.send([expired(good)])
    await whenHandled(group, good)
    const letters = await whenDeadLettered(group, 3)
    const reasons = new Map(letters.map(({ message, reason }) => [String(message.key), reason]))
    expect(reasons.get('a')).toContain('no CloudEvents headers')
    expect(reasons.get('b')).toContain('its type is unknown: OrderVanished')
    expect(reasons.get('c')).toContain('its data is not that of OrderExpired')
    const metrics = await group.registry.metrics()
    expect(metrics).toContain(`consumer_events_total{group="${group.groupId}",outcome="dead_lettered"} 3`)
  })
})

describe('an event of a type that no handler takes', () => {
  it('is skipped and counted, whether this release knows the type or not, also when it is redriven', async () => {
    const group = await server.createGroup()
    await group.join()
    const record = (type: string) => {
      const { headers, ...rest } = recordOf(expired(newOrderId()))
      return { ...rest, headers: { ...headers, ce_type: type } }
    }
    await group.sendRaw([record('OrderVanished'), record('OrderPaid'), { ...record('OrderVanished'), value: '[]' }])
    await group.sendRaw([record('OrderVanished')], retryTopic(group.groupId))
    const good = newOrderId()
    await group.send([expired(good)])
    await whenHandled(group, good)
    const counted = `consumer_events_total{group="${group.groupId}",outcome="skipped"} 4`
    await waitUntil(async () => (await group.registry.metrics()).includes(counted), { what: 'four are counted' })
    expect(await group.deadLetters()).toEqual([])
  })
})

describe('while the database is unavailable', () => {
  it('keeps events waiting without a limit and dead-letters none', async () => {
    const tries = { left: 8 }
    const group = await server.createGroup(() => {
      tries.left -= 1
      if (tries.left > 0) throw diskFull()
    })
    await group.join()
    const orderId = newOrderId()
    await group.send([expired(orderId)])
    await whenHandled(group, orderId)
    expect(await group.deadLetters()).toEqual([])
  })

  it('handles the events of other partitions when it is unavailable to one event alone', async () => {
    const orderIds = Array.from({ length: 40 }, () => newOrderId())
    const [waiting = ''] = orderIds
    const outage = { over: false }
    const group = await server.createGroup(orderId => {
      if (orderId === waiting && !outage.over) throw diskFull()
    })
    // Sent before the consumer starts, so that the partitions are handled at the same time.
    await group.send(orderIds.map(expired))
    const partitions = await partitionsOf(group, orderIds)
    await group.join()
    const others = orderIds.filter(orderId => partitions.get(orderId) !== partitions.get(waiting))
    expect(others.length).toBeGreaterThan(10)
    const areHandled = async () => new Set(await group.handledIds()).isSupersetOf(new Set(others))
    await waitUntil(areHandled, { what: 'the events of other partitions are handled' })
    expect(await group.handledIds()).not.toContain(waiting)
    outage.over = true
    await whenHandled(group, waiting)
    expect(await group.deadLetters()).toEqual([])
  })

  it('keeps events waiting through a rebalance of the group and dead-letters none', async () => {
    const outage = { over: false, tries: 0 }
    const group = await server.createGroup(() => {
      outage.tries += 1
      if (!outage.over) throw diskFull()
    })
    await group.join()
    const orderId = newOrderId()
    await group.send([expired(orderId)])
    await waitUntil(() => outage.tries > 0, { what: 'the event was tried' })
    const other = testKafka(server.brokers).consumer({ groupId: group.groupId, maxWaitTimeInMs: 250 })
    onTestFinished(() => other.disconnect())
    const joined = new Promise(resolve => other.on('consumer.group_join', resolve))
    await other.connect()
    await other.subscribe({ topics: [group.topic, retryTopic(group.groupId)] })
    // This member handles and commits nothing.
    await other.run({ autoCommit: false, eachBatch: async () => {} })
    await joined
    await other.disconnect()
    outage.over = true
    await whenHandled(group, orderId)
    expect(await group.deadLetters()).toEqual([])
  })
})
