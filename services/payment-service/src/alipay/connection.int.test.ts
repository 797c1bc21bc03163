import { generateKeyPairSync } from 'node:crypto'
import { waitUntil } from '@alipay-checkout/test-support'
import { Registry } from 'prom-client'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { silent } from '../test-database.ts'
import { type AlipayForTests, newOrderId, startAlipayForTests } from '../test-shop.ts'
import type { CallOptions } from './call.ts'
import { createAlipayClient } from './client.ts'
import { createAlipayConnection } from './connection.ts'
import { readKeys } from './keys.ts'

let alipay: AlipayForTests
let closing: (() => void)[] = []
beforeAll(async () => {
  alipay = await startAlipayForTests()
})
afterEach(async () => {
  vi.useRealTimers()
  for (const close of closing) close()
  closing = []
  await alipay.control('DELETE', '/faults')
})
afterAll(() => alipay.close())

const strangers = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** A connection with the right settings but for `change`, not yet started. */
function open(change: Partial<CallOptions> = {}) {
  const { appPrivateKey: privateKey, alipayPublicKey } = readKeys({
    ALIPAY_PRIVATE_KEY: alipay.appPrivateKey,
    ALIPAY_PUBLIC_KEY: alipay.alipayPublicKey,
  })
  const registry = new Registry()
  const appId = change.appId ?? alipay.appId
  const connection = createAlipayConnection({ appId, logger: silent, registry })
  closing.push(connection.close)
  const client = createAlipayClient({
    gateway: alipay.gatewayUrl,
    privateKey,
    alipayPublicKey,
    timeoutMs: 2_000,
    registry,
    observe: connection.observe,
    ...change,
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

it('a verified ACQ.TRADE_NOT_EXIST proves app id, keys, gateway and clock', async () => {
  const { start, readiness, isMetric } = open()
  expect(await isMetric('{reason="not_asked_yet"} 0')).toBe(true)
  start()
  await waitUntil(() => isMetric('{reason="ok"} 1'), { what: 'the connection is verified' })
  expect(await readiness()).toBe('ok')
})

it.each<[string, Partial<CallOptions>, string, RegExp]>([
  ['another private key', { privateKey: strangers.privateKey }, 'invalid_signature', /invalid-signature.*应用私钥/],
  [
    'another app id',
    { appId: '9021000000000099' },
    'invalid_app_id',
    /unverified: 40002 isv.invalid-app-id.*ALIPAY_APP_ID/,
  ],
  ['another public key', { alipayPublicKey: strangers.publicKey }, 'reply_signature', /ALIPAY_PUBLIC_KEY.*支付宝公钥/],
])('%s is found out at start, and the reason names the remedy', async (_name, change, reason, explanation) => {
  const { start, readiness, isMetric } = open(change)
  start()
  await waitUntil(() => isMetric(`{reason="${reason}"} 0`), { what: reason })
  expect(await readiness()).toMatch(explanation)
})

it('a clock that is days off is found out', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3 * 86_400_000 })
  const { start, readiness, isMetric } = open()
  start()
  await waitUntil(() => isMetric('{reason="invalid_timestamp"} 0'), { what: 'the clock is named' })
  expect(await readiness()).toMatch(/isv.invalid-timestamp.*clock/)
})

it.each([
  ['down', 'unreachable'],
  ['html', 'unreachable'],
  ['busy', 'unavailable'],
  ['error', 'unavailable'],
])(
  'while the gateway is %s the connection is %s, and it is queried again until it answers',
  async (gateway, reason) => {
    await alipay.control('POST', '/faults', { gateway })
    const { start, isMetric } = open()
    start()
    await waitUntil(() => isMetric(`{reason="${reason}"} 0`), { what: reason })
    await alipay.control('DELETE', '/faults')
    await waitUntil(() => isMetric('{reason="ok"} 1'), { what: 'it answers', timeoutMs: 20_000 })
  },
)

it('a later verified reply mends what was refused at start', async () => {
  await alipay.control('POST', '/faults', { gateway: 'bad_sign', gatewayTimes: 1 })
  const { client, start, isMetric } = open()
  start()
  await waitUntil(() => isMetric('{reason="reply_signature"} 0'), { what: 'the refusal' })
  expect(await client.query(newOrderId())).toEqual({ outcome: 'no_trade' })
  expect(await isMetric('{reason="ok"} 1')).toBe(true)
})

it('a later refused call makes it query again', async () => {
  const { client, start, isMetric, readiness } = open()
  start()
  await waitUntil(() => isMetric('{reason="ok"} 1'), { what: 'the connection is verified' })
  await alipay.control('POST', '/faults', { gateway: 'bad_sign' })
  await client.query(newOrderId())
  await waitUntil(() => isMetric('{reason="reply_signature"} 0'), { what: 'it is asked again', timeoutMs: 20_000 })
  expect(await readiness()).toContain('ALIPAY_PUBLIC_KEY')
})
