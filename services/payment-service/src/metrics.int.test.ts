import { sql } from 'drizzle-orm'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { openCases } from './case-store/open-cases.ts'
import { addPaymentGauges } from './metrics.ts'
import { readReconciledUntil } from './reconciliation/runs.ts'
import { openTestDatabase, type PaymentDatabase } from './test-database.ts'

let database: PaymentDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database?.drop())
beforeEach(() => database.client`truncate payments, cases, dead_letters, reconciliation_runs cascade`)

async function scrape(): Promise<string> {
  const registry = new Registry()
  addPaymentGauges({ db: database.db, registry })
  return registry.metrics()
}

function readValue(metrics: string, series: string): number {
  const line = metrics.split('\n').find(one => one.startsWith(`${series} `))
  return Number(line?.slice(series.length + 1))
}

async function addPayment(): Promise<void> {
  await database.client`
    insert into payments (order_id, customer_id, amount_fen, status, expires_at)
    values ('ord_1', 'c-1', 100, 'EXPECTED', now())`
  await database.client`
    insert into attempts (out_trade_no, order_id, number, status, opened_at, time_expire, next_close_at, next_sync_at, close_tries)
    values ('ord_1', 'ord_1', 1, 'OPENED', now(), now(), now() - interval '1 hour', now() + interval '1 hour', 2),
           ('ord_1_2', 'ord_1', 2, 'OPENED', now(), now(), null, now() - interval '1 minute', 0)`
}

it('reports due work, attempts, and open cases by kind with the age of the oldest', async () => {
  await addPayment()
  const about = { summary: 's', proposal: { action: 'none', why: 'w' }, evidence: {} } as const
  await database.db.transaction(tx =>
    openCases(tx, [
      { ...about, key: 'a', kind: 'parked_message' },
      { ...about, key: 'b', kind: 'parked_message' },
      { ...about, key: 'c', kind: 'refund_failed' },
    ]),
  )
  await database.client`update cases set opened_at = now() - interval '2 hours' where key = 'a'`
  const metrics = await scrape()
  for (const line of [
    'due_work{kind="close_attempt"} 1',
    'due_work{kind="query_attempt"} 1',
    'due_work{kind="refund"} 0',
    'due_work{kind="reconciliation"} 0',
    'payment_attempts{state="open"} 2',
    'payment_attempts{state="closing"} 1',
    'payment_attempts{state="unclear"} 1',
    'open_cases{kind="parked_message"} 2',
    'open_cases{kind="refund_failed"} 1',
    'open_cases{kind="amount_mismatch"} 0',
    'open_cases_oldest_age_seconds{kind="amount_mismatch"} 0',
  ]) {
    expect(metrics).toContain(line)
  }
  expect(readValue(metrics, 'due_work_oldest_age_seconds{kind="close_attempt"}')).toBeGreaterThanOrEqual(3_600)
  expect(readValue(metrics, 'open_cases_oldest_age_seconds{kind="parked_message"}')).toBeGreaterThanOrEqual(7_200)
})

it('reports refunds that are not finished, by status', async () => {
  await addPayment()
  await database.client`
    insert into refunds (refund_id, order_id, out_trade_no, amount_fen, reason, requested_by, status, next_step, next_try_at,
                         requested_at, finished_at)
    values ('ref_1', 'ord_1', 'ord_1', 1, 'requested', 'ann', 'PENDING', 'query', now(), now() - interval '1 hour', null),
           ('ref_2', 'ord_1', 'ord_1', 1, 'requested', 'ann', 'PENDING', 'query', now(), now(), null),
           ('ref_3', 'ord_1', 'ord_1', 1, 'requested', 'ann', 'AWAITING_APPROVAL', null, null, now(), null),
           ('ref_4', 'ord_1', 'ord_1', 1, 'requested', 'ann', 'SUCCEEDED', null, null, now(), now())`
  const metrics = await scrape()
  expect(metrics).toContain('open_refunds{status="PENDING"} 2')
  expect(metrics).toContain('open_refunds{status="AWAITING_APPROVAL"} 1')
  expect(metrics).toContain('open_refunds{status="REQUESTED"} 0')
  expect(metrics).not.toContain('SUCCEEDED')
  expect(readValue(metrics, 'open_refunds_oldest_age_seconds{status="PENDING"}')).toBeGreaterThanOrEqual(3_600)
})

it('reports dead letters that wait for a decision, by consumer group', async () => {
  await database.client`
    insert into dead_letters (dead_letter_id, consumer_group, letter_partition, letter_offset, status, reason, reason_key,
                              topic, origin_partition, origin_offset, headers, dead_lettered_at, handled_at)
    values ('dlq_1', 'order-service', 0, 1, 'WAITING', 'r', 'r', 't', '0', '1', '{}', now() - interval '1 hour', null),
           ('dlq_2', 'order-service', 0, 2, 'DISCARDED', 'r', 'r', 't', '0', '1', '{}', now() - interval '2 hours', now())`
  const metrics = await scrape()
  expect(metrics).toContain('open_dead_letters{group="order-service"} 1')
  expect(metrics).toContain('open_dead_letters{group="inventory-service"} 0')
  expect(metrics).toContain('open_dead_letters_oldest_age_seconds{group="inventory-service"} 0')
  const ageS = readValue(metrics, 'open_dead_letters_oldest_age_seconds{group="order-service"}')
  expect(ageS).toBeGreaterThanOrEqual(3_600)
  expect(ageS).toBeLessThan(7_200)
})

it('reports until when every day is reconciled', async () => {
  const at = sql`'2026-11-05T03:00:00Z'::timestamptz`
  const until = () => readReconciledUntil(database.db, at)
  expect(await until()).toBeUndefined()
  expect(await scrape()).not.toMatch(/^reconciled_until/m)
  const run = (date: string, status: string, finishedAt: string | null, startedBy = 'the clock') => database.client`
    insert into reconciliation_runs (run_id, bill_date, status, started_by, finished_at, next_try_at)
    values (${`run_${date}_${startedBy}`}, ${date}, ${status}, ${startedBy}, ${finishedAt},
            ${status === 'WAITING' ? '2026-11-05T03:00:00Z' : null})`
  await run('2026-11-01', 'DONE', '2026-11-02T02:00:00Z')
  // Requested by a person before the day was over in Beijing: it does not count.
  await run('2026-11-02', 'DONE', '2026-11-02T15:59:00Z', 'ann')
  await run('2026-11-03', 'DONE', '2026-11-04T02:00:00Z')
  await run('2026-11-04', 'WAITING', null)
  expect(await until()).toEqual(new Date('2026-11-01T16:00:00Z'))
  await run('2026-11-02', 'DONE', '2026-11-03T02:00:00Z')
  expect(await until()).toEqual(new Date('2026-11-03T16:00:00Z'))
  await database.client`
    update reconciliation_runs set status = 'DONE', finished_at = '2026-11-05T02:10:00Z', next_try_at = null
    where bill_date = '2026-11-04'`
  expect(await until()).toEqual(new Date('2026-11-04T16:00:00Z'))
})
