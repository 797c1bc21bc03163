import { expect, it } from 'vitest'
import { createPaymentSync } from './payment-sync.ts'

function setUp(call: () => Promise<{ status: number; text: string }>) {
  const asked: string[] = []
  const check = createPaymentSync(
    {
      call: ({ path }) => {
        asked.push(path)
        return call()
      },
    },
    { debug: () => {} },
  )
  return { asked, check: (orderId: string, nowMs: number) => check(orderId, 'trace', nowMs) }
}

it('syncs each order at most every five seconds', () => {
  const { asked, check } = setUp(async () => ({ status: 204, text: '' }))
  check('ord_1', 0)
  check('ord_1', 4_999)
  check('ord_2', 4_999)
  check('ord_1', 5_000)
  expect(asked).toEqual(['/payments/ord_1/check', '/payments/ord_2/check', '/payments/ord_1/check'])
})

it('bounds concurrent calls while payment-service hangs, and continues afterwards', async () => {
  const waiting: (() => void)[] = []
  const { asked, check } = setUp(
    () => new Promise((_answer, reject) => waiting.push(() => reject(new Error('unavailable')))),
  )
  for (let n = 0; n < 100; n++) check(`ord_${n}`, 0)
  expect(asked).toHaveLength(32)
  for (const fail of waiting) fail()
  await new Promise(resolve => setImmediate(resolve))
  check('ord_100', 0)
  expect(asked).toHaveLength(33)
})
