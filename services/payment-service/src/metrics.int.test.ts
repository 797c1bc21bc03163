import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openCases } from './case-store/open-cases.ts'
import { addPaymentGauges } from './metrics.ts'
import { openTestDatabase, type PaymentDatabase } from './test-database.ts'

let database: PaymentDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database?.drop())

it('reports due work, open cases, and dead letters by consumer group', async () => {
  await database.client`
    insert into payments (order_id, customer_id, amount_fen, status, expires_at)
    values ('ord_1', 'c-1', 100, 'EXPECTED', now())`
  await database.client`
    insert into attempts (out_trade_no, order_id, number, status, opened_at, time_expire, next_close_at, next_sync_at)
    values ('ord_1', 'ord_1', 1, 'OPENED', now(), now(), now() - interval '1 hour', now() + interval '1 hour'),
           ('ord_1_2', 'ord_1', 2, 'OPENED', now(), now(), null, now() - interval '1 minute')`
  const about = { kind: 'parked_message', summary: 's', proposal: { action: 'none', why: 'w' } } as const
  await database.db.transaction(tx =>
    openCases(tx, [
      { ...about, key: 'a', evidence: { groupId: 'order-service' } },
      { ...about, key: 'b', evidence: { groupId: 'order-service' } },
      { ...about, key: 'c', kind: 'refund_failed', evidence: {} },
    ]),
  )
  const registry = new Registry()
  addPaymentGauges({ db: database.db, registry })
  const metrics = await registry.metrics()
  for (const line of [
    'due_work{kind="close_attempt"} 1',
    'due_work{kind="query_attempt"} 1',
    'due_work{kind="refund"} 0',
    'due_work{kind="reconciliation"} 0',
    'open_cases{kind="parked_message"} 2',
    'open_cases{kind="refund_failed"} 1',
    'open_dead_letters{group="order-service"} 2',
    'open_dead_letters{group="inventory-service"} 0',
  ]) {
    expect(metrics).toContain(line)
  }
  const ageS = /due_work_oldest_age_seconds\{kind="close_attempt"\} (\S+)/.exec(metrics)?.[1]
  expect(Number(ageS)).toBeGreaterThanOrEqual(3_600)
})
