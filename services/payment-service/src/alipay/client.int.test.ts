import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { Registry } from 'prom-client'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type AlipayForTests, newOrderId, startAlipayForTests } from '../test-shop.ts'
import { type AlipayClient, createAlipayClient } from './client.ts'
import { readKeys } from './keys.ts'
import { createPaymentSigner } from './payment-signer.ts'
import { createKeyVerifier } from './verifier.ts'

let alipay: AlipayForTests
let client: AlipayClient
beforeAll(async () => {
  alipay = await startAlipayForTests()
  client = clientWith({})
})
afterEach(() => alipay.control('DELETE', '/faults'))
afterAll(() => alipay.close())

function clientWith(change: Partial<Parameters<typeof createAlipayClient>[0]>): AlipayClient {
  const { appId, gatewayUrl: gateway } = alipay
  return createAlipayClient({
    appId,
    gateway,
    keys: keys(),
    timeoutMs: 1_000,
    registry: new Registry(),
    ...change,
  })
}

function keys() {
  return readKeys({ ALIPAY_PRIVATE_KEY: alipay.appPrivateKey, ALIPAY_PUBLIC_KEY: alipay.alipayPublicKey })
}

/** A signed link for a trade of 2.58 yuan. */
async function link(outTradeNo: string): Promise<string> {
  const { appPrivateKey: privateKey } = keys()
  const notifyUrl = `${alipay.publicUrl}/api/payment/notify`
  const now = new Date()
  const { appId, gatewayUrl: gateway } = alipay
  return createPaymentSigner({ appId, gateway, notifyUrl, privateKey, certificateParameters: {} }).url({
    method: 'alipay_page',
    orderId: outTradeNo,
    outTradeNo,
    amountFen: 258,
    timeExpire: new Date(now.getTime() + 600_000),
    returnUrl: 'https://shop.example/payment/result',
    now,
  })
}

it('queries a trade before it exists, while it waits and once it is paid, which cannot be closed', async () => {
  const no = newOrderId()
  const url = await link(no)
  expect(await client.query(no)).toEqual({ outcome: 'no_trade' })
  expect(await client.close(no)).toEqual({ outcome: 'no_trade' })
  await alipay.control('POST', '/open', { url })
  expect(await client.query(no)).toEqual({ outcome: 'waiting' })
  const { tradeNo } = await alipay.control<{ tradeNo: string }>('POST', '/pay', { outTradeNo: no })
  expect(await client.query(no)).toMatchObject({ outcome: 'paid', trade: { outTradeNo: no, tradeNo, amountFen: 258 } })
  expect(await client.close(no)).toMatchObject({ outcome: 'unclear' })
})

it('closes a trade that waits for its buyer', async () => {
  const no = newOrderId()
  await alipay.control('POST', '/open', { url: await link(no) })
  expect(await client.close(no)).toEqual({ outcome: 'closed' })
  expect(await client.query(no)).toEqual({ outcome: 'closed' })
})

it('returns unknown for a reply with another signature', async () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const other = clientWith({ keys: { ...keys(), alipay: createKeyVerifier([publicKey]) } })
  expect(await other.query(newOrderId())).toMatchObject({ outcome: 'unknown', reason: 'failed' })
  expect(await other.close(newOrderId())).toMatchObject({ outcome: 'unknown', reason: 'failed' })
})

it('returns unknown when Alipay refuses the request itself', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  expect(await clientWith({ keys: { ...keys(), appPrivateKey: privateKey } }).query(newOrderId())).toMatchObject({
    outcome: 'unknown',
  })
  expect(await clientWith({ appId: '9021000000000099' }).query(newOrderId())).toMatchObject({ outcome: 'unknown' })
})

it.each([
  ['down', 'failed'],
  ['html', 'failed'],
  ['slow', 'timeout'],
])('returns unknown while the gateway is %s: %s', async (gateway, reason) => {
  await alipay.control('POST', '/faults', { gateway })
  expect(await client.query(newOrderId())).toMatchObject({ outcome: 'unknown', reason })
  expect(await client.close(newOrderId())).toMatchObject({ outcome: 'unknown', reason })
})

it('returns a timeout for a reply that arrives byte by byte', async () => {
  const trickle = await startTrickle()
  const { port } = trickle.server.address() as { port: number }
  const slow = clientWith({ gateway: `http://127.0.0.1:${port}/gateway.do`, timeoutMs: 300 })
  const startedAt = performance.now()
  expect(await slow.query(newOrderId())).toMatchObject({ outcome: 'unknown', reason: 'timeout' })
  expect(performance.now() - startedAt).toBeLessThan(1_500)
  await trickle.stop()
})

/** Answers 200 at once and then one byte of the body every 50 ms. */
async function startTrickle(): Promise<{ server: Server; stop: () => Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n')
    const timer = setInterval(() => socket.write(' '), 50)
    socket.on('close', () => clearInterval(timer))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    server,
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
