import { createLogger } from '@alipay-checkout/service-kit'
import { waitUntil } from '@alipay-checkout/test-support'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startRelay } from './relay.ts'
import { appendEvents, newOrderId, openTestOutbox, type TestOutbox } from './test-outbox.ts'

let outbox: TestOutbox
beforeAll(async () => {
  outbox = await openTestOutbox('stop_without_kafka')
})
afterAll(() => outbox?.close())

it('stops the relay within seconds while Kafka does not respond, and keeps its events in the outbox', async () => {
  const answer = Promise.withResolvers<never>()
  let sent = 0
  const sendBatch = () => {
    sent++
    return answer.promise
  }
  const { database } = outbox
  const relay = startRelay({
    service: 'order-service',
    database,
    producer: { ...outbox.producer, sendBatch },
    logger: createLogger('test', 'silent'),
    registry: new Registry(),
  })
  const key = newOrderId()
  const event = { type: 'OrderExpired' as const, key, data: { orderId: key } }
  await database.db.transaction(tx => appendEvents(tx, 'test', [event], new Date()))
  relay.wake()
  await waitUntil(() => sent > 0, { what: 'the relay waits for Kafka' })
  const since = performance.now()
  await relay.stop()
  expect(performance.now() - since).toBeLessThan(5_000)
  expect(await outbox.depth()).toBe(1)
  answer.reject(new Error('Kafka is gone'))
})
