import { orderHintsChannel } from '@alipay-checkout/contracts'
import { createLogger, openRedis } from '@alipay-checkout/service-kit'
import { testStack, uniqueName, waitUntil } from '@alipay-checkout/test-support'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type OrderWatch, openOrderWatch } from './order-watch.ts'

/** Longer than any test, ms. */
const longMs = 60_000

const logger = createLogger('test', 'silent')
let systemName: string
let registry: Registry
let redis: ReturnType<typeof openRedis>
let watch: OrderWatch

beforeEach(async () => {
  const { redisUrl } = await testStack()
  systemName = uniqueName('system')
  registry = new Registry()
  redis = openRedis({ url: redisUrl }, logger, 'blocking')
  watch = openOrderWatch({ redis: { url: redisUrl }, systemName, logger, registry })
  const subscribers = async () => Number((await redis.pubsub('NUMSUB', orderHintsChannel(systemName)))[1])
  await waitUntil(async () => (await subscribers()) > 0, { what: 'the watch has subscribed' })
})
afterEach(() => {
  watch.close()
  redis.disconnect()
})

const publish = (message: string, system = systemName) => redis.publish(orderHintsChannel(system), message)
const malformed = async () => (await registry.getSingleMetric('order_hints_malformed_total')?.get())?.values[0]?.value

it('skips and counts malformed hints, with and without a waiting request', async () => {
  await publish('nonsense')
  const leaves = watch.leaves('ord_1', 'RESERVING', longMs)
  for (const message of ['', '\0', 'null', '{}', '[null]', '[{"orderId":{}}]', '[{"orderId":"ord_1"}]']) {
    await publish(message)
  }
  await publish(JSON.stringify([null, { orderId: 'ord_1', orderStatus: 'PENDING_PAYMENT' }]))
  expect(await leaves).toBe('changed_elsewhere')
  expect(await malformed()).toBe(9)
})

it('ignores hints of another system on the same Redis', async () => {
  let outcome: unknown
  const leaves = watch.leaves('ord_1', 'RESERVING', longMs).then(reached => {
    outcome = reached
  })
  await publish(JSON.stringify([{ orderId: 'ord_1', orderStatus: 'PAID' }]), uniqueName('other'))
  // Redis delivers messages in order: a hint of the other system would have arrived before this message.
  await publish('nonsense')
  await waitUntil(async () => (await malformed()) === 1, { what: 'the next message has arrived' })
  expect(outcome).toBeUndefined()
  watch.close()
  await leaves
})
