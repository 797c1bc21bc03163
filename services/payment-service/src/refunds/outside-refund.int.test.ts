import type { Case } from '@alipay-checkout/contracts'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { openCases } from '../case-store/open-cases.ts'
import { resolveCase } from '../cases/resolve-case.ts'
import type { AlipayResult } from '../payments/alipay-result.ts'
import { outsideRefundCase } from '../payments/outside-refund-case.ts'
import type { RecordAlipayResult } from '../payments/record-alipay-result.ts'
import { deleteRows } from '../test-database.ts'
import { startTestService, type TestService } from '../test-service.ts'
import { callService, newOrderId, type PaidTrade, serviceToken } from '../test-shop.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
  service.alipay.setService(service.url)
}, 60_000)
afterAll(() => service.close())
beforeEach(async () => {
  await service.alipay.control('DELETE', '/faults')
  await deleteRows(service.database, ['case_trail', 'cases'])
})

/** An order that is paid at the simulator and recorded as PAID. */
async function paidOrder(): Promise<string> {
  const orderId = await service.newOrder()
  await service.alipay.control<PaidTrade>('POST', '/pay', { url: await service.open(orderId) })
  await expect.poll(() => service.read(orderId), { timeout: 10_000 }).toMatchObject({ status: 'PAID' })
  return orderId
}

const refundInConsole = (outTradeNo: string, more: { amount?: string; outRequestNo?: string } = {}) =>
  service.alipay.control('POST', '/refund', { outTradeNo, ...more })

async function casesOf(orderId: string): Promise<Case[]> {
  const { body } = await callService<{ items: Case[] }>(service.url, 'GET', '/cases?limit=100')
  return body.items.filter(one => one.orderId === orderId).reverse()
}

async function untilCases(orderId: string, count: number): Promise<Case[]> {
  await expect.poll(() => casesOf(orderId), { timeout: 10_000 }).toHaveLength(count)
  return casesOf(orderId)
}

async function book({ caseId }: Case, preview = false) {
  const response = await fetch(`${service.url}/cases/${caseId}/resolve`, {
    method: 'POST',
    headers: { 'x-service-token': serviceToken, 'x-actor': 'ann', 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'book_outside_refund', note: 'seen in the console', preview }),
  })
  return { status: response.status, body: (await response.json()) as Case & { type?: string; detail?: string } }
}

const balance = async (orderId: string) => {
  const [row] = await service.database.client`
    select refunding_fen as taken, refunded_fen as back from attempts where out_trade_no = ${orderId}`
  return { ...row }
}

const eventTypesOf = async (orderId: string) => (await service.eventsOf(orderId)).map(({ type }) => type)

const requestRefund = (orderId: string, body: object = {}) =>
  callService<{ refundId: string; type?: string }>(service.url, 'POST', `/payments/${orderId}/refunds`, {
    reason: 'wanted',
    requestedBy: 'ann',
    ...body,
  })

it('opens a case for a refund made in Alipay’s console and announces it; booking it corrects the ledger', async () => {
  const orderId = await paidOrder()
  await refundInConsole(orderId, { outRequestNo: 'HZ01RF001' })
  const [one] = (await untilCases(orderId, 1)) as [Case]
  expect(one).toMatchObject({
    kind: 'outside_refund',
    outTradeNo: orderId,
    evidence: { requestNo: 'HZ01RF001', refundedFen: 25_800, paidFen: 25_800, notify: { tradeStatus: 'TRADE_CLOSED' } },
    proposal: { action: 'book_outside_refund' },
  })
  expect((await service.eventsOf(orderId)).at(-1)).toMatchObject({
    type: 'OutsideRefundDetected',
    data: { orderId, outTradeNo: orderId, requestNo: 'HZ01RF001', refundedFen: 25_800, source: 'notify' },
  })
  expect(await balance(orderId)).toEqual({ taken: 0, back: 0 })

  expect((await book(one, true)).body.status).toBe('OPEN')
  expect(await balance(orderId)).toEqual({ taken: 0, back: 0 })
  expect((await book(one)).body).toMatchObject({ status: 'RESOLVED' })
  expect(await balance(orderId)).toEqual({ taken: 25_800, back: 25_800 })
  expect((await service.eventsOf(orderId)).at(-1)).toMatchObject({
    type: 'PaymentRefunded',
    data: { amountFen: 25_800, refundedFen: 25_800, paidFen: 25_800, reason: 'requested', returned: [] },
  })
  expect(await requestRefund(orderId)).toMatchObject({ status: 409, body: { type: '/problems/order-not-refundable' } })
})

it('books a refund whose row was lost under the number that this system had given to it', async () => {
  const orderId = await paidOrder()
  const refundId = `ref_${orderId.slice('ord_'.length)}`
  await refundInConsole(orderId, { amount: '58.00', outRequestNo: refundId })
  const [one] = (await untilCases(orderId, 1)) as [Case]
  expect((await book(one)).body).toMatchObject({ status: 'RESOLVED' })
  expect((await service.eventsOf(orderId)).at(-1)).toMatchObject({
    type: 'PaymentRefunded',
    data: { refundId, amountFen: 5_800, refundedFen: 5_800 },
  })
  expect(await balance(orderId)).toEqual({ taken: 5_800, back: 5_800 })
})

it('opens one case and books one refund for each console refund, however often it is notified', async () => {
  const orderId = await paidOrder()
  await refundInConsole(orderId, { amount: '58.00', outRequestNo: 'A1' })
  await untilCases(orderId, 1)
  await refundInConsole(orderId, { amount: '100.00', outRequestNo: 'A2' })
  await untilCases(orderId, 2)
  const { items } = await service.alipay.control<{ items: { notifyId: string; fields: Record<string, string> }[] }>(
    'GET',
    `/notifies?outTradeNo=${orderId}`,
  )
  for (const { notifyId } of items) await service.alipay.control('POST', `/notifies/${notifyId}/redeliver`)
  const [first, second] = (await untilCases(orderId, 2)) as [Case, Case]
  expect((await eventTypesOf(orderId)).filter(type => type === 'OutsideRefundDetected')).toHaveLength(2)
  // They are booked in another sequence than they were made, and the first of them twice.
  await book(second)
  await book(first)
  await service.database.client`update cases set status = 'OPEN', resolved_at = null where case_id = ${first.caseId}`
  expect((await book(first)).body).toMatchObject({ status: 'RESOLVED' })
  expect(await balance(orderId)).toEqual({ taken: 15_800, back: 15_800 })
  expect((await requestRefund(orderId, { amountFen: 10_001 })).body).toMatchObject({
    type: '/problems/refund-exceeds-balance',
  })
  expect((await requestRefund(orderId, { amountFen: 10_000 })).status).toBe(202)
  await service.refunder.runNow()
  expect(await balance(orderId)).toEqual({ taken: 25_800, back: 25_800 })
})

it('announces a refund once when its notify comes many times at once', async () => {
  const orderId = await service.newOrder()
  await service.notify(service.signedNotify(orderId))
  const notice = service.signedNotify(orderId, {
    notify_id: `r${orderId.slice(4)}`,
    refund_fee: '1.00',
    gmt_refund: '2026-01-03 00:00:00.000',
    out_biz_no: 'HZ9',
  })
  const answers = await Promise.all(Array.from({ length: 20 }, () => service.notify(notice)))
  expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(['success']))
  expect(await eventTypesOf(orderId)).toEqual(['PaymentSucceeded', 'OutsideRefundDetected'])
  expect(await casesOf(orderId)).toHaveLength(1)
})

it('opens no case for the notify of its own refund', async () => {
  const orderId = await paidOrder()
  await requestRefund(orderId, { amountFen: 100 })
  await service.refunder.runNow()
  const results = () => service.database.client`
    select result from notifies where out_trade_no = ${orderId} order by received_at`
  await expect.poll(results, { timeout: 10_000 }).toMatchObject([{ result: 'paid' }, { result: 'refund_notice' }])
  expect(await casesOf(orderId)).toEqual([])
  expect(await eventTypesOf(orderId)).toEqual(['PaymentSucceeded', 'PaymentRefunded'])
})

it('opens a case for a notice without a number only where more is refunded than the ledger has', async () => {
  const orderId = await service.newOrder()
  await service.notify(service.signedNotify(orderId))
  const { body } = await requestRefund(orderId, { amountFen: 100 })
  const notice = (notifyId: string, refundFee: string) =>
    service.notify(
      service.signedNotify(orderId, {
        notify_id: `${notifyId}${orderId.slice(6)}`,
        // Alipay also sends a notify when no refund is possible any more, with the amount refunded until then.
        trade_status: 'TRADE_FINISHED',
        refund_fee: refundFee,
      }),
    )
  // The notify of a refund may come before the answer to its call.
  await service.database.client`update refunds set status = 'PENDING' where refund_id = ${body.refundId}`
  expect((await notice('a', '1.00')).text).toBe('success')
  expect(await casesOf(orderId)).toEqual([])
  expect(await eventTypesOf(orderId)).toEqual(['PaymentSucceeded'])
  expect((await notice('b', '1.50')).text).toBe('success')
  expect(await casesOf(orderId)).toMatchObject([{ kind: 'outside_refund', evidence: { refundedFen: 150 } }])
  expect(await eventTypesOf(orderId)).toEqual(['PaymentSucceeded', 'OutsideRefundDetected'])
})

describe('keeps the case of a refund open', () => {
  async function detected(): Promise<{ orderId: string; one: Case }> {
    const orderId = await paidOrder()
    await refundInConsole(orderId, { amount: '1.00', outRequestNo: 'B1' })
    return { orderId, one: (await untilCases(orderId, 1))[0] as Case }
  }

  it('while Alipay does not answer', async () => {
    const { orderId, one } = await detected()
    await service.alipay.control('POST', '/faults', { gateway: 'down' })
    expect((await book(one)).status).toBe(502)
    expect(await balance(orderId)).toEqual({ taken: 0, back: 0 })
    await service.alipay.control('DELETE', '/faults')
    expect((await book(one)).body.status).toBe('RESOLVED')
  })

  it('where Alipay has no refund of its number', async () => {
    const { orderId, one } = await detected()
    await service.database.client`
      update cases set evidence = evidence || '{"requestNo": "UNKNOWN"}' where case_id = ${one.caseId}`
    expect(await book(one)).toMatchObject({ status: 400, body: { type: '/problems/invalid-request' } })
    expect((await casesOf(orderId))[0]?.status).toBe('OPEN')
    expect(await balance(orderId)).toEqual({ taken: 0, back: 0 })
  })
})

it('books a console refund once Alipay has refused the refund that had taken its amount', async () => {
  const orderId = await paidOrder()
  await requestRefund(orderId)
  await refundInConsole(orderId)
  const [one] = (await untilCases(orderId, 1)) as [Case]
  expect(await book(one)).toMatchObject({ status: 409, body: { type: '/problems/refund-exceeds-balance' } })
  await service.refunder.runNow()
  await service.database.client`update refunds set next_try_at = now() where next_try_at is not null`
  await service.refunder.runNow()
  expect((await eventTypesOf(orderId)).at(-1)).toBe('RefundFailed')
  expect((await book(one)).body).toMatchObject({ status: 'RESOLVED' })
  expect(await balance(orderId)).toEqual({ taken: 25_800, back: 25_800 })
})

it('never counts a payment that was fully refunded before it was recorded', async () => {
  const orderId = await service.newOrder()
  await service.alipay.control('POST', '/faults', { notify: 'drop' })
  await service.alipay.control('POST', '/pay', { url: await service.open(orderId) })
  await refundInConsole(orderId, { outRequestNo: 'C1' })
  await service.alipay.control('DELETE', '/faults')
  const { items } = await service.alipay.control<{ items: { notifyId: string }[] }>(
    'GET',
    `/notifies?outTradeNo=${orderId}`,
  )
  const [payment, refund] = items as [{ notifyId: string }, { notifyId: string }]
  await service.alipay.control('POST', `/notifies/${refund.notifyId}/redeliver`)
  await service.alipay.control('POST', `/notifies/${payment.notifyId}/redeliver`)
  expect(await eventTypesOf(orderId)).toEqual(['OutsideRefundDetected'])
  expect(await service.read(orderId)).toMatchObject({ status: 'EXPECTED', attempts: [{ status: 'CLOSED' }] })
  const [one] = (await untilCases(orderId, 1)) as [Case]
  expect((await book(one)).body).toMatchObject({ status: 'RESOLVED' })
  expect(await eventTypesOf(orderId)).toEqual(['OutsideRefundDetected'])
})

it('announces a partial refund that is noticed before its payment, and then records the payment', async () => {
  const orderId = await service.newOrder()
  await service.open(orderId)
  const notice = service.signedNotify(orderId, {
    notify_id: `r${orderId.slice(4)}`,
    refund_fee: '1.00',
    gmt_refund: '2026-01-03 00:00:00.000',
    out_biz_no: 'HZ10',
  })
  for (let n = 0; n < 2; n++) expect((await service.notify(notice)).text).toBe('success')
  expect(await eventTypesOf(orderId)).toEqual(['OutsideRefundDetected'])
  expect(await casesOf(orderId)).toMatchObject([{ kind: 'outside_refund', evidence: { requestNo: 'HZ10' } }])
  expect((await service.notify(service.signedNotify(orderId))).text).toBe('success')
  expect(await eventTypesOf(orderId)).toEqual(['OutsideRefundDetected', 'PaymentSucceeded'])
})

it('asks for another approval when the payment is recorded while its refund is booked', async () => {
  const orderId = await service.newOrder()
  // Until the end, because the simulator delivers dropped notifies again.
  await service.alipay.control('POST', '/faults', { notify: 'drop' })
  onTestFinished(async () => void (await service.alipay.control('DELETE', '/faults')))
  const { tradeNo } = await service.alipay.control<PaidTrade>('POST', '/pay', { url: await service.open(orderId) })
  await refundInConsole(orderId, { outRequestNo: 'D1' })
  const refund = { orderId, outTradeNo: orderId, tradeNo, requestNo: 'D1', at: new Date() }
  const { db } = service.database
  await db.transaction(tx => openCases(tx, [outsideRefundCase(refund, 25_800, {})]))
  const [one] = (await casesOf(orderId)) as [Case]

  const { alipayClient: alipay, outbox } = service
  const trade = { outTradeNo: orderId, tradeNo, amountFen: 25_800, paidAt: new Date() }
  const payment: AlipayResult = { outTradeNo: orderId, input: { type: 'paid', trade, source: 'query' } }
  // The booking has read that no payment is recorded when it records the refund; the payment comes just before that.
  const recordAlipayResult: RecordAlipayResult = async result => {
    expect(await service.recordAlipayResult(payment)).toMatchObject({ as: 'paid' })
    return service.recordAlipayResult(result)
  }
  const people = { secondPerson: false, secondPersonAboveFen: undefined }
  const dependencies = { db, outbox, alipay, recordAlipayResult, refundNow() {}, ...people }
  const approval = { action: 'book_outside_refund', note: 'seen in the console', preview: false } as const
  await expect(resolveCase(one.caseId, approval, { id: 'ann' }, dependencies)).rejects.toThrow('Approve it again')
  expect((await casesOf(orderId))[0]?.status).toBe('OPEN')
  expect((await book(one)).body).toMatchObject({ status: 'RESOLVED' })
  expect(await balance(orderId)).toEqual({ taken: 25_800, back: 25_800 })
})

it('opens a case for a refund notice of an unknown order, and answers failure so that Alipay repeats it', async () => {
  const orderId = newOrderId()
  const notice = service.signedNotify(orderId, { refund_fee: '1.00', out_biz_no: 'HZ9' })
  expect((await service.notify(notice)).text).toBe('failure')
  expect(await casesOf(orderId)).toMatchObject([{ kind: 'unknown_order' }])
})
