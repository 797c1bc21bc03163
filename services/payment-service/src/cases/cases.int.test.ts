import type { Case } from '@alipay-checkout/contracts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type NewCase, openCases } from '../case-store/open-cases.ts'
import { findCasesOfOrder } from '../case-store/read-cases.ts'
import { deleteRows } from '../test-database.ts'
import { startTestService, type TestService } from '../test-service.ts'
import { newOrderId, serviceToken } from '../test-shop.ts'
import { resolveCase } from './resolve-case.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
}, 60_000)
afterAll(() => service.close())
beforeEach(() => deleteRows(service.database, ['case_trail', 'cases']))

const about = (change: Partial<NewCase> = {}): NewCase => ({
  key: `k-${newOrderId()}`,
  kind: 'parked_message',
  summary: 'a message about money was dead-lettered',
  evidence: { n: 1 },
  proposal: { action: 'none', why: 'a reason' },
  ...change,
})

async function opened(...cases: NewCase[]): Promise<Case[]> {
  await service.database.db.transaction(tx => openCases(tx, cases))
  return (await call<{ items: Case[] }>('GET', '/cases')).body.items
}

async function call<T = Case>(
  method: string,
  path: string,
  { body, actor = 'ann' }: { body?: object; actor?: string } = {},
): Promise<{ status: number; body: T }> {
  const response = await fetch(`${service.url}${path}`, {
    method,
    headers: {
      'x-service-token': serviceToken,
      'x-actor': encodeURI(actor),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return { status: response.status, body: (await response.json()) as T }
}

const resolve = (caseId: string, body: object, actor?: string) =>
  call<Case & { type?: string; detail?: string }>('POST', `/cases/${caseId}/resolve`, {
    body: { note: 'seen', ...body },
    ...(actor ? { actor } : {}),
  })
const trailOf = ({ trail }: Case) => trail.map(({ by, what }) => [by, what])

it('opens a case once, however often its problem is found, also at the same time', async () => {
  const one = about()
  await Promise.all([opened(one), opened(one, about()), opened(one)])
  const [first, second] = await opened(one)
  expect([first, second]).toMatchObject([
    { status: 'OPEN' },
    { status: 'OPEN', trail: [{ by: 'system', what: 'opened' }] },
  ])
})

it('lists cases newest first, in pages, by status and by order', async () => {
  const orderId = newOrderId()
  for (let index = 0; index < 5; index++) await opened(about({ orderId }))
  const first = await call<{ items: Case[]; nextCursor: string }>('GET', '/cases?limit=3&status=OPEN')
  expect(first.body.items).toHaveLength(3)
  const rest = await call<{ items: Case[]; nextCursor: null }>('GET', `/cases?limit=3&cursor=${first.body.nextCursor}`)
  expect(rest.body).toMatchObject({ items: [{}, {}], nextCursor: null })
  const ids = [...first.body.items, ...rest.body.items].map(({ caseId }) => caseId)
  expect(ids).toEqual([...ids].sort().reverse())
  expect((await call<{ items: Case[] }>('GET', '/cases?status=RESOLVED')).body.items).toEqual([])
  expect((await findCasesOfOrder(service.database.db, orderId)).map(({ caseId }) => caseId)).toEqual(ids.reverse())
  expect((await call('GET', `/cases/case_${'0'.repeat(32)}`)).status).toBe(404)
})

it('filters by kind, order and claimer, oldest first too, and shows the amount', async () => {
  const orderId = newOrderId()
  await opened(about({ orderId, evidence: { amountFen: 700, trade: { buyerId: '2088', tradeNo: 'T1' } } }))
  await opened(about({ kind: 'bill_difference' }))
  await opened(about())
  const list = async (query: string) => (await call<{ items: Case[] }>('GET', `/cases?${query}`)).body.items
  const oldest = await list('order=oldest')
  expect(oldest.map(({ caseId }) => caseId)).toEqual((await list('')).map(({ caseId }) => caseId).reverse())
  const [about700, difference] = oldest as [Case, Case]
  expect(about700).toMatchObject({ amountFen: 700, evidence: { trade: { buyerId: '***', tradeNo: 'T1' } } })
  expect(difference).not.toHaveProperty('amountFen')
  expect(await list(`orderId=${orderId}`)).toEqual([about700])
  expect(await list('kind=bill_difference')).toEqual([difference])
  expect(await list('kind=parked_message&status=OPEN&order=oldest&limit=1')).toEqual([about700])
  expect(await list('kind=parked_message&status=RESOLVED')).toEqual([])
  const claimed = await call('POST', `/cases/${difference.caseId}/claim`, { actor: '李' })
  expect(await list(`claimedBy=${encodeURIComponent('李')}`)).toEqual([claimed.body])
})

it('is claimed by one of several people, who alone resolves it until it is released', async () => {
  const [one] = (await opened(about())) as [Case]
  const post = (what: 'claim' | 'release', actor: string) => call('POST', `/cases/${one.caseId}/${what}`, { actor })
  const people = Array.from({ length: 10 }, (_, number) => `person-${number}`)
  const answers = await Promise.all(people.map(person => post('claim', person)))
  const claimer = people[answers.findIndex(({ status }) => status === 200)] as string
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(9)
  expect((await post('claim', claimer)).body).toMatchObject({ claimedBy: claimer, claimedAt: expect.any(String) })
  expect(await resolve(one.caseId, { action: 'none', preview: false }, 'bob')).toMatchObject({
    status: 409,
    body: { type: '/problems/case-claimed', claimedBy: claimer },
  })
  expect((await post('release', 'bob')).body).not.toHaveProperty('claimedBy')
  expect((await post('release', 'bob')).status).toBe(200)
  await post('claim', 'bob')
  expect((await resolve(one.caseId, { action: 'none', preview: false }, 'bob')).body).toMatchObject({
    status: 'RESOLVED',
    claimedBy: 'bob',
  })
  expect((await post('claim', 'bob')).status).toBe(409)
  const rows = await service.database.client`
    select actor || ' ' || action as what, reason from audit_log where object = ${one.caseId} order by audit_id`
  expect([...rows]).toEqual([
    { what: `${claimer} case.claim`, reason: null },
    { what: 'bob case.release', reason: null },
    { what: 'bob case.claim', reason: null },
    { what: 'bob case.approve', reason: 'seen' },
    { what: 'bob case.resolve', reason: 'seen' },
  ])
})

it('previews an action without a change, executes it on approval, and records both in the trail', async () => {
  const [one] = (await opened(about())) as [Case]
  const preview = await resolve(one.caseId, { action: 'none' }, '掌柜')
  expect(preview.body).toMatchObject({
    status: 'OPEN',
    trail: [{}, { note: expect.stringContaining('would: only note') }],
  })
  const done = await resolve(one.caseId, { action: 'none', preview: false }, '掌柜')
  expect(done.body).toMatchObject({ status: 'RESOLVED', resolvedAt: expect.any(String) })
  expect(trailOf(done.body)).toEqual([
    ['system', 'opened'],
    ['掌柜', 'previewed'],
    ['掌柜', 'approved'],
    ['掌柜', 'executed'],
  ])
  expect(await resolve(one.caseId, { action: 'none', preview: false })).toMatchObject({
    status: 409,
    body: { type: '/problems/case-already-resolved' },
  })
})

it('executes an action after the second approval where two are required', async () => {
  const [one] = (await opened(about())) as [Case]
  const { alipayClient: alipay, recordAlipayResult, outbox, database } = service
  const access = { alipay, recordAlipayResult }
  const people = { secondPerson: true, secondPersonAboveFen: undefined }
  const dependencies = { db: database.db, outbox, ...access, refundNow() {}, ...people }
  const approve = (by: string) =>
    resolveCase(one.caseId, { action: 'none', note: 'seen', preview: false }, { id: by }, dependencies)
  expect(await approve('ann')).toMatchObject({ status: 'APPROVED' })
  await expect(approve('ann')).rejects.toMatchObject({ type: 'second-person-required' })
  await Promise.allSettled([approve('bob'), approve('bob'), approve('bob')])
  const { body: done } = await call('GET', `/cases/${one.caseId}`)
  expect(trailOf(done)).toEqual([
    ['system', 'opened'],
    ['ann', 'approved'],
    ['bob', 'approved_by_second'],
    ['bob', 'executed'],
  ])
})

it('refuses an action that does not apply to the case, without a call to Alipay', async () => {
  const [one] = (await opened(about())) as [Case]
  for (const action of ['retry_refund', 'refund_trade', 'query_trade', 'accept_payment']) {
    expect(await resolve(one.caseId, { action })).toMatchObject({
      status: 400,
      body: { type: '/problems/invalid-request' },
    })
  }
  expect((await call('GET', `/cases/${one.caseId}`)).body.trail).toHaveLength(1)
})

describe('querying a trade', () => {
  it('records its payment where the amount is the order’s', async () => {
    const orderId = await service.newOrder()
    await service.alipay.control('POST', '/pay', { url: await service.open(orderId) })
    const [one] = (await opened(about({ kind: 'amount_mismatch', orderId, outTradeNo: orderId }))) as [Case]
    const done = await resolve(one.caseId, { action: 'query_trade', preview: false })
    expect(done.body).toMatchObject({ status: 'RESOLVED', trail: [{}, {}, { note: 'Alipay reports paid: paid' }] })
    expect(await service.eventsOf(orderId)).toMatchObject([{ type: 'PaymentSucceeded', data: { source: 'query' } }])
  })

  it('leaves the case open without a payment or an answer', async () => {
    const orderId = await service.newOrder()
    await service.open(orderId)
    const [one] = (await opened(about({ orderId, outTradeNo: orderId }))) as [Case]
    expect((await resolve(one.caseId, { action: 'query_trade', preview: false })).status).toBe(400)
    await service.alipay.control('POST', '/faults', { gateway: 'down' })
    expect((await resolve(one.caseId, { action: 'query_trade', preview: false })).status).toBe(502)
    await service.alipay.control('DELETE', '/faults')
    const { body } = await call('GET', `/cases/${one.caseId}`)
    expect(body.status).toBe('OPEN')
    expect(trailOf(body).map(([, what]) => what)).toEqual(['opened', 'approved', 'failed', 'approved', 'failed'])
  })
})

it('refunds a trade once, however often that is approved', async () => {
  const orderId = await service.newOrder()
  await service.notify(service.signedNotify(orderId))
  const [one] = (await opened(about({ orderId, outTradeNo: orderId }))) as [Case]
  const done = await resolve(one.caseId, { action: 'refund_trade', preview: false })
  expect(done.body).toMatchObject({ status: 'RESOLVED' })
  // The state as it is when the process dies before it stores the result.
  await service.database.client`update cases set status = 'APPROVED', resolved_at = null`
  expect((await resolve(one.caseId, { action: 'refund_trade', preview: false })).body).toMatchObject({
    status: 'RESOLVED',
  })
  const refunds = await service.database
    .client`select amount_fen, requested_by from refunds where order_id = ${orderId}`
  expect(refunds).toEqual([{ amount_fen: 25_800, requested_by: 'ann' }])
})

it('retries a failed refund with the same number', async () => {
  const orderId = await service.newOrder()
  await service.notify(service.signedNotify(orderId))
  const refundId = newOrderId().replace('ord_', 'ref_')
  await service.database.client`
    insert into refunds (refund_id, order_id, out_trade_no, amount_fen, status, reason, requested_by, finished_at)
    values (${refundId}, ${orderId}, ${orderId}, 800, 'FAILED', 'requested', 'ann', now())`
  const [one] = (await opened(about({ kind: 'refund_failed', orderId, evidence: { refundId } }))) as [Case]
  expect((await resolve(one.caseId, { action: 'retry_refund', preview: false })).body).toMatchObject({
    status: 'RESOLVED',
  })
  const [refund] = await service.database.client`select status from refunds where refund_id = ${refundId}`
  expect(refund?.status).not.toBe('FAILED')
})

it('executes and logs one approval of a double click', async () => {
  const [one] = await opened(about())
  const { caseId } = one as Case
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => resolve(caseId, { action: 'none', preview: false })),
  )
  expect(answers.map(({ status }) => status)).toContain(200)
  expect(new Set(answers.map(({ status }) => status)).isSubsetOf(new Set([200, 409]))).toBe(true)
  const audited = await service.database.client`
    select action from audit_log where object = ${caseId} order by audit_id`
  expect(audited.map(({ action }) => action)).toEqual(['case.approve', 'case.resolve'])
  const { body } = await call('GET', `/cases/${caseId}`)
  expect(trailOf(body)).toEqual([
    ['system', 'opened'],
    ['ann', 'approved'],
    ['ann', 'executed'],
  ])
})
