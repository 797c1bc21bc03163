import type { MoneyToday, Report } from '@alipay-checkout/contracts'
import { beijingDay } from '@alipay-checkout/service-kit'
import { PgDialect } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { existingDay, yesterday } from '../reconciliation/day.ts'
import { ledgerSums } from '../reconciliation/ledger-sums.ts'
import { requestRun } from '../reconciliation/runs.ts'
import { insertPaidOrder } from '../reconciliation/test-reconciliation.ts'
import { callAsAdmin } from '../test-admin.ts'
import { startTestService, type TestService } from '../test-service.ts'
import { newOrderId } from '../test-shop.ts'
import { createMoneyTodayReader } from './money-today.ts'
import { createReportReader, periodsOf } from './report.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
}, 60_000)
afterAll(() => service.close())

/** Inserts a finished comparison of a day. */
async function insertRun(
  day: string,
  sums: Partial<Record<'payments' | 'paid' | 'refunds' | 'refunded' | 'fee', number>>,
) {
  const { client, db } = service.database
  const { run } = await requestRun(db, day, 'ann')
  const { payments = 0, paid = 0, refunds = 0, refunded = 0, fee = 0 } = sums
  await client`
    update reconciliation_runs set status = 'DONE', next_try_at = null, finished_at = now(), ledger_payments = ${payments},
      ledger_payment_fen = ${paid}, ledger_refunds = ${refunds}, ledger_refund_fen = ${refunded}, bill_fee_fen = ${fee}
    where run_id = ${run.runId}`
}

async function insertRefund(outTradeNo: string, { fen, at }: { fen: number; at: string }) {
  await service.database.client`
    insert into refunds (refund_id, order_id, out_trade_no, amount_fen, status, reason, requested_by, finished_at)
    values (${newOrderId().replace('ord_', 'ref_')}, ${outTradeNo}, ${outTradeNo}, ${fen}, 'SUCCEEDED', 'requested', 'ann',
      ${`${at}+08`})`
}

const report = (query: string) =>
  callAsAdmin<Report & { detail: string }>(service.url, 'GET', `/admin/reports?${query}`)

describe('a report', () => {
  beforeAll(async () => {
    await insertRun('2026-01-31', { payments: 3, paid: 1_000, refunds: 1, refunded: 100, fee: 6 })
    await insertRun('2026-02-01', { payments: 9, paid: 9_999 })
    // Compared again: the newest counts.
    await insertRun('2026-02-01', { payments: 2, paid: 500, fee: 3 })
    const { client } = service.database
    await insertPaidOrder(client, { fen: 70, paidAt: '2026-02-01 12:00:00' })
    const { outTradeNo } = await insertPaidOrder(client, { fen: 25_800, paidAt: '2026-02-02 00:00:00' })
    await insertRefund(outTradeNo, { fen: 800, at: '2026-02-02 23:59:59' })
    await insertRefund(outTradeNo, { fen: 5, at: '2026-02-03 00:00:00' })
  })

  it('has the newest comparison of each day, else the ledger, and zeros for empty days', async () => {
    const { body } = await report('from=2026-01-31&to=2026-02-04')
    const shown = body.items.map(row => [
      row.period,
      row.payments,
      row.paidFen,
      row.refundedFen,
      row.feeFen,
      row.netFen,
    ])
    expect(shown).toEqual([
      ['2026-01-31', 3, 1_000, 100, 6, 894],
      ['2026-02-01', 2, 500, 0, 3, 497],
      ['2026-02-02', 1, 25_800, 800, 0, 25_000],
      ['2026-02-03', 0, 0, 5, 0, -5],
      ['2026-02-04', 0, 0, 0, 0, 0],
    ])
    expect(body.items.map(row => row.reconciledDays)).toEqual([1, 1, 0, 0, 0])
  })

  it.each([
    [
      'month',
      [
        ['2026-01', '2026-01-30', '2026-01-31', 2, 1],
        ['2026-02', '2026-02-01', '2026-02-03', 3, 1],
      ],
    ],
    [
      'week',
      [
        ['2026-W05', '2026-01-30', '2026-02-01', 3, 2],
        ['2026-W06', '2026-02-02', '2026-02-03', 2, 0],
      ],
    ],
  ])('adds its days up by %s', async (by, expected) => {
    const [days, periods] = await Promise.all([
      report('from=2026-01-30&to=2026-02-03'),
      report(`from=2026-01-30&to=2026-02-03&by=${by}`),
    ])
    expect(periods.body.items.map(row => [row.period, row.from, row.to, row.days, row.reconciledDays])).toEqual(
      expected,
    )
    for (const field of ['payments', 'paidFen', 'refunds', 'refundedFen', 'feeFen', 'netFen', 'days'] as const) {
      const sum = ({ body }: typeof days) => body.items.reduce((total, row) => total + row[field], 0)
      expect([field, sum(periods)]).toEqual([field, sum(days)])
    }
  })

  it('covers the last 31 days by default, today included', async () => {
    const { body } = await report('')
    expect(body.items).toHaveLength(31)
    expect(body.items.at(-1)?.period).toBe(beijingDay(new Date()))
  })

  it('is refused where its days would begin before the first year', async () => {
    expect(await report('to=0001-01-02')).toMatchObject({ status: 400, body: { type: '/problems/invalid-request' } })
    expect((await report('from=0001-01-02&to=0001-01-02')).body.items).toHaveLength(1)
  })

  it('has no days that have not begun', async () => {
    expect((await report('from=2999-01-01&to=2999-01-02')).body.items).toEqual([])
  })

  it.each([
    ['from=2026-02-30', 'There is no day 2026-02-30.'],
    ['from=2026-02-02&to=2026-02-01', 'is before'],
    ['from=2025-01-01&to=2026-02-05', 'at most 400 days'],
  ])('is refused for %s', async (query, detail) => {
    expect(await report(query)).toMatchObject({ status: 400, body: { detail: expect.stringContaining(detail) } })
  })

  it('reads the ledger of a day once for concurrent and repeated requests', async () => {
    const statements: unknown[] = []
    const { db } = service.database
    const counting = new Proxy(db, {
      get: (target, name) => {
        if (name === 'execute') statements.push(name)
        return Reflect.get(target, name)
      },
    })
    const read = createReportReader(counting)
    const day = { from: '2026-03-01', to: '2026-03-01' }
    await Promise.all([read(day), read(day), read(day)])
    const first = statements.length
    await read(day)
    // The clock and the comparisons are read by each, the ledger by the first alone.
    expect([first, statements.length - first]).toEqual([3 * 2 + 1, 2])
  })
})

it.each([
  ['2024-12-30', '2025-W01'],
  ['2026-01-01', '2026-W01'],
  ['2027-01-03', '2026-W53'],
  ['2027-01-04', '2027-W01'],
])('the ISO week of %s is %s', (date, period) => {
  const day = { date, payments: 0, paidFen: 0, refunds: 0, refundedFen: 0, feeFen: 0, isReconciled: false }
  expect(periodsOf([day], 'week')).toMatchObject([{ period, from: date, to: date, days: 1 }])
})

it('the ledger of a day is read by index, and only the part of that day', async () => {
  const { client } = service.database
  await client`
    insert into payments (order_id, customer_id, amount_fen, status, paid_out_trade_no, expires_at)
    select 'o' || n, 'c', 100, 'PAID', 'o' || n, now() from generate_series(1, 200000) n`
  await client`
    insert into attempts (out_trade_no, order_id, number, status, trade_no, paid_at, paid_fen)
    select 'o' || n, 'o' || n, 1, 'PAID', 't' || n, timestamptz '2020-01-01 00:00+08' + n * interval '5 minutes', 100
    from generate_series(1, 200000) n`
  await client`select brin_summarize_new_values('attempts_by_payment_time')`
  await client`analyze attempts`
  const { sql, params } = new PgDialect().sqlToQuery(ledgerSums(existingDay('2021-01-01')))
  const rows = await client.unsafe(`explain (analyze, format json) ${sql}`, params as never[])
  const plan = JSON.stringify(rows)
  expect(plan).toContain('attempts_by_payment_time')
  expect(plan).toContain('refunds_by_end')
  expect(plan).not.toContain('"Seq Scan"')
  const removed = [...plan.matchAll(/"Rows Removed by (?:Index Recheck|Filter)":(\d+)/g)].map(([, n]) => Number(n))
  expect(Math.max(...removed, 0)).toBeLessThan(20_000)
}, 120_000)

describe('today’s money', () => {
  it('has the sums of today, what waits, yesterday’s comparison and certificates', async () => {
    const { client, db } = service.database
    const today = beijingDay(new Date())
    const before = (await callAsAdmin<MoneyToday>(service.url, 'GET', '/admin/today')).body
    expect(before).toMatchObject({ payments: 0, netFen: 0, reconciliation: null, cases: { count: 0, oldestAt: null } })
    const { outTradeNo } = await insertPaidOrder(client, { fen: 500, paidAt: `${today} 00:00:00` })
    await insertRefund(outTradeNo, { fen: 200, at: `${today} 00:00:01` })
    await client`
      insert into refunds (refund_id, order_id, out_trade_no, amount_fen, status, reason, requested_by, next_step, next_try_at)
      values ('ref_open', ${outTradeNo}, ${outTradeNo}, 1, 'PENDING', 'requested', 'ann', 'query', now())`
    await client`
      insert into cases (case_id, key, kind, summary, evidence, proposed_action, proposed_why, status, resolved_at)
      select 'case_' || n, n, 'parked_message', 's', '{}', 'none', 'w', case when n = 1 then 'RESOLVED' else 'OPEN' end,
        case when n = 1 then now() end from generate_series(1, 3) n`
    await client`
      insert into dead_letters (dead_letter_id, consumer_group, letter_partition, letter_offset, reason, reason_key, topic,
        origin_partition, origin_offset, headers, dead_lettered_at)
      values ('dlq_a_0_1', 'a', 0, 1, 'r', 'r', 't', '0', '1', '{}', '2026-01-02T00:00:00Z')`
    await insertRun(yesterday(new Date()).date, {})
    const certificates = [{ certificate: 'app', serialNumber: 'a1', daysLeft: 12 }]
    const read = createMoneyTodayReader({ db, certificates: () => certificates })
    const [one, other] = await Promise.all([read(), read()])
    expect(other).toBe(one)
    expect(one).toMatchObject({
      payments: 1,
      paidFen: 500,
      refunds: 1,
      refundedFen: 200,
      netFen: 300,
      cases: { count: 2 },
      casesAwaitingApproval: { count: 0, oldestAt: null },
      refundsAwaitingApproval: { count: 0, oldestAt: null },
      refundsOpen: { count: 1 },
      deadLetters: { count: 1, oldestAt: '2026-01-02T00:00:00.000Z' },
      reconciliation: { status: 'DONE', differences: 0, signedOffBy: null },
      certificates: [{ name: 'app a1', daysLeft: 12 }],
    })
  })
})
