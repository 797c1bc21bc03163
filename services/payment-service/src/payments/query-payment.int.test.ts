import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CallBudget } from '../alipay/call-budget.ts'
import { createAlipayClient } from '../alipay/client.ts'
import { readKeys } from '../alipay/keys.ts'
import { startTestService, type TestService } from '../test-service.ts'
import { closeForNextAttempt, closePayment } from './query-payment.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
}, 30_000)
afterAll(() => service.close())

it('makes no call of priority money when an attempt gives way to another method', async () => {
  const { appId, gatewayUrl: gateway, appPrivateKey, alipayPublicKey } = service.alipay
  const keys = readKeys({ ALIPAY_PRIVATE_KEY: appPrivateKey, ALIPAY_PUBLIC_KEY: alipayPublicKey })
  const budget: CallBudget = { hasRoom: () => false, leftRatio: () => 0, take: async priority => priority === 'money' }
  const alipay = createAlipayClient({ appId, gateway, keys, timeoutMs: 2_000, budget, registry: new Registry() })
  const access = { alipay, recordAlipayResult: service.recordAlipayResult }
  const orderId = await service.newOrder()
  await service.open(orderId, { method: 'alipay_jsapi', as: 'url', buyerOpenId: 'open_1' })

  await expect(closeForNextAttempt(orderId, access, 'another method')).rejects.toMatchObject({ type: 'alipay-failed' })
  expect(await service.attemptsOf(orderId)).toEqual(['OPENED alipay_jsapi'])
  expect(await closePayment(orderId, access, { cause: 'the order ended', source: 'close' })).toMatchObject({
    state: 'closed',
  })
  expect(await service.attemptsOf(orderId)).toEqual(['CLOSED alipay_jsapi'])
})
