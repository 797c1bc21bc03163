import { type NewEvent, OrderCancelled, OrderExpired } from '@alipay-checkout/contracts'
import { uniqueName } from '@alipay-checkout/test-support'
import { sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createBatchApplier, type Handler, on, onLoaded } from './handler.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { newOrderId, openTestOutbox, type TestOutbox } from './test-outbox.ts'

const expired = (orderId: string): NewEvent => ({ type: 'OrderExpired', key: orderId, data: { orderId } })
const now = new Date('2026-01-15T10:00:00Z')

let server: TestOutbox
let outbox: Outbox
/** Calls after the commit, in order. */
let done: string[]

beforeAll(async () => {
  server = await openTestOutbox('unit_of_work')
  await server.database.client`create table effects (name text primary key)`
})
afterAll(() => server?.close())
beforeEach(async () => {
  await server.database.client`truncate outbox, effects`
  done = []
  outbox = createOutbox({ db: server.database.db, service: 'order-service' })
  outbox.bindRelay({ wake: () => done.push('woken') })
})

const effect = (name: string) => sql`insert into effects (name) values (${name})`
const afterCommit = () => void done.push('after commit')

async function stored() {
  const [effects, events] = await Promise.all([
    server.database.client<{ name: string }[]>`select name from effects order by name`,
    server.database.client<{ key: string; source: string; time: string }[]>`
      select key, headers ->> 'ce_source' as source, headers ->> 'ce_time' as time from outbox order by id`,
  ])
  return { effects: effects.map(({ name }) => name), events: [...events] }
}

describe('a unit of work', () => {
  it('commits its writes and events, wakes the relay, then runs `afterCommit`', async () => {
    const [first, second] = [newOrderId(), newOrderId()]
    const result = await outbox.transact(async tx => {
      await tx.execute(effect('a'))
      return { writes: [effect('b')], events: [expired(first), expired(second)], now, afterCommit, result: 42 }
    })
    expect(result).toBe(42)
    expect(done).toEqual(['woken', 'after commit'])
    const record = { source: '/order-service', time: now.toISOString() }
    expect(await stored()).toEqual({
      effects: ['a', 'b'],
      events: [
        { key: first, ...record },
        { key: second, ...record },
      ],
    })
  })

  it('does not wake the relay without events', async () => {
    await outbox.transact(async () => ({ writes: [effect('a')], events: [], now, afterCommit, result: undefined }))
    await outbox.transact(async () => ({ result: undefined }))
    expect(done).toEqual(['after commit'])
    expect(await stored()).toEqual({ effects: ['a'], events: [] })
  })

  it('stores nothing and does not wake the relay when its work throws', async () => {
    const work = outbox.transact(async tx => {
      await tx.execute(effect('a'))
      throw new Error('it was refused')
    })
    await expect(work).rejects.toThrow('it was refused')
    expect(done).toEqual([])
    expect(await stored()).toEqual({ effects: [], events: [] })
  })

  it('stores no events when one of its writes fails', async () => {
    const twice = [effect('a'), effect('a')]
    const work = outbox.transact(async () => ({
      writes: twice,
      events: [expired(newOrderId())],
      now,
      afterCommit,
      result: undefined,
    }))
    await expect(work).rejects.toThrow('duplicate key')
    expect(done).toEqual([])
    expect(await stored()).toEqual({ effects: [], events: [] })
  })

  it('stores events before a relay is bound', async () => {
    const early = createOutbox({ db: server.database.db, service: 'order-service' })
    await early.transact(async () => ({ events: [expired(newOrderId())], now, result: undefined }))
    expect((await stored()).events.length).toBe(1)
  })
})

describe('a batch of consumed events', () => {
  const incoming = (event: NewEvent) => ({ ...event, id: uuidv7(), time: now }) as never

  const applierOf = (handlers: readonly Handler[]) =>
    createBatchApplier({ outbox, groupId: uniqueName('group'), handlers })

  it('stores the events of every handler once in the transaction of their effects, although they arrive twice', async () => {
    const [first, second] = [newOrderId(), newOrderId()]
    const applier = applierOf([
      on([OrderExpired], async () => ({ writes: [effect('a')], events: [expired(first)], now, afterCommit })),
      onLoaded(
        [OrderCancelled],
        async () => undefined,
        () => ({ writes: [effect('b')], events: [expired(second)], now }),
      ),
    ])
    const events = [
      incoming(expired(newOrderId())),
      incoming({ type: 'OrderCancelled', key: 'o', data: { orderId: 'o' } }),
    ]
    await applier.apply(events)
    await applier.apply(events)
    const { effects, events: published } = await stored()
    expect(effects).toEqual(['a', 'b'])
    expect(published.map(({ key }) => key)).toEqual([first, second])
    expect(done).toEqual(['woken', 'after commit'])
  })

  it('does not wake the relay when no handler has events', async () => {
    await applierOf([on([OrderExpired], async () => ({ writes: [effect('a')], afterCommit }))]).apply([
      incoming(expired(newOrderId())),
    ])
    expect(done).toEqual(['after commit'])
  })

  it('stores nothing when one of its handlers fails', async () => {
    const applier = applierOf([
      on([OrderExpired], async () => ({ writes: [effect('a')], events: [expired(newOrderId())], now, afterCommit })),
      on([OrderCancelled], async () => {
        throw new Error('it is broken')
      }),
    ])
    const batch = [
      incoming(expired(newOrderId())),
      incoming({ type: 'OrderCancelled', key: 'o', data: { orderId: 'o' } }),
    ]
    await expect(applier.apply(batch)).rejects.toThrow('it is broken')
    expect(done).toEqual([])
    expect(await stored()).toEqual({ effects: [], events: [] })
  })
})
