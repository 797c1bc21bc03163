import type { NewEvent, OrderEvent } from '@alipay-checkout/contracts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { refundRequested, startTestService, type TestService } from '../test-service.ts'
import { retryRefund } from './request-refund.ts'
import { createRefundSteps, type RefundSteps } from './test-refunds.ts'

let service: TestService
let refunds: RefundSteps
beforeAll(async () => {
  service = await startTestService()
  refunds = createRefundSteps(service)
}, 30_000)
afterEach(() => service.alipay.control('DELETE', '/faults'))
afterAll(() => service.close())

it('refunds the whole payment once, and publishes PaymentRefunded', async () => {
  const orderId = await refunds.payOrder()
  const { status, body } = await refunds.request(orderId)
  expect({ status, body }).toMatchObject({
    status: 202,
    body: { amountFen: 25_800, method: 'alipay_page', status: 'REQUESTED' },
  })
  await service.refunder.runNow()
  await refunds.executeAll()
  expect(await refunds.list(orderId)).toMatchObject({
    items: [{ status: 'SUCCEEDED', method: 'alipay_page' }],
    paidFen: 25_800,
    refundableFen: 0,
    trades: [{ outTradeNo: orderId, method: 'alipay_page', paidFen: 25_800, refundableFen: 0 }],
  })
  expect(await refunds.refundedAtAlipay(orderId)).toEqual(['258.00'])
  expect(await refunds.eventsOf(orderId, 'PaymentRefunded')).toMatchObject([
    { data: { refundId: body.refundId, amountFen: 25_800, refundedFen: 25_800, paidFen: 25_800, reason: 'requested' } },
  ])
  expect((await refunds.request(orderId)).body).toMatchObject({
    type: '/problems/order-not-refundable',
    reason: 'nothing_left',
  })
})

it('refunds two parts, and adds them up', async () => {
  const orderId = await refunds.payOrder()
  await refunds.request(orderId, { amountFen: 100 })
  await refunds.request(orderId, { amountFen: 200 })
  await service.refunder.runNow()
  await refunds.executeAll()
  expect((await refunds.eventsOf(orderId, 'PaymentRefunded')).map(({ data }) => data)).toMatchObject([
    { amountFen: 100, refundedFen: 100, returned: [] },
    { amountFen: 200, refundedFen: 300 },
  ])
  expect((await refunds.list(orderId)).refundableFen).toBe(25_500)
})

it('leaves a pause between two refunds of one trade, and none between two trades', async () => {
  const { client } = service.database
  const [one, other] = [await refunds.payOrder(), await refunds.payOrder()]
  await refunds.request(one, { amountFen: 100 })
  await refunds.request(other, { amountFen: 100 })
  await client`update attempts set next_refund_at = now() + interval '3 s' where order_id = ${one}`
  await service.refunder.runNow()
  expect((await refunds.list(one)).items).toMatchObject([{ status: 'REQUESTED' }])
  expect((await refunds.list(other)).items).toMatchObject([{ status: 'SUCCEEDED' }])
  await refunds.executeAll()
  expect((await refunds.list(one)).items).toMatchObject([{ status: 'SUCCEEDED' }])
})

it('refunds lines at their price, and returns their units to stock only when requested', async () => {
  const orderId = await refunds.payOrder(500)
  const lines = [{ sku: 'tea-01', quantity: 1 }]
  expect(await refunds.request(orderId, { lines: [{ sku: 'tea-01', quantity: 2 }] })).toMatchObject({
    status: 409,
    body: { type: '/problems/refund-exceeds-balance' },
  })
  await refunds.request(orderId, { lines, returnToStock: true })
  await service.refunder.runNow()
  expect(await refunds.eventsOf(orderId, 'PaymentRefunded')).toMatchObject([
    { data: { amountFen: 500, returned: lines } },
  ])
})

it('makes one refund per key, also of concurrent requests, and refuses another request under it', async () => {
  const orderId = await refunds.payOrder()
  const request = { amountFen: 100, idempotencyKey: 'k1' }
  const answers = await Promise.all(Array.from({ length: 10 }, () => refunds.request(orderId, request)))
  expect(new Set(answers.map(({ body }) => body.refundId)).size).toBe(1)
  expect((await refunds.list(orderId)).items).toHaveLength(1)
  expect(await refunds.request(orderId, { ...request, amountFen: 101 })).toMatchObject({
    status: 422,
    body: { type: '/problems/idempotency-key-reused' },
  })
})

it('never refunds more than was paid, also with concurrent requests', async () => {
  const orderId = await refunds.payOrder(1_000)
  const answers = await Promise.all(Array.from({ length: 8 }, () => refunds.request(orderId, { amountFen: 300 })))
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(3)
  expect((await refunds.list(orderId)).refundableFen).toBe(100)
})

it.each([
  ['an unpaid order', () => service.newOrder(), {}, 409],
  ['an unknown order', async () => `ord_${'0'.repeat(32)}`, {}, 404],
  ['an amount and lines', () => refunds.payOrder(), { amountFen: 1, lines: [{ sku: 'tea-01', quantity: 1 }] }, 400],
  ['a return to stock without lines', () => refunds.payOrder(), { amountFen: 1, returnToStock: true }, 400],
  ['a line of another order', () => refunds.payOrder(), { lines: [{ sku: 'pot', quantity: 1 }] }, 400],
  ['nothing', () => refunds.payOrder(), { amountFen: 0 }, 400],
  ['no reason', () => refunds.payOrder(), { reason: ' ' }, 400],
])('refuses a refund for %s', async (_name, make, body, status) => {
  expect((await refunds.request(await make(), body)).status).toBe(status)
})

describe('while it is not certain whether Alipay has refunded', () => {
  it.each([
    ['it refunded, and answers fund_change N', { refund: 'unclear' }],
    ['it answers 10000, and does nothing', { refund: 'nothing' }],
    ['it answers HTML', { gateway: 'html' }],
    ['it refunded, and does not answer', { gateway: 'hang', methods: ['alipay.trade.refund'] }],
    ['it refunded, and the connection breaks', { gateway: 'reset', methods: ['alipay.trade.refund'] }],
    ['it refunded, and answers that it is busy', { gateway: 'busy_after', methods: ['alipay.trade.refund'] }],
    ['it refunded, and the signature does not verify', { gateway: 'bad_sign', methods: ['alipay.trade.refund'] }],
    ['it is busy', { gateway: 'busy' }],
  ])('(%s) a refund is pending, is queried, and is made once', async (_name, fault) => {
    const orderId = await refunds.payOrder()
    await refunds.request(orderId, { amountFen: 700 })
    await service.alipay.control('POST', '/faults', fault)
    const { client } = service.database
    await client`update attempts set next_refund_at = null where order_id = ${orderId}`
    // The query about it is due at once here, so the first run may do both.
    await service.refunder.runNow()
    await service.alipay.control('DELETE', '/faults')
    for (let round = 0; round < 3; round++) await refunds.executeAll()
    expect((await refunds.list(orderId)).items).toMatchObject([{ status: 'SUCCEEDED' }])
    expect(await refunds.refundedAtAlipay(orderId)).toEqual(['7.00'])
    expect(await refunds.eventsOf(orderId, 'PaymentRefunded')).toHaveLength(1)
  })

  it('the refund of a process that died after its call is made once by the next', async () => {
    const orderId = await refunds.payOrder()
    await refunds.request(orderId, { amountFen: 700 })
    await service.refunder.runNow()
    // The state as it is when the process dies before it stores Alipay's answer.
    const { client } = service.database
    await client`
      update refunds set status = 'PENDING', next_step = 'refund', next_try_at = now(), finished_at = null
      where order_id = ${orderId}`
    await client`update attempts set refunded_fen = 0, next_refund_at = null where order_id = ${orderId}`
    for (let round = 0; round < 3; round++) await refunds.executeAll()
    expect((await refunds.list(orderId)).items).toMatchObject([{ status: 'SUCCEEDED' }])
    expect(await refunds.refundedAtAlipay(orderId)).toEqual(['7.00'])
  })
})

it('fails a refund that Alipay refuses permanently: publishes RefundFailed, opens a case, returns the balance', async () => {
  const orderId = await refunds.payOrder()
  await service.alipay.control('POST', '/finish', { outTradeNo: orderId })
  const { refundId } = (await refunds.request(orderId)).body
  for (let round = 0; round < 2; round++) await refunds.executeAll()
  expect(await refunds.list(orderId)).toMatchObject({
    items: [{ status: 'FAILED', why: 'ACQ.TRADE_HAS_FINISHED' }],
    refundableFen: 25_800,
  })
  expect(await refunds.eventsOf(orderId, 'RefundFailed')).toMatchObject([
    { data: { refundId, why: 'ACQ.TRADE_HAS_FINISHED' } },
  ])
  const { client, db } = service.database
  expect(await client`select kind, proposed_action from cases where order_id = ${orderId}`).toMatchObject([
    { kind: 'refund_failed', proposed_action: 'retry_refund' },
  ])
  const retry = (id: string) =>
    db.transaction(tx => retryRefund(tx, refundId, { actor: { id }, secondPersonAboveFen: undefined }))
  expect(await retry('ann')).toMatchObject({ outcome: 'retried' })
  expect((await refunds.list(orderId)).refundableFen).toBe(0)
  expect(await retry('ann')).toMatchObject({ outcome: 'repeated' })
  expect(await retry('bob')).toMatchObject({ outcome: 'not_failed' })

  // Refused again: the case of the first refusal gives way to another.
  for (let round = 0; round < 2; round++) await refunds.executeAll()
  const statuses = () => client`select status from cases where order_id = ${orderId} order by opened_at`
  expect(await statuses()).toEqual([{ status: 'RESOLVED' }, { status: 'OPEN' }])
  expect(await retry('ann')).toMatchObject({ outcome: 'retried' })
  await service.alipay.control('POST', '/faults', { refund: 'no_balance' })
  for (let round = 0; round < 8; round++) await refunds.executeAll()
  await service.alipay.control('DELETE', '/faults')
  expect(await statuses()).toEqual([{ status: 'RESOLVED' }, { status: 'OPEN' }, { status: 'OPEN' }])
  for (let round = 0; round < 2; round++) await refunds.executeAll()
  expect(await statuses()).toEqual([
    { status: 'RESOLVED' },
    { status: 'RESOLVED' },
    { status: 'RESOLVED' },
    { status: 'OPEN' },
  ])
})

describe('a payment that the order cannot use', () => {
  const requested = (orderId: string, more: object = {}): NewEvent<OrderEvent> =>
    ({
      type: 'RefundRequested',
      key: orderId,
      data: {
        orderId,
        refundId: `ref_${orderId.slice(4)}`,
        outTradeNo: orderId,
        tradeNo: 'T',
        amountFen: 25_800,
        reason: 'late_payment',
        ...more,
      },
    }) as NewEvent<OrderEvent>

  it('is refunded once, however often the event comes', async () => {
    const orderId = await refunds.payOrder()
    await service.consume(requested(orderId))
    await service.consume(requested(orderId), requested(orderId))
    await service.refunder.runNow()
    expect(await refunds.refundedAtAlipay(orderId)).toEqual(['258.00'])
    expect(await refunds.eventsOf(orderId, 'PaymentRefunded')).toMatchObject([{ data: { reason: 'late_payment' } }])
  })

  it('is refunded up to what earlier refunds have left', async () => {
    const orderId = await refunds.payOrder()
    await refunds.request(orderId, { amountFen: 800 })
    await service.consume(requested(orderId))
    await service.refunder.runNow()
    await refunds.executeAll()
    expect(await refunds.refundedAtAlipay(orderId)).toEqual(['8.00', '250.00'])
  })

  it('is refused where nothing was paid', async () => {
    const orderId = await service.newOrder()
    await expect(service.consume(requested(orderId))).rejects.toThrow('not_paid')
  })
})

describe('an order paid by its second trade, because the first was refunded', () => {
  /** Its first payment came late and is refunded, because no stock was left. Its second reinstated the order. */
  async function paidBySecond(): Promise<{ orderId: string; second: string }> {
    const orderId = await service.newOrder()
    const second = `${orderId}_2`
    await service.database.client`
      insert into attempts (out_trade_no, order_id, number, status) values (${second}, ${orderId}, 2, 'CREATED')`
    await service.notify(service.signedNotify(orderId))
    await service.consume(refundRequested(orderId, { outTradeNo: orderId, reason: 'late_payment' }))
    const change = { out_trade_no: second, trade_no: `second${orderId.slice(-20)}`, notify_id: `s${orderId.slice(4)}` }
    await service.notify(service.signedNotify(orderId, change))
    return { orderId, second }
  }

  it('is refunded from its second trade', async () => {
    const { orderId, second } = await paidBySecond()
    expect(await refunds.list(orderId)).toMatchObject({
      paidFen: 25_800,
      refundableFen: 25_800,
      trades: [
        { outTradeNo: orderId, refundableFen: 0 },
        { outTradeNo: second, refundableFen: 25_800 },
      ],
    })
    expect(await refunds.request(orderId, { amountFen: 100 })).toMatchObject({
      status: 202,
      body: { outTradeNo: second },
    })
    expect(await refunds.request(orderId)).toMatchObject({
      status: 202,
      body: { outTradeNo: second, amountFen: 25_700 },
    })
    expect(await refunds.request(orderId)).toMatchObject({ status: 409, body: { reason: 'nothing_left' } })
  })

  it('is refunded from the trade that an admin names, which must be one of its own', async () => {
    const { orderId, second } = await paidBySecond()
    const other = await refunds.payOrder()
    expect((await refunds.request(orderId, { outTradeNo: orderId })).body).toMatchObject({ reason: 'nothing_left' })
    expect((await refunds.request(orderId, { outTradeNo: other })).body).toMatchObject({ reason: 'trade_not_paid' })
    expect((await refunds.request(orderId, { outTradeNo: `${orderId}_3` })).body).toMatchObject({
      reason: 'trade_not_paid',
    })
    const named = await refunds.request(orderId, { outTradeNo: second, amountFen: 1, idempotencyKey: 'k' })
    expect(named).toMatchObject({ status: 202, body: { outTradeNo: second } })
    expect(
      (await refunds.request(orderId, { outTradeNo: second, amountFen: 1, idempotencyKey: 'k' })).body.refundId,
    ).toBe(named.body.refundId)
    expect(await refunds.request(orderId, { amountFen: 1, idempotencyKey: 'k' })).toMatchObject({ status: 422 })
  })

  it('is refunded from its second trade also when a third was refunded', async () => {
    const { orderId, second } = await paidBySecond()
    const third = `${orderId}_3`
    await service.database.client`
      insert into attempts (out_trade_no, order_id, number, status) values (${third}, ${orderId}, 3, 'CREATED')`
    await service.notify(
      service.signedNotify(orderId, {
        out_trade_no: third,
        trade_no: `third${orderId.slice(-20)}`,
        notify_id: `t${orderId.slice(4)}`,
      }),
    )
    expect((await refunds.request(orderId, { amountFen: 1 })).body).toMatchObject({ outTradeNo: second })
    await service.consume(refundRequested(orderId, { outTradeNo: third, reason: 'second_payment' }))
    expect((await refunds.request(orderId, { amountFen: 1 })).body).toMatchObject({ outTradeNo: second })
  })
})
