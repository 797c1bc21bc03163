import { once } from 'node:events'
import { type OrderHint, orderHintsChannel, systemNameDefault } from '@alipay-checkout/contracts'
import { isFullyReady, jwt, testSecrets, waitUntil } from '@alipay-checkout/test-support'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest'
import WebSocket from 'ws'
import { signReturnLink } from '../auth/return-link.ts'
import { orderId, problem, startGateway, type TestGateway } from '../test-gateway.ts'

const channel = orderHintsChannel(systemNameDefault)
let gateway: TestGateway
let redis: Redis
let orderStatus: string

beforeAll(async () => {
  gateway = await startGateway()
  redis = new Redis(process.env.TEST_REDIS_URL as string)
})
afterAll(async () => {
  redis?.disconnect()
  await gateway?.close()
})
beforeEach(async () => {
  orderStatus = 'PENDING_PAYMENT'
  gateway.standIn.reset()
  gateway.standIn.on('GET /orders/*/status', () => ({ status: 200, body: { orderId, status: 'PENDING', orderStatus } }))
  await waitUntil(() => isFullyReady(gateway.url), { what: 'the gateway is connected to Redis' })
  await waitUntil(async () => (await subscribers()) > 0, { what: 'the gateway has subscribed' })
})
afterEach(async () => {
  const connections = async () => /^gateway_order_status_sockets (\d+)$/m.exec(await metrics())?.[1]
  await waitUntil(async () => (await connections()) === '0', { what: 'every connection of the test is closed' })
})

const metrics = async () => (await fetch(`${gateway.url}/metrics`)).text()

async function subscribers(): Promise<number> {
  return Number((await redis.pubsub('NUMSUB', channel))[1])
}

const hint = (...hints: OrderHint[]) => redis.publish(channel, JSON.stringify(hints))

function linkQuery(id = orderId): string {
  const t = String(Date.now())
  return `order_id=${id}&t=${t}&sign=${signReturnLink(testSecrets.RETURN_URL_SECRET, id, t)}`
}

interface Follower {
  socket: WebSocket
  told: unknown[]
}

async function follow(query: string, protocols: string[] = [], headers = {}, at = gateway): Promise<Follower> {
  const address = `${at.url.replace('http', 'ws')}/ws/order-status?${query}`
  const socket = new WebSocket(address, protocols, { headers })
  const told: unknown[] = []
  socket.on('message', data => told.push(JSON.parse(String(data))))
  await once(socket, 'open')
  return { socket, told }
}

async function refusal(query: string): Promise<number | undefined> {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/ws/order-status?${query}`)
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode?: number; resume(): void }]
  socket.on('error', () => {})
  socket.terminate()
  return response.statusCode
}

const pending = { orderId, status: 'PENDING', orderStatus: 'PENDING_PAYMENT' }
const paid = { orderId, status: 'PAID', orderStatus: 'PAID' }

it('sends the status at once and every change to the holder of the return link', async () => {
  const { socket, told } = await follow(linkQuery())
  await waitUntil(() => told.length === 1, { what: 'the first state' })
  await hint({ orderId: orderId.replace('0190', '0191'), orderStatus: 'PAID' }, { orderId, orderStatus: 'PAID' })
  await waitUntil(() => told.length === 2, { what: 'the push' })
  expect(told).toEqual([pending, paid])
  socket.terminate()
})

it('authorises the customer by the subprotocol of a browser, or by a header', async () => {
  const browser = await follow(`order_id=${orderId}`, ['order-status', `bearer.${jwt('mei')}`])
  expect(browser.socket.protocol).toBe('order-status')
  const server = await follow(`order_id=${orderId}`, [], { authorization: `Bearer ${jwt('li')}` })
  await waitUntil(() => browser.told.length + server.told.length === 2, { what: 'both receive the status' })
  const asked = gateway.standIn.calls.map(({ path }) => path)
  expect(asked).toEqual([`/orders/${orderId}/status?customerId=mei`, `/orders/${orderId}/status?customerId=li`])
  browser.socket.terminate()
  server.socket.terminate()
})

it.each([
  ['without a token or link', `order_id=${orderId}`, 401],
  ['with a link of another order', linkQuery().replace(/0190/, '0191'), 403],
  ['with the order named twice', `${linkQuery()}&order_id=${orderId}`, 400],
  ['for an order that can not be', linkQuery('ord_1'), 404],
])('refuses a connection %s', async (_what, query, status) => {
  expect(await refusal(query)).toBe(status)
})

it("closes with 4404 for another shopper's order", async () => {
  gateway.standIn.on('GET /orders/*/status', () => problem('order-not-found'))
  const { socket } = await follow(`order_id=${orderId}`, ['order-status', `bearer.${jwt('mei')}`])
  expect((await once(socket, 'close'))[0]).toBe(4404)
})

it('closes with 1013 when the order can not be read', async () => {
  gateway.standIn.on('GET /orders/*/status', () => 'cut')
  const { socket } = await follow(linkQuery())
  expect((await once(socket, 'close'))[0]).toBe(1013)
})

it('closes with 1001 when the server stops', async () => {
  const stopping = await startGateway()
  onTestFinished(() => stopping.close())
  stopping.standIn.on('GET /orders/*/status', () => ({ status: 200, body: pending }))
  const { socket, told } = await follow(linkQuery(), [], {}, stopping)
  await waitUntil(() => told.length === 1, { what: 'the first state' })
  const closed = once(socket, 'close')
  await stopping.app.close()
  expect((await closed)[0]).toBe(1001)
})

it('reads followed orders again after an outage of Redis, since hints may have been lost', async () => {
  const { socket, told } = await follow(linkQuery())
  await waitUntil(() => told.length === 1, { what: 'the first state' })
  orderStatus = 'PAID'
  await redis.client('KILL', 'TYPE', 'PUBSUB')
  await waitUntil(() => told.length === 2, { what: 'the state after the outage' })
  expect(told[1]).toEqual(paid)
  socket.terminate()
})

it('bounds the connections that follow one order', async () => {
  const followers = await Promise.all(Array.from({ length: 20 }, () => follow(linkQuery())))
  await waitUntil(() => followers.every(({ told }) => told.length === 1), { what: 'all follow' })
  expect(await refusal(linkQuery())).toBe(429)
  for (const { socket } of followers) socket.terminate()
})

it('skips and counts a malformed hint, and ignores the hints of other systems', async () => {
  const { socket, told } = await follow(linkQuery())
  await waitUntil(() => told.length === 1, { what: 'the first state' })
  await redis.publish(channel, 'nonsense')
  await redis.publish(channel, '[null]')
  await redis.publish(orderHintsChannel('staging'), JSON.stringify([{ orderId, orderStatus: 'EXPIRED' }]))
  await hint({ orderId, orderStatus: 'PAID' })
  await waitUntil(() => told.length === 2, { what: 'the push' })
  expect(told[1]).toEqual(paid)
  expect(await metrics()).toMatch(/^order_hints_malformed_total 2$/m)
  socket.terminate()
})
