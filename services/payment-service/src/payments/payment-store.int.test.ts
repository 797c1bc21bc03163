import { afterAll, beforeAll, expect, it } from 'vitest'
import { lockPaidTrade } from '../refunds/paid-trade-store.ts'
import { requestRefund } from '../refunds/request-refund.ts'
import { untilLockWait } from '../test-database.ts'
import { orderClosing, startTestService, type TestService } from '../test-service.ts'
import { insertOpened, type OpenedAttempt } from './attempt-store.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
}, 30_000)
afterAll(() => service.close())

/** Closes the first attempt of an order that may still be paid, and returns the attempt that may follow. */
async function orderWithClosedAttempt(): Promise<OpenedAttempt> {
  const orderId = await service.newOrder()
  await service.open(orderId)
  await service.recordAlipayResult({ outTradeNo: orderId, input: { type: 'closedAtAlipay', outTradeNo: orderId } })
  const timeExpire = new Date(Date.now() + 600_000)
  return { orderId, outTradeNo: `${orderId}_2`, number: 2, timeExpire, method: 'alipay_page' }
}

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
  await untilLockWait(service.database)
  letCommit.resolve()
  await inserting
  await working
}

const attemptsOf = async (orderId: string) => (await service.read(orderId)).attempts

it('waits for an attempt that is being inserted, and closes that attempt before the payment', async () => {
  const attempt = await orderWithClosedAttempt()
  const { orderId, outTradeNo } = attempt
  await whileInserting(attempt, () => service.consume(orderClosing(orderId, 'expired')))
  expect(await service.eventsOf(orderId)).toEqual([])
  expect(await service.read(orderId)).toMatchObject({ status: 'CLOSING' })
  expect(await attemptsOf(orderId)).toMatchObject([{ status: 'CLOSED' }, { outTradeNo, status: 'OPENED' }])
})

it('makes an attempt that is being inserted due for closing when the first one is paid', async () => {
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

it('stores a refund while an Alipay result of the same payment waits for the trade', async () => {
  const orderId = await service.newOrder()
  await service.open(orderId)
  const trade = { outTradeNo: orderId, tradeNo: `2026${orderId.slice(-20)}`, amountFen: 25_800, paidAt: new Date() }
  const record = () =>
    service.recordAlipayResult({ outTradeNo: orderId, input: { type: 'paid', trade, source: 'query' } })
  await record()
  const request = { orderId, refundId: `ref_${orderId.slice(4)}`, reason: 'requested', requestedBy: 'ann' } as const
  let recording: Promise<unknown> | undefined
  const answer = await service.database.db.transaction(async tx => {
    await lockPaidTrade(tx, { orderId })
    recording = record()
    await untilLockWait(service.database)
    return requestRefund(tx, request)
  })
  expect(answer.outcome).toBe('requested')
  expect(await recording).toMatchObject({ outcome: 'ignored', reason: 'already_paid' })
})
