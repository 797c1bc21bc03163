import { createOutbox } from '@alipay-checkout/messaging'
import { openDatabase } from '@alipay-checkout/service-kit/database'
import { freePort } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, it } from 'vitest'
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

const payment = (outTradeNo: string, tradeNo = `T${outTradeNo}`) => ({
  outTradeNo,
  input: { type: 'paid', trade: { outTradeNo, tradeNo, amountFen: 100, paidAt: now }, source: 'notify' } as const,
})

it('applies concurrent results in one transaction, each with its own decision', async () => {
  let wakeUps = 0
  const outbox = createOutbox({ db: database.db, service: 'payment-service' })
  outbox.bindRelay({ wake: () => wakeUps++ })
  const recordAlipayResult = createRecordAlipayResult({ outbox })
  const orderIds = await expectPayments(20)
  const answers = await Promise.all([...orderIds, newOrderId()].map(orderId => recordAlipayResult(payment(orderId))))
  expect(answers.slice(0, 20).map(({ outcome }) => outcome)).toEqual(orderIds.map(() => 'changed'))
  expect(answers.at(-1)).toEqual({ outcome: 'rejected', reason: 'unknown_order' })
  expect(wakeUps).toBe(1)
})

it('fails only the result that the database refuses', async () => {
  const recordAlipayResult = createRecordAlipayResult({
    outbox: createOutbox({ db: database.db, service: 'payment-service' }),
  })
  const [first, second, third] = (await expectPayments(3)) as [string, string, string]
  // The number of a trade is unique, so the same number cannot be stored for two attempts.
  const outcomes = await Promise.allSettled([
    recordAlipayResult(payment(first, 'T-same')),
    recordAlipayResult(payment(second, 'T-same')),
    recordAlipayResult(payment(third)),
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})

it('fails the whole batch at once while the database is unavailable', async () => {
  const unavailable = openDatabase({
    url: `postgres://payment:payment@127.0.0.1:${await freePort()}/payment`,
    name: 'test',
  })
  const outbox = createOutbox({ db: unavailable.db, service: 'payment-service' })
  outbox.bindRelay({ wake: () => expect.unreachable() })
  const recordAlipayResult = createRecordAlipayResult({ outbox })
  const outcomes = await Promise.allSettled(
    Array.from({ length: 100 }, () => recordAlipayResult(payment(newOrderId()))),
  )
  expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']))
  await unavailable.close()
})
