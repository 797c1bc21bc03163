import { waitUntil } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockPaidTrade } from '../refunds/paid-trade-store.ts'
import { requestRefund } from '../refunds/request-refund.ts'
import { orderClosing, startTestService, type TestService } from '../test-service.ts'
import { insertOpened, type OpenedAttempt } from './attempt-store.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
}, 30_000)
afterAll(() => service.close())

/** Ends an order's first attempt while the order may still be paid, and gives the further attempt that may follow. */
async function orderWithClosedAttempt(): Promise<OpenedAttempt> {
  const orderId = await service.newOrder()
  await service.open(orderId)
  await service.recordAlipayResult({ outTradeNo: orderId, input: { type: 'closedAtAlipay', outTradeNo: orderId } })
  const timeExpire = new Date(Date.now() + 600_000)
  return { orderId, outTradeNo: `${orderId}_2`, number: 2, timeExpire }
}

const someoneWaits = () =>
  waitUntil(
    async () => {
      const [row] = await service.database.client`
        select count(*)::integer as waiting from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`
      return row?.waiting > 0
    },
    { what: 'another transaction waits for a lock' },
  )

/** Runs `work` while a transaction that has inserted the attempt stays open until `work` waits for a lock of it. */
async function whileInserting(attempt: OpenedAttempt, work: () => Promise<unknown>): Promise<void> {
  const inserted = Promise.withResolvers<void>()
  const letCommit = Promise.withResolvers<void>()
  const inserting = service.database.db.transaction(async tx => {
    const added = await insertOpened(tx, [attempt])
    expect([...added]).toEqual([attempt.outTradeNo])
    inserted.resolve()
    await letCommit.promise
  })
  await inserted.promise
  const working = work()
  await someoneWaits()
  letCommit.resolve()
  await inserting
  await working
}

const attemptsOf = async (orderId: string) => (await service.read(orderId)).attempts

test('closing an order waits for an attempt that is being inserted, and closes that attempt first', async () => {
  const attempt = await orderWithClosedAttempt()
  const { orderId, outTradeNo } = attempt
  await whileInserting(attempt, () => service.hear(orderClosing(orderId, 'expired')))
  expect(await service.said(orderId)).toEqual([])
  expect(await service.read(orderId)).toMatchObject({ status: 'CLOSING' })
  expect(await attemptsOf(orderId)).toMatchObject([{ status: 'CLOSED' }, { outTradeNo, status: 'OPENED' }])
})

test("money for an order's first attempt also closes an attempt that is being inserted", async () => {
  const attempt = await orderWithClosedAttempt()
  const { orderId, outTradeNo } = attempt
  const trade = { outTradeNo: orderId, tradeNo: `2026${orderId.slice(-20)}`, amountFen: 25_800, paidAt: new Date() }
  await whileInserting(attempt, () =>
    service.recordAlipayResult({ outTradeNo: orderId, input: { type: 'paid', trade, source: 'query' } }),
  )
  expect(await service.read(orderId)).toMatchObject({ status: 'PAID' })
  const [due] = await service.database.client`
    select next_close_at is not null as "isDue" from attempts where out_trade_no = ${outTradeNo}`
  expect(due?.isDue).toBe(true)
})

test('a refund is kept while what Alipay says of the same payment waits for its trade', async () => {
  const orderId = await service.newOrder()
  await service.open(orderId)
  const trade = { outTradeNo: orderId, tradeNo: `2026${orderId.slice(-20)}`, amountFen: 25_800, paidAt: new Date() }
  const say = () => service.recordAlipayResult({ outTradeNo: orderId, input: { type: 'paid', trade, source: 'query' } })
  await say()
  const wish = { orderId, refundId: `ref_${orderId.slice(4)}`, reason: 'requested', requestedBy: 'ann' } as const
  let saying: Promise<unknown> | undefined
  const answer = await service.database.db.transaction(async tx => {
    await lockPaidTrade(tx, { orderId })
    saying = say()
    await someoneWaits()
    return requestRefund(tx, wish)
  })
  expect(answer.outcome).toBe('requested')
  expect(await saying).toMatchObject({ outcome: 'ignored', why: 'already_paid' })
})
