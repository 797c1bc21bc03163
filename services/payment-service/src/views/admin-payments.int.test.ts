import type { AdminPayment, PaymentPage, SearchHits } from '@alipay-checkout/contracts'
import { beijingDay, firstIdAt } from '@alipay-checkout/service-kit'
import { PgDialect } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRefundSteps } from '../refunds/test-refunds.ts'
import { startTestService, type TestService } from '../test-service.ts'
import { callService } from '../test-shop.ts'
import { pageStatement } from './admin-payments.ts'

const paidOrders = 300_000
const today = beijingDay(new Date())
let service: TestService

beforeAll(async () => {
  service = await startTestService()
  const client = await service.database.client.reserve()
  // Foreign keys hold by themselves here, and checking 300,000 takes a minute.
  await client.unsafe('set statement_timeout = 0; set session_replication_role = replica')
  // One per second until an hour ago, with ids as order-service makes them; every 3,000th is being closed.
  await client.unsafe(`
    create table placed as
      select n, 'ord_' || lpad(to_hex((extract(epoch from now()) * 1000)::bigint - 3600000 - (${paidOrders} - n) * 1000), 12, '0')
        || lpad(to_hex(n), 20, '0') as id, n % 3000 = 0 as closing
      from generate_series(1, ${paidOrders}) n;
    insert into payments (order_id, customer_id, amount_fen, status, closing_reason, paid_out_trade_no, expires_at)
      select id, 'c', 100, case when closing then 'CLOSING' else 'PAID' end, case when closing then 'expired' end,
        case when not closing then id end, now() from placed;
    insert into attempts (out_trade_no, order_id, number, status, method, opened_at, time_expire, trade_no, paid_at, paid_fen,
        next_close_at, close_tries)
      select id, id, 1, case when closing then 'OPENED' else 'PAID' end, 'alipay_page', now(), now(),
        case when not closing then 'T' || n end, case when not closing then now() end, case when not closing then 100 end,
        case when closing then now() + interval '1 hour' end, case when n % 6000 = 0 then 3 else 0 end
      from placed;
    drop table placed`)
  await client.unsafe('vacuum analyze payments, attempts')
  await client.unsafe('reset statement_timeout; reset session_replication_role')
  client.release()
}, 240_000)
afterAll(() => service.close())

const list = async (query: string) =>
  (await callService<PaymentPage>(service.url, 'GET', `/admin/payments?${query}`)).body

async function pages(query: string): Promise<PaymentPage['items']> {
  const all: PaymentPage['items'] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await list(`${query}${cursor === '' ? '' : `&cursor=${cursor}`}`)
    all.push(...page.items)
    cursor = page.nextCursor
  }
  return all
}

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  Plans?: Plan[]
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]

describe('the list of 300,000 payments', () => {
  it.each<[string, Parameters<typeof pageStatement>[0]]>([
    ['all', { limit: '50' }],
    ['by age', { olderThan: '100000', limit: '50' }],
    ['of a state that is frequent', { state: 'PAID', limit: '50' }],
    ['of a state that none has', { state: 'CLOSED', olderThan: '5000', limit: '50' }],
    ['that are being closed', { state: 'CLOSING', limit: '50' }],
    ['that were paid today', { paidOn: today, limit: '50' }],
    ['that were paid long before they were placed', { paidOn: '2020-01-01', limit: '50' }],
    ['that are unclear, of those paid today', { state: 'UNCLEAR', paidOn: today, limit: '50' }],
    ['that are unclear', { state: 'UNCLEAR', olderThan: '4000', limit: '50' }],
  ])('reads a bounded part of it: %s', async (_what, query) => {
    const { sql, params } = new PgDialect().sqlToQuery(pageStatement(query))
    const statement = `explain (analyze, format json) ${sql}`
    const [row] = await service.database.client.unsafe<[{ 'QUERY PLAN': [{ Plan: Plan }] }]>(
      statement,
      params as never[],
    )
    const nodes = nodesOf(row['QUERY PLAN'][0].Plan)
    expect(nodes.filter(node => node['Node Type'] === 'Seq Scan').map(node => node['Relation Name'])).toEqual([])
    const read = nodes.map(node => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'])
    expect(Math.max(...read)).toBeLessThanOrEqual(5_000)
  })

  it('has every payment that is being closed, and marks the unclear ones', async () => {
    const closing = await pages('state=CLOSING&limit=40')
    expect(closing).toHaveLength(100)
    expect(new Set(closing.map(({ orderId }) => orderId)).size).toBe(100)
    expect(closing.filter(({ unclear }) => unclear)).toHaveLength(50)
    const unclear = await pages('state=UNCLEAR')
    expect(unclear).toEqual(closing.filter(one => one.unclear))
  })

  it('has those that were paid on a day in Beijing, whenever they were placed', async () => {
    const placed = firstIdAt('ord', new Date('2026-01-03T10:00:00Z')).slice(0, -1)
    const paidAt = ['2026-01-03T15:59:59.999Z', '2026-01-03T16:00:00.000Z', '2026-01-04T15:59:59.999Z']
    for (const [n, time] of [...paidAt, '2026-01-04T16:00:00.000Z'].entries()) {
      const id = `${placed}${n}`
      await service.database.client`
        with payment as (
          insert into payments (order_id, customer_id, amount_fen, status, paid_out_trade_no, expires_at)
          values (${id}, 'c', 100, 'PAID', ${id}, now()))
        insert into attempts (out_trade_no, order_id, number, status, method, opened_at, time_expire, trade_no, paid_at, paid_fen)
        values (${id}, ${id}, 1, 'PAID', 'alipay_page', now(), now(), ${`U${n}`}, ${time}, 100)`
    }
    const found = await list('paidOn=2026-01-04')
    expect(found.items.map(item => item.paidAt)).toEqual(paidAt.slice(1).reverse())
    expect((await list('paidOn=2026-01-04&state=CLOSED')).items).toEqual([])
  })

  it('is sorted by time, and goes on after a page without a match', async () => {
    const first = await list('limit=2')
    expect(first.items).toMatchObject([
      { state: 'CLOSING', unclear: true, attempts: 1 },
      { state: 'PAID', unclear: false, amountFen: 100, method: 'alipay_page', tradeNo: `T${paidOrders - 1}` },
    ])
    const none = await list('state=EXPECTED&limit=50')
    expect(none.items).toEqual([])
    expect(none.nextCursor).not.toBeNull()
    const old = await list(`state=PAID&limit=1&olderThan=${3_600 + 1_000}`)
    const placedAt = Number.parseInt(old.items[0]?.orderId.slice('ord_'.length, 'ord_'.length + 12) ?? '', 16)
    expect(placedAt).toBeLessThanOrEqual(Date.now() - 4_600_000)
  })
})

it('shows attempts, trades and refunds that add up, and the notifies', async () => {
  const refunds = createRefundSteps(service)
  const orderId = await refunds.payOrder()
  await refunds.request(orderId, { amountFen: 800 })
  await refunds.executeAll()
  const { body } = await callService<AdminPayment>(service.url, 'GET', `/admin/payments/${orderId}`)
  expect(body).toMatchObject({
    orderId,
    state: 'PAID',
    paidFen: 25_800,
    refundedFen: 800,
    keptFen: 25_000,
    attempts: [{ outTradeNo: orderId, status: 'PAID', method: 'alipay_page', paidFen: 25_800, refundedFen: 800 }],
  })
  expect(body.notifies).toContainEqual(expect.objectContaining({ outTradeNo: orderId, result: 'paid' }))
  expect((await callService(service.url, 'GET', `/admin/payments/ord_${'0'.repeat(32)}`)).status).toBe(404)
})

it('finds what a number identifies, exactly', async () => {
  const refunds = createRefundSteps(service)
  const orderId = await refunds.payOrder()
  const { refundId } = (await refunds.request(orderId, { amountFen: 800 })).body
  const { client } = service.database
  const [stored] = await client`
    select a.trade_no, n.notify_id from attempts a join notifies n using (out_trade_no) where a.order_id = ${orderId}`
  const caseId = `case_${refundId.slice(4)}`
  await client`
    insert into cases (case_id, key, kind, order_id, summary, evidence, proposed_action, proposed_why)
    values (${caseId}, ${caseId}, 'refund_failed', ${orderId}, 's', '{}', 'none', 'w')`
  await client`
    update refunds set outside_request_no = 'HZ 1', status = 'SUCCEEDED', next_step = null, next_try_at = null,
      finished_at = now() where refund_id = ${refundId}`
  const search = async (q: string) =>
    (await callService<SearchHits>(service.url, 'GET', `/admin/search?q=${encodeURIComponent(q)}`)).body.items
  expect(await search(orderId)).toEqual([{ kind: 'payment', id: orderId, orderId, matched: 'out_trade_no' }])
  expect(await search(stored?.trade_no)).toEqual([{ kind: 'payment', id: orderId, orderId, matched: 'trade_no' }])
  expect(await search(` ${refundId} `)).toEqual([{ kind: 'refund', id: refundId, orderId, matched: 'refund' }])
  expect(await search('HZ 1')).toEqual([{ kind: 'refund', id: refundId, orderId, matched: 'out_request_no' }])
  expect(await search(caseId)).toEqual([{ kind: 'case', id: caseId, orderId, matched: 'case' }])
  expect(await search(stored?.notify_id)).toEqual([
    { kind: 'notify', id: stored?.notify_id, orderId, matched: 'notify_id' },
  ])
  for (const q of ['nothing', '%', orderId.slice(0, -1)]) expect(await search(q)).toEqual([])
})
