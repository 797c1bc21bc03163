import type { NewEvent } from '@alipay-checkout/contracts'
import { waitUntil, watchTopics } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { expired } from './test-consumer.ts'
import { appendEvents, newOrderId, openTestOutbox, type TestOutbox } from './test-outbox.ts'

let outbox: TestOutbox
beforeAll(async () => {
  outbox = await openTestOutbox('relay')
})
afterAll(() => outbox?.close())

const cancelled = (orderId: string): NewEvent => ({ type: 'OrderCancelled', key: orderId, data: { orderId } })

it('publishes committed events in order and empties the outbox', async () => {
  const watch = await watchTopics(['order.events'])
  onTestFinished(() => watch.stop())
  const orderId = newOrderId()
  const relay = outbox.startRelay()
  const types = Array.from({ length: 40 }, (_, index) => (index % 2 ? expired(orderId) : cancelled(orderId)))
  await outbox.database.db.transaction(tx => appendEvents(tx, 'test-service', types, new Date()))
  relay.wake()
  await waitUntil(() => watch.of(orderId).length === 40, { what: 'all 40 events are on Kafka' })
  expect(watch.of(orderId).map(record => record.type)).toEqual(types.map(event => event.type))
  expect(watch.of(orderId)[0]?.headers).toMatchObject({ ce_source: '/test-service', ce_subject: orderId })
  await waitUntil(async () => (await outbox.depth()) === 0, { what: 'the outbox is empty' })
})

it('publishes more than fits into one request, each event once', async () => {
  const watch = await watchTopics(['order.events'])
  onTestFinished(() => watch.stop())
  const orderId = newOrderId()
  const relay = outbox.startRelay()
  const types = Array.from({ length: 2_500 }, () => expired(orderId))
  await outbox.database.db.transaction(tx => appendEvents(tx, 'test-service', types, new Date()))
  relay.wake()
  await waitUntil(async () => (await outbox.depth()) === 0, { what: 'the outbox is empty' })
  await waitUntil(() => watch.of(orderId).length >= 2_500, { what: 'all events are on Kafka' })
  expect(new Set(watch.of(orderId).map(record => record.headers.ce_id)).size).toBe(2_500)
  expect(watch.of(orderId).length).toBe(2_500)
})

it('publishes nothing of a transaction that rolled back', async () => {
  const watch = await watchTopics(['order.events'])
  onTestFinished(() => watch.stop())
  const [lost, kept] = [newOrderId(), newOrderId()]
  const relay = outbox.startRelay()
  const rollBack = outbox.database.db.transaction(async tx => {
    await appendEvents(tx, 'test-service', [expired(lost)], new Date())
    throw new Error('rolled back')
  })
  await expect(rollBack).rejects.toThrow('rolled back')
  await outbox.database.db.transaction(tx => appendEvents(tx, 'test-service', [expired(kept)], new Date()))
  relay.wake()
  await watch.next(record => record.key === kept, { what: 'the committed event is on Kafka' })
  expect(watch.of(lost)).toEqual([])
})

it('promise 7: loses nothing when a transaction with a low id commits after higher ids were published', async () => {
  const watch = await watchTopics(['order.events'])
  onTestFinished(() => watch.stop())
  const [slow, quick] = [newOrderId(), newOrderId()]
  const relay = outbox.startRelay()
  await outbox.database.db.transaction(async tx => {
    await appendEvents(tx, 'test-service', [expired(slow)], new Date())
    await outbox.database.db.transaction(inner => appendEvents(inner, 'test-service', [expired(quick)], new Date()))
    relay.wake()
    await watch.next(record => record.key === quick, { what: 'the higher id is on Kafka' })
  })
  relay.wake()
  await watch.next(record => record.key === slow, { what: 'the lower id is on Kafka' })
})

it('takes over from a replica that stops, and is woken by commits of other processes', async () => {
  const watch = await watchTopics(['order.events'])
  onTestFinished(() => watch.stop())
  const first = outbox.startRelay()
  await waitUntil(() => first.state().leader, { what: 'the first relay publishes' })
  const second = outbox.startRelay()
  const other = newOrderId()
  await outbox.database.db.transaction(tx => appendEvents(tx, 'test-service', [expired(other)], new Date()))
  // Only the first one publishes; NOTIFY wakes it for the commit of the second one.
  second.wake()
  await watch.next(record => record.key === other, { what: 'the write of the second replica is on Kafka' })
  expect(second.state().leader).toBe(false)
  await first.stop()
  await waitUntil(() => second.state().leader, { what: 'the second relay publishes' })
})
