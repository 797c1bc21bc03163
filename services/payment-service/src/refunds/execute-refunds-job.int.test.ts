import type { NewEvent, OrderEvent } from '@alipay-checkout/contracts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { refundRequested, startTestService, type TestService } from '../test-service.ts'
import { callService, type PaidTrade } from '../test-shop.ts'
import { retryRefund } from './request-refund.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
}, 30_000)
afterEach(() => service.alipay.control('DELETE', '/faults'))
afterAll(() => service.close())

interface Refunded {
  refundId: string
  status: string
  why?: string
}

/** An order that its buyer has paid at Alipay: one unit of tea-01 for all of the amount. */
async function paidOrder(amountFen = 25_800): Promise<string> {
  const orderId = await service.newOrder({ amountFen })
  const { alipay } = service
  const { tradeNo } = await alipay.control<PaidTrade>('POST', '/pay', { url: await service.open(orderId) })
  const total_amount = (amountFen / 100).toFixed(2)
  await service.notify(service.signedNotify(orderId, { trade_no: tradeNo, total_amount }))
  return orderId
}

function ask(orderId: string, body: object = {}) {
  return callService<Refunded & Record<string, unknown>>(service.url, 'POST', `/payments/${orderId}/refunds`, {
    reason: 'it was broken',
    requestedBy: 'ann',
    ...body,
  })
}

const list = async (orderId: string) =>
  (
    await callService<{ items: Refunded[]; paidFen: number; refundableFen: number }>(
      service.url,
      'GET',
      `/payments/${orderId}/refunds`,
    )
  ).body

const saidOf = async (orderId: string, type: string) =>
  (await service.said(orderId)).filter(event => event.type === type)

/** What went back at Alipay, in its own books. */
async function backAtAlipay(orderId: string): Promise<string[]> {
  const trade = await service.alipay.control<{ refunds?: { amount: string }[] }>('GET', `/trades/${orderId}`)
  return (trade.refunds ?? []).map(({ amount }) => amount)
}

/** Lets the time of everything that waits be over, and does it. */
async function letTimePass(): Promise<void> {
  await service.database.client`update refunds set next_try_at = now() where next_try_at is not null`
  await service.database.client`update attempts set next_refund_at = now() where next_refund_at is not null`
  await service.refunder.runNow()
}

test('gives all of it back, once, and says so', async () => {
  const orderId = await paidOrder()
  const { status, body } = await ask(orderId)
  expect({ status, body }).toMatchObject({ status: 202, body: { amountFen: 25_800, status: 'REQUESTED' } })
  await service.refunder.runNow()
  await letTimePass()
  expect(await list(orderId)).toMatchObject({ items: [{ status: 'SUCCEEDED' }], paidFen: 25_800, refundableFen: 0 })
  expect(await backAtAlipay(orderId)).toEqual(['258.00'])
  expect(await saidOf(orderId, 'PaymentRefunded')).toMatchObject([
    { data: { refundId: body.refundId, amountFen: 25_800, refundedFen: 25_800, paidFen: 25_800, reason: 'requested' } },
  ])
  expect((await ask(orderId)).body).toMatchObject({ type: '/problems/order-not-refundable', reason: 'nothing_left' })
})

test('gives a part back, then another, and counts them together', async () => {
  const orderId = await paidOrder()
  await ask(orderId, { amountFen: 100 })
  await ask(orderId, { amountFen: 200 })
  await service.refunder.runNow()
  await letTimePass()
  expect((await saidOf(orderId, 'PaymentRefunded')).map(({ data }) => data)).toMatchObject([
    { amountFen: 100, refundedFen: 100, returned: [] },
    { amountFen: 200, refundedFen: 300 },
  ])
  expect((await list(orderId)).refundableFen).toBe(25_500)
})

test('leaves a pause between two refunds of one trade, and none between two trades', async () => {
  const { client } = service.database
  const [one, other] = [await paidOrder(), await paidOrder()]
  await ask(one, { amountFen: 100 })
  await ask(other, { amountFen: 100 })
  await client`update attempts set next_refund_at = now() + interval '3 s' where order_id = ${one}`
  await service.refunder.runNow()
  expect((await list(one)).items).toMatchObject([{ status: 'REQUESTED' }])
  expect((await list(other)).items).toMatchObject([{ status: 'SUCCEEDED' }])
  await letTimePass()
  expect((await list(one)).items).toMatchObject([{ status: 'SUCCEEDED' }])
})

test('gives lines back at their price, and says which units return only when told to', async () => {
  const orderId = await paidOrder(500)
  const lines = [{ sku: 'tea-01', quantity: 1 }]
  expect(await ask(orderId, { lines: [{ sku: 'tea-01', quantity: 2 }] })).toMatchObject({
    status: 409,
    body: { type: '/problems/refund-exceeds-balance' },
  })
  await ask(orderId, { lines, returnToStock: true })
  await service.refunder.runNow()
  expect(await saidOf(orderId, 'PaymentRefunded')).toMatchObject([{ data: { amountFen: 500, returned: lines } }])
})

test('the same key is the same refund, also many times at once; another wish under it is refused', async () => {
  const orderId = await paidOrder()
  const wish = { amountFen: 100, idempotencyKey: 'k1' }
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask(orderId, wish)))
  expect(new Set(answers.map(({ body }) => body.refundId)).size).toBe(1)
  expect((await list(orderId)).items).toHaveLength(1)
  expect(await ask(orderId, { ...wish, amountFen: 101 })).toMatchObject({
    status: 422,
    body: { type: '/problems/idempotency-key-reused' },
  })
})

test('never takes more than came, whoever asks at the same time', async () => {
  const orderId = await paidOrder(1_000)
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask(orderId, { amountFen: 300 })))
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(3)
  expect((await list(orderId)).refundableFen).toBe(100)
})

test.each([
  ['an order that nobody paid', () => service.newOrder(), {}, 409],
  ['an order that nobody knows', async () => `ord_${'0'.repeat(32)}`, {}, 404],
  ['an amount and lines', paidOrder, { amountFen: 1, lines: [{ sku: 'tea-01', quantity: 1 }] }, 400],
  ['units without lines', paidOrder, { amountFen: 1, returnToStock: true }, 400],
  ['a line of another order', paidOrder, { lines: [{ sku: 'pot', quantity: 1 }] }, 400],
  ['nothing', paidOrder, { amountFen: 0 }, 400],
  ['no reason', paidOrder, { reason: ' ' }, 400],
])('takes no refund for %s', async (_name, make, body, status) => {
  expect((await ask(await make(), body)).status).toBe(status)
})

describe('when it is not certain whether Alipay has done it', () => {
  test.each([
    ['it did, and says that no money moved', { refund: 'unclear' }],
    ['it says 10000 and does nothing', { refund: 'nothing' }],
    ['it answers HTML', { gateway: 'html' }],
    ['it did, and does not answer', { gateway: 'hang', methods: ['alipay.trade.refund'] }],
    ['it did, and the connection breaks', { gateway: 'reset', methods: ['alipay.trade.refund'] }],
    ['it did, and says that it is busy', { gateway: 'busy_after', methods: ['alipay.trade.refund'] }],
    ['it did, and the answer is not its own', { gateway: 'bad_sign', methods: ['alipay.trade.refund'] }],
    ['it is busy', { gateway: 'busy' }],
  ])('(%s) it is pending, asked about, and happens once', async (_name, fault) => {
    const orderId = await paidOrder()
    await ask(orderId, { amountFen: 700 })
    await service.alipay.control('POST', '/faults', fault)
    const { client } = service.database
    await client`update attempts set next_refund_at = null where order_id = ${orderId}`
    // The question what became of it is due at once here, so the first run may do both.
    await service.refunder.runNow()
    await service.alipay.control('DELETE', '/faults')
    for (let round = 0; round < 3; round++) await letTimePass()
    expect((await list(orderId)).items).toMatchObject([{ status: 'SUCCEEDED' }])
    expect(await backAtAlipay(orderId)).toEqual(['7.00'])
    expect(await saidOf(orderId, 'PaymentRefunded')).toHaveLength(1)
  })

  test('a process that died after asking leaves it to the next, and it happens once', async () => {
    const orderId = await paidOrder()
    await ask(orderId, { amountFen: 700 })
    await service.refunder.runNow()
    // As if nothing after Alipay's answer had been kept.
    const { client } = service.database
    await client`
      update refunds set status = 'PENDING', next_step = 'refund', next_try_at = now(), finished_at = null
      where order_id = ${orderId}`
    await client`update attempts set refunded_fen = 0, next_refund_at = null where order_id = ${orderId}`
    for (let round = 0; round < 3; round++) await letTimePass()
    expect((await list(orderId)).items).toMatchObject([{ status: 'SUCCEEDED' }])
    expect(await backAtAlipay(orderId)).toEqual(['7.00'])
  })
})

test('while our account is empty it is asked for again, until a person is told and there is money', async () => {
  const orderId = await paidOrder()
  const { refundId } = (await ask(orderId)).body
  await service.alipay.control('POST', '/faults', { refund: 'no_balance' })
  for (let round = 0; round < 9; round++) await letTimePass()
  expect((await list(orderId)).items).toMatchObject([{ status: 'PENDING', why: 'ACQ.SELLER_BALANCE_NOT_ENOUGH' }])
  const { client } = service.database
  const cases = await client`select key from cases where order_id = ${orderId}`
  expect(cases.map(({ key }) => key)).toEqual([`refund_stuck:${refundId}`])
  await service.alipay.control('DELETE', '/faults')
  await letTimePass()
  expect((await list(orderId)).items).toMatchObject([{ status: 'SUCCEEDED' }])
})

test('what Alipay refuses for good has failed: it is said, a person has a case, and the balance is free again', async () => {
  const orderId = await paidOrder()
  await service.alipay.control('POST', '/finish', { outTradeNo: orderId })
  const { refundId } = (await ask(orderId)).body
  for (let round = 0; round < 2; round++) await letTimePass()
  expect(await list(orderId)).toMatchObject({
    items: [{ status: 'FAILED', why: 'ACQ.TRADE_HAS_FINISHED' }],
    refundableFen: 25_800,
  })
  expect(await saidOf(orderId, 'RefundFailed')).toMatchObject([{ data: { refundId, why: 'ACQ.TRADE_HAS_FINISHED' } }])
  const { client, db } = service.database
  expect(await client`select kind, proposed_action from cases where order_id = ${orderId}`).toMatchObject([
    { kind: 'refund_failed', proposed_action: 'retry_refund' },
  ])
  expect(await db.transaction(tx => retryRefund(tx, refundId, 'ann'))).toMatchObject({ outcome: 'retried' })
  expect((await list(orderId)).refundableFen).toBe(0)
  expect(await db.transaction(tx => retryRefund(tx, refundId, 'ann'))).toMatchObject({ outcome: 'not_failed' })
})

describe('money that the order can not use', () => {
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

  test('goes back by itself, once, however often that is said', async () => {
    const orderId = await paidOrder()
    await service.hear(requested(orderId))
    await service.hear(requested(orderId), requested(orderId))
    await service.refunder.runNow()
    expect(await backAtAlipay(orderId)).toEqual(['258.00'])
    expect(await saidOf(orderId, 'PaymentRefunded')).toMatchObject([{ data: { reason: 'late_payment' } }])
  })

  test('goes back as far as a person has not given it back already', async () => {
    const orderId = await paidOrder()
    await ask(orderId, { amountFen: 800 })
    await service.hear(requested(orderId))
    await service.refunder.runNow()
    await letTimePass()
    expect(await backAtAlipay(orderId)).toEqual(['8.00', '250.00'])
  })

  test('is not looked for where nobody paid', async () => {
    const orderId = await service.newOrder()
    await expect(service.hear(requested(orderId))).rejects.toThrow('not_paid')
  })
})

describe('an order that was paid by its second trade, because the first went back', () => {
  /** Its first money came late and goes back, since no stock was left; its second brought the order back. */
  async function paidBySecond(): Promise<{ orderId: string; second: string }> {
    const orderId = await service.newOrder()
    const second = `${orderId}_2`
    await service.database.client`
      insert into attempts (out_trade_no, order_id, number, status) values (${second}, ${orderId}, 2, 'CREATED')`
    await service.notify(service.signedNotify(orderId))
    await service.hear(refundRequested(orderId, { outTradeNo: orderId, reason: 'late_payment' }))
    const change = { out_trade_no: second, trade_no: `second${orderId.slice(-20)}`, notify_id: `s${orderId.slice(4)}` }
    await service.notify(service.signedNotify(orderId, change))
    return { orderId, second }
  }

  test('is refunded from its second', async () => {
    const { orderId, second } = await paidBySecond()
    expect(await list(orderId)).toMatchObject({
      paidFen: 25_800,
      refundableFen: 25_800,
      trades: [
        { outTradeNo: orderId, refundableFen: 0 },
        { outTradeNo: second, refundableFen: 25_800 },
      ],
    })
    expect(await ask(orderId, { amountFen: 100 })).toMatchObject({ status: 202, body: { outTradeNo: second } })
    expect(await ask(orderId)).toMatchObject({ status: 202, body: { outTradeNo: second, amountFen: 25_700 } })
    expect(await ask(orderId)).toMatchObject({ status: 409, body: { reason: 'nothing_left' } })
  })

  test('is refunded from the trade that an admin names, which must be one of its own', async () => {
    const { orderId, second } = await paidBySecond()
    const other = await paidOrder()
    expect((await ask(orderId, { outTradeNo: orderId })).body).toMatchObject({ reason: 'nothing_left' })
    expect((await ask(orderId, { outTradeNo: other })).body).toMatchObject({ reason: 'trade_not_paid' })
    expect((await ask(orderId, { outTradeNo: `${orderId}_3` })).body).toMatchObject({ reason: 'trade_not_paid' })
    const named = await ask(orderId, { outTradeNo: second, amountFen: 1, idempotencyKey: 'k' })
    expect(named).toMatchObject({ status: 202, body: { outTradeNo: second } })
    expect((await ask(orderId, { outTradeNo: second, amountFen: 1, idempotencyKey: 'k' })).body.refundId).toBe(
      named.body.refundId,
    )
    expect(await ask(orderId, { amountFen: 1, idempotencyKey: 'k' })).toMatchObject({ status: 422 })
  })

  test('and a third, which goes back too, is still refunded from its second', async () => {
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
    expect((await ask(orderId, { amountFen: 1 })).body).toMatchObject({ outTradeNo: second })
    await service.hear(refundRequested(orderId, { outTradeNo: third, reason: 'second_payment' }))
    expect((await ask(orderId, { amountFen: 1 })).body).toMatchObject({ outTradeNo: second })
  })
})
