import { generateKeyPairSync } from 'node:crypto'
import { Registry } from 'prom-client'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { silent } from '../test-database.ts'
import { type AlipayForTests, newOrderId, startAlipayForTests } from '../test-shop.ts'
import type { CallOptions } from './call.ts'
import { createAlipayClient } from './client.ts'
import { createAlipayConnection } from './connection.ts'
import { type AlipayKeys, readKeys } from './keys.ts'
import { createKeyVerifier } from './verifier.ts'

let alipay: AlipayForTests
let closing: (() => void)[] = []
beforeAll(async () => {
  alipay = await startAlipayForTests({ products: ['page', 'jsapi'], buyerIds: 'open' })
})
afterEach(async () => {
  vi.useRealTimers()
  for (const close of closing) close()
  closing = []
  await alipay.control('DELETE', '/faults')
})
afterAll(() => alipay.close())

const other = generateKeyPairSync('rsa', { modulusLength: 2048 })

type Changes = Partial<Omit<CallOptions, 'keys'>> & { keys?: Partial<AlipayKeys> }

/** A connection with the right settings except for `changes`, not started yet. */
function open(changes: Changes = {}) {
  const { keys: change, ...others } = changes
  const read = readKeys({ ALIPAY_PRIVATE_KEY: alipay.appPrivateKey, ALIPAY_PUBLIC_KEY: alipay.alipayPublicKey })
  const keys = { ...read, ...change }
  const registry = new Registry()
  const appId = others.appId ?? alipay.appId
  const connection = createAlipayConnection({ appId, mode: keys.mode, logger: silent, registry })
  closing.push(connection.close)
  const client = createAlipayClient({
    gateway: alipay.gatewayUrl,
    keys,
    timeoutMs: 2_000,
    registry,
    observe: connection.observe,
    ...others,
    appId,
  })
  return {
    client,
    start: () => connection.start(client.query),
    readiness: () =>
      connection.check().then(
        () => 'ok',
        (error: Error) => error.message,
      ),
    isMetric: async (line: string) =>
      (await registry.getSingleMetricAsString('alipay_connection_ok')).includes(`alipay_connection_ok${line}`),
  }
}

/** Stops the pauses between probes; `vi.advanceTimersByTime` ends one. */
const stopPauses = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })

/** Waits until the metric has this reason, with timers that `stopPauses` does not stop. */
const untilReason = (isMetric: (line: string) => Promise<boolean>, reason: string) =>
  expect.poll(() => isMetric(`{reason="${reason}"} ${reason === 'ok' ? 1 : 0}`), { timeout: 20_000 }).toBe(true)

it('is verified by a signed ACQ.TRADE_NOT_EXIST', async () => {
  const { start, readiness, isMetric } = open()
  expect(await isMetric('{reason="not_asked_yet"} 0')).toBe(true)
  start()
  await untilReason(isMetric, 'ok')
  expect(await readiness()).toBe('ok')
})

it.each<[string, Changes, string, RegExp]>([
  [
    'another private key',
    { keys: { appPrivateKey: other.privateKey } },
    'invalid_signature',
    /invalid-signature.*应用私钥/,
  ],
  [
    'another app id',
    { appId: '9021000000000099' },
    'invalid_app_id',
    /unverified: 40002 isv.invalid-app-id.*ALIPAY_APP_ID/,
  ],
  [
    'another public key',
    { keys: { alipay: createKeyVerifier([other.publicKey]) } },
    'reply_signature',
    /ALIPAY_PUBLIC_KEY.*支付宝公钥/,
  ],
])('reports %s at start, and names the remedy', async (_name, change, reason, explanation) => {
  const { start, readiness, isMetric } = open(change)
  start()
  await untilReason(isMetric, reason)
  expect(await readiness()).toMatch(explanation)
})

it('reports a clock that is days off', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3 * 86_400_000 })
  const { start, readiness, isMetric } = open()
  start()
  await untilReason(isMetric, 'invalid_timestamp')
  expect(await readiness()).toMatch(/isv.invalid-timestamp.*clock/)
})

it.each([
  ['down', 'unreachable'],
  ['html', 'unreachable'],
  ['busy', 'unavailable'],
  ['error', 'unavailable'],
])('while the gateway is %s the connection is %s, and is probed again after a pause', async (gateway, reason) => {
  stopPauses()
  await alipay.control('POST', '/faults', { gateway })
  const { start, isMetric } = open()
  start()
  await untilReason(isMetric, reason)
  await alipay.control('DELETE', '/faults')
  vi.advanceTimersByTime(1_000)
  await untilReason(isMetric, 'ok')
})

it('is verified by a later reply, whatever was refused at start', async () => {
  await alipay.control('POST', '/faults', { gateway: 'bad_sign', gatewayTimes: 1 })
  const { client, start, isMetric } = open()
  start()
  await untilReason(isMetric, 'reply_signature')
  expect(await client.query(newOrderId())).toEqual({ outcome: 'no_trade' })
  expect(await isMetric('{reason="ok"} 1')).toBe(true)
})

it('is probed again five seconds after a refused call', async () => {
  stopPauses()
  const { client, start, isMetric, readiness } = open()
  start()
  await untilReason(isMetric, 'ok')
  await alipay.control('POST', '/faults', { gateway: 'bad_sign' })
  await client.query(newOrderId())
  vi.advanceTimersByTime(4_999)
  expect(await isMetric('{reason="ok"} 1')).toBe(true)
  vi.advanceTimersByTime(1)
  await untilReason(isMetric, 'reply_signature')
  expect(await readiness()).toContain('ALIPAY_PUBLIC_KEY')
})

it('stays verified where a product is not contracted', async () => {
  const { client, start, isMetric, readiness } = open()
  start()
  await untilReason(isMetric, 'ok')
  const refused = await client.openTrade({ ...tradeOf(newOrderId()), method: 'alipay_qr' })
  expect(refused).toMatchObject({ outcome: 'not_contracted' })
  expect(await readiness()).toBe('ok')
})

it.each([
  ['an id where Alipay gives open ids', { buyerId: '2088000000000001' }, '2021000000000001', 'BUYER_NOT_EXIST'],
  ['an open id of another mini program', { buyerOpenId: 'open_1' }, '2021000000000002', 'OPEN_ID_NOT_TINY_APP'],
])('opens no trade for a buyer with %s', async (_name, buyer, miniAppId, code) => {
  const { client } = open()
  const answer = await client.openTrade({ ...tradeOf(newOrderId()), method: 'alipay_jsapi', buyer, miniAppId })
  expect(answer).toMatchObject({ outcome: 'wrong_buyer', detail: expect.stringContaining(code) })
})

function tradeOf(orderId: string) {
  const timeExpire = new Date(Date.now() + 600_000)
  return { orderId, outTradeNo: orderId, amountFen: 1, timeExpire, notifyUrl: `${alipay.publicUrl}/api/payment/notify` }
}
