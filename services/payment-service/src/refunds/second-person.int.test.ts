import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adminTraceId, callAsAdmin } from '../test-admin.ts'
import { startTestService, type TestService } from '../test-service.ts'
import { createRefundSteps, type RefundSteps } from './test-refunds.ts'

const secondPersonAboveFen = 10_000
let service: TestService
let refunds: RefundSteps
beforeAll(async () => {
  service = await startTestService({ secondPersonAboveFen })
  refunds = createRefundSteps(service)
}, 60_000)
afterAll(() => service.close())

type Answer = Record<string, unknown> & { items: Record<string, unknown>[]; nextCursor: string | null }

const call = (actor: string, method: 'GET' | 'POST', path: string, body?: object) =>
  callAsAdmin<Answer>(service.url, method, path, body, actor)

const decide = (actor: string, refundId: string, what: 'approve' | 'reject' | 'retry') =>
  call(actor, 'POST', `/admin/refunds/${refundId}/${what}`, what === 'reject' ? { reason: 'too much' } : undefined)

/** Who did what to an object, oldest first. */
async function auditOf(object: string): Promise<string[]> {
  const { body } = await call('aud', 'GET', `/audit-log?object=${object}`)
  return body.items.map(({ actor, action }) => `${actor} ${action}`).reverse()
}

async function waiting(amountFen = 20_000, orderId?: string): Promise<{ orderId: string; refundId: string }> {
  const id = orderId ?? (await refunds.payOrder())
  const { body } = await refunds.request(id, { amountFen })
  expect(body).toMatchObject({ status: 'AWAITING_APPROVAL' })
  return { orderId: id, refundId: body.refundId }
}

it('reserves a large refund, calls Alipay only once another person approves it, and logs who did what', async () => {
  const { orderId, refundId } = await waiting()
  await refunds.executeAll()
  expect(await refunds.refundedAtAlipay(orderId)).toEqual([])
  expect(await refunds.list(orderId)).toMatchObject({ refundableFen: 5_800, items: [{ status: 'AWAITING_APPROVAL' }] })
  expect(await decide('ann', refundId, 'approve')).toMatchObject({
    status: 409,
    body: { type: '/problems/second-person-required' },
  })
  expect(await decide('bob', refundId, 'approve')).toMatchObject({
    status: 200,
    body: { status: 'REQUESTED', approvedBy: 'bob' },
  })
  expect((await decide('bob', refundId, 'approve')).status).toBe(200)
  expect(await decide('cat', refundId, 'approve')).toMatchObject({
    status: 409,
    body: { type: '/problems/refund-not-pending-approval', refundStatus: 'REQUESTED' },
  })
  await refunds.executeAll()
  expect(await refunds.refundedAtAlipay(orderId)).toEqual(['200.00'])
  expect(await refunds.eventsOf(orderId, 'PaymentRefunded')).toMatchObject([{ data: { amountFen: 20_000 } }])
  expect(await auditOf(refundId)).toEqual(['ann refund.request', 'bob refund.approve'])
  const { body } = await call('aud', 'GET', `/audit-log?object=${orderId}&action=refund.approve`)
  expect(body.items).toMatchObject([
    {
      role: 'finance',
      orderId,
      requestId: 'req-1',
      traceId: adminTraceId,
      before: { status: 'AWAITING_APPROVAL' },
      after: { status: 'REQUESTED', amountFen: 20_000 },
    },
  ])
})

it('returns the amount of a rejected refund to the balance, also when its requester rejects it', async () => {
  const { orderId, refundId } = await waiting()
  expect(await decide('ann', refundId, 'reject')).toMatchObject({
    status: 200,
    body: { status: 'REJECTED', approvedBy: 'ann', why: 'too much', finishedAt: expect.any(String) },
  })
  expect((await decide('ann', refundId, 'reject')).status).toBe(200)
  expect((await decide('bob', refundId, 'approve')).status).toBe(409)
  expect((await refunds.list(orderId)).refundableFen).toBe(25_800)
  expect(await auditOf(refundId)).toEqual(['ann refund.request', 'ann refund.reject'])
  expect((await refunds.request(orderId, { amountFen: 9_000 })).body).toMatchObject({ status: 'REQUESTED' })
})

it('counts what a person has requested for the order, and not what another person has', async () => {
  const orderId = await refunds.payOrder()
  expect((await refunds.request(orderId, { amountFen: 6_000 })).body).toMatchObject({ status: 'REQUESTED' })
  const bob = { amountFen: 6_000, requestedBy: 'bob' }
  expect((await refunds.request(orderId, bob)).body).toMatchObject({ status: 'REQUESTED' })
  expect((await refunds.request(orderId, { amountFen: 4_001 })).body).toMatchObject({ status: 'AWAITING_APPROVAL' })
  expect((await refunds.request(orderId, { amountFen: 1 })).body).toMatchObject({ status: 'AWAITING_APPROVAL' })
})

it('waits for an approval also where several small refunds are requested at once', async () => {
  const orderId = await refunds.payOrder()
  const answers = await Promise.all(Array.from({ length: 8 }, () => refunds.request(orderId, { amountFen: 3_000 })))
  const statuses = answers.map(({ body }) => body.status).sort()
  expect(statuses.filter(status => status === 'REQUESTED')).toHaveLength(3)
  expect(statuses.filter(status => status === 'AWAITING_APPROVAL')).toHaveLength(5)
})

it('makes one decision of twenty at once, and never takes more than the balance', async () => {
  const { orderId, refundId } = await waiting()
  const people = Array.from({ length: 20 }, (_, number) => `person-${number}`)
  const answers = await Promise.all(
    people.map((person, number) => decide(person, refundId, number % 2 === 0 ? 'approve' : 'reject')),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(19)
  expect(await auditOf(refundId)).toHaveLength(2)
  const { items, refundableFen } = await refunds.list(orderId)
  expect(refundableFen).toBe(items[0]?.status === 'REJECTED' ? 25_800 : 5_800)
  await refunds.executeAll()
  expect(await refunds.refundedAtAlipay(orderId)).toEqual(items[0]?.status === 'REJECTED' ? [] : ['200.00'])
})

it('approves once, however often the same person clicks', async () => {
  const { refundId } = await waiting()
  const answers = await Promise.all(Array.from({ length: 20 }, () => decide('bob', refundId, 'approve')))
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
  expect(await auditOf(refundId)).toEqual(['ann refund.request', 'bob refund.approve'])
})

it('retries a failed refund once, which waits again where no second person has approved it', async () => {
  const orderId = await refunds.payOrder()
  const { body: small } = await refunds.request(orderId, { amountFen: 8_000 })
  const { client } = service.database
  await client`
    with failed as (
      update refunds set status = 'FAILED', next_step = null, next_try_at = null, finished_at = now()
      where refund_id = ${small.refundId})
    update attempts set refunding_fen = 0 where out_trade_no = ${orderId}`
  expect((await refunds.request(orderId, { amountFen: 8_000 })).body).toMatchObject({ status: 'REQUESTED' })
  expect(await decide('ann', small.refundId, 'retry')).toMatchObject({ body: { status: 'AWAITING_APPROVAL' } })
  expect((await decide('ann', small.refundId, 'retry')).status).toBe(200)
  expect(await decide('bob', small.refundId, 'retry')).toMatchObject({
    status: 409,
    body: { type: '/problems/refund-not-failed', refundStatus: 'AWAITING_APPROVAL' },
  })
  expect(await auditOf(small.refundId)).toEqual(['ann refund.request', 'ann refund.retry'])
  expect((await decide('bob', `ref_${'0'.repeat(32)}`, 'retry')).status).toBe(404)
})

describe('a preview', () => {
  it('says what would be taken, and stores nothing', async () => {
    const orderId = await refunds.payOrder()
    const preview = (body: object) => refunds.request(orderId, { preview: true, reason: undefined, ...body })
    expect(await preview({})).toEqual({
      status: 200,
      body: {
        preview: true,
        outTradeNo: orderId,
        amountFen: 25_800,
        shippingFen: 0,
        refundableAfterFen: 0,
        needsApproval: true,
      },
    })
    expect((await preview({ amountFen: 10_000 })).body).toMatchObject({ needsApproval: false })
    expect(await preview({ amountFen: 30_000 })).toMatchObject({ status: 409, body: { refundableFen: 25_800 } })
    expect(await preview({ amountFen: 500, limitFen: 400 })).toMatchObject({ status: 403, body: { limitFen: 400 } })
    expect(await refunds.list(orderId)).toMatchObject({ items: [], refundableFen: 25_800 })
    expect(await auditOf(orderId)).toEqual([])
  })
})

it('refuses what exceeds the limit of the requester for the order', async () => {
  const orderId = await refunds.payOrder()
  const request = (amountFen: number) => refunds.request(orderId, { amountFen, limitFen: 5_000 })
  expect((await request(3_000)).status).toBe(202)
  expect(await request(2_001)).toMatchObject({
    status: 403,
    body: { type: '/problems/refund-limit-exceeded', limitFen: 2_000 },
  })
  expect((await request(2_000)).status).toBe(202)
  expect((await refunds.request(orderId, { amountFen: 1, requestedBy: 'bob', limitFen: 5_000 })).status).toBe(202)
})

it('lists refunds of all orders newest first, by status, in pages', async () => {
  const { refundId } = await waiting()
  const { refundId: newer } = await waiting()
  const { body } = await call('ann', 'GET', '/admin/refunds?status=AWAITING_APPROVAL&limit=1')
  expect(body.items).toMatchObject([{ refundId: newer, status: 'AWAITING_APPROVAL' }])
  const next = await call('ann', 'GET', `/admin/refunds?status=AWAITING_APPROVAL&limit=1&cursor=${body.nextCursor}`)
  expect(next.body.items).toMatchObject([{ refundId }])
  const all: unknown[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await call('ann', 'GET', `/admin/refunds?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`)
    all.push(...page.body.items.map(one => one.refundId))
    cursor = page.body.nextCursor
  }
  const stored = await service.database.client`
    select refund_id from refunds order by requested_at desc, refund_id desc`
  expect(all).toEqual(stored.map(row => row.refund_id))
})

it('lists the refunds that are not finished, and those that succeeded on a day in Beijing', async () => {
  const { refundId } = await waiting()
  await decide('bob', refundId, 'approve')
  const idsOf = async (query: string) =>
    (await call('ann', 'GET', `/admin/refunds?${query}`)).body.items.map(one => one.refundId)
  expect(await idsOf('status=OPEN')).toContain(refundId)
  await refunds.executeAll()
  expect(await idsOf('status=OPEN')).not.toContain(refundId)
  await service.database.client`
    update refunds set finished_at = '2026-01-03T16:00:00Z' where refund_id = ${refundId}`
  expect(await idsOf('succeededOn=2026-01-04&status=SUCCEEDED')).toEqual([refundId])
  for (const query of ['succeededOn=2026-01-03', 'succeededOn=2026-01-05', 'succeededOn=2026-01-04&status=FAILED'])
    expect(await idsOf(query)).toEqual([])
  expect(await call('ann', 'GET', '/admin/refunds?succeededOn=2026-02-31')).toMatchObject({ status: 400 })
})

it('does not keep money that the order has to refund, although a refund of it waits for a second person', async () => {
  const { orderId, refundId } = await waiting()
  await service.consume({
    type: 'RefundRequested',
    key: orderId,
    data: {
      orderId,
      refundId: `ref_${orderId.slice(4)}`,
      outTradeNo: orderId,
      tradeNo: 'T',
      amountFen: 25_800,
      reason: 'late_payment',
    },
  })
  expect(await decide('bob', refundId, 'approve')).toMatchObject({ status: 409, body: { refundStatus: 'REJECTED' } })
  expect((await decide('bob', refundId, 'reject')).status).toBe(409)
  await refunds.executeAll()
  expect(await refunds.refundedAtAlipay(orderId)).toEqual(['258.00'])
  expect(await refunds.list(orderId)).toMatchObject({
    refundableFen: 0,
    items: [
      { status: 'REJECTED', approvedBy: 'order-service', why: expect.stringContaining('all that is left') },
      { status: 'SUCCEEDED', amountFen: 25_800 },
    ],
  })
})
