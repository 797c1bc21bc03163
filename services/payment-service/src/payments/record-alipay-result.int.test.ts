import { createOutbox } from '@alipay-checkout/messaging'
import { openDatabase } from '@alipay-checkout/service-kit/database'
import { freePort } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestDatabase, type PaymentDatabase } from '../test-database.ts'
import { newOrderId } from '../test-shop.ts'
import { createRecordAlipayResult } from './record-alipay-result.ts'

let database: PaymentDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.drop())

const now = new Date('2026-01-02T03:04:05.000Z')

async function expectPayments(count: number): Promise<string[]> {
  const orderIds = Array.from({ length: count }, newOrderId)
  for (const orderId of orderIds) {
    await database.client`
      insert into payments (order_id, customer_id, amount_fen, status, expires_at)
      values (${orderId}, 'c-1', 100, 'EXPECTED', now())`
    await database.client`
      insert into attempts (out_trade_no, order_id, number, status) values (${orderId}, ${orderId}, 1, 'CREATED')`
  }
  return orderIds
}

const money = (outTradeNo: string, tradeNo = `T${outTradeNo}`) => ({
  outTradeNo,
  input: { type: 'paid', trade: { outTradeNo, tradeNo, amountFen: 100, paidAt: now }, source: 'notify' } as const,
})

test('words that come together share a transaction, and each gets its own answer', async () => {
  let wakeUps = 0
  const outbox = createOutbox({ db: database.db, service: 'payment-service' })
  outbox.bindRelay({ wake: () => wakeUps++ })
  const recordAlipayResult = createRecordAlipayResult({ outbox })
  const orderIds = await expectPayments(20)
  const answers = await Promise.all([...orderIds, newOrderId()].map(orderId => recordAlipayResult(money(orderId))))
  expect(answers.slice(0, 20).map(({ outcome }) => outcome)).toEqual(orderIds.map(() => 'changed'))
  expect(answers.at(-1)).toEqual({ outcome: 'rejected', reason: 'unknown_order' })
  expect(wakeUps).toBe(1)
})

test('one word that the database refuses fails alone', async () => {
  const recordAlipayResult = createRecordAlipayResult({
    outbox: createOutbox({ db: database.db, service: 'payment-service' }),
  })
  const [first, second, third] = (await expectPayments(3)) as [string, string, string]
  // Alipay numbers a trade once: the same number for two of ours can't be kept.
  const outcomes = await Promise.allSettled([
    recordAlipayResult(money(first, 'T-same')),
    recordAlipayResult(money(second, 'T-same')),
    recordAlipayResult(money(third)),
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})

test('while the database is away everybody who waits hears at once that nothing was kept', async () => {
  const away = openDatabase({ url: `postgres://payment:payment@127.0.0.1:${await freePort()}/payment`, name: 'test' })
  const outbox = createOutbox({ db: away.db, service: 'payment-service' })
  outbox.bindRelay({ wake: () => expect.unreachable() })
  const recordAlipayResult = createRecordAlipayResult({ outbox })
  const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => recordAlipayResult(money(newOrderId()))))
  expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']))
  await away.close()
})
