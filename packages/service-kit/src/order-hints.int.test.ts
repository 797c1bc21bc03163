import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type OrderHint, orderHintsChannel } from '@alipay-checkout/contracts'
import { testStack, uniqueName, waitUntil } from '@alipay-checkout/test-support'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLogger } from './logger.ts'
import { type OrderHintSubscription, subscribeToOrderHints } from './order-hints.ts'
import { openRedis } from './redis.ts'

const logger = createLogger('test', 'silent')
let systemName: string
let registry: Registry
let redis: ReturnType<typeof openRedis>
let subscription: OrderHintSubscription
let hints: OrderHint[]
let gaps: number
/** The connections of the subscription, which reach Redis through a forwarder of this test. */
let sockets: Set<Socket>
let forwarder: ReturnType<typeof createServer>

async function forwardTo(redisUrl: string): Promise<string> {
  const { hostname, port } = new URL(redisUrl)
  sockets = new Set()
  forwarder = createServer(socket => {
    const upstream = connect(Number(port), hostname)
    sockets.add(socket)
    for (const one of [socket, upstream]) one.on('error', () => {})
    socket.on('close', () => upstream.destroy())
    socket.pipe(upstream).pipe(socket)
  })
  await new Promise<void>(resolve => forwarder.listen(0, '127.0.0.1', resolve))
  const url = new URL(redisUrl)
  url.host = `127.0.0.1:${(forwarder.address() as AddressInfo).port}`
  return url.href
}

beforeEach(async () => {
  const { redisUrl } = await testStack()
  systemName = uniqueName('system')
  registry = new Registry()
  hints = []
  gaps = 0
  redis = openRedis({ url: redisUrl }, logger, 'blocking')
  subscription = subscribeToOrderHints({
    redis: { url: await forwardTo(redisUrl) },
    systemName,
    logger,
    registry,
    onHint: hint => hints.push(hint),
    onGap: () => gaps++,
  })
  await waitUntil(isSubscribed, { what: 'the subscription is active' })
})
afterEach(() => {
  subscription.close()
  redis.disconnect()
  forwarder.close()
})

const isSubscribed = async () => Number((await redis.pubsub('NUMSUB', orderHintsChannel(systemName)))[1]) > 0
const publish = (message: string, system = systemName) => redis.publish(orderHintsChannel(system), message)
const malformed = async () => (await registry.getSingleMetric('order_hints_malformed_total')?.get())?.values[0]?.value
const paid = (orderId: string): OrderHint => ({ orderId, orderStatus: 'PAID' })

it('passes on the hints of its own system only, and counts malformed ones', async () => {
  await publish(JSON.stringify([paid('ord_other')]), uniqueName('other'))
  for (const message of ['', '{}', '[null]', '[{"orderId":"ord_1"}]']) await publish(message)
  await publish(JSON.stringify([null, paid('ord_1'), paid('ord_2')]))
  await waitUntil(() => hints.length === 2, { what: 'both hints arrive' })
  expect(hints).toEqual([paid('ord_1'), paid('ord_2')])
  expect(await malformed()).toBe(5)
  expect(gaps).toBe(0)
})

it('reports a gap after the connection was lost, once hints arrive again', async () => {
  for (const socket of sockets) socket.destroy()
  await waitUntil(() => gaps === 1, { what: 'the gap is reported' })
  await subscription.check()
  await publish(JSON.stringify([paid('ord_3')]))
  await waitUntil(() => hints.length === 1, { what: 'the hint arrives' })
})

it('is not ready while Redis is unavailable', async () => {
  const away = subscribeToOrderHints({
    redis: { url: 'redis://127.0.0.1:1' },
    systemName,
    logger,
    registry: new Registry(),
    onHint() {},
  })
  await expect(away.check()).rejects.toThrow('Redis can not be reached')
  away.close()
})
