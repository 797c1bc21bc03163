import { dueWorkers } from '@alipay-checkout/contracts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDeadLetterJob } from './dead-letters/write-dead-letters-job.ts'
import { createNotifyBodyDeleter } from './personal-data/delete-notify-bodies-job.ts'
import { createReconciler } from './reconciliation/reconcile-job.ts'
import { silent } from './test-database.ts'
import { startTestService, type TestService } from './test-service.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service?.close())

it('describes what each worker has due now and later', async () => {
  const { database, alipayClient: alipay, recordAlipayResult } = service
  await database.client`
    insert into payments (order_id, customer_id, amount_fen, status, expires_at)
    values ('ord_1', 'c-1', 100, 'EXPECTED', now())`
  await database.client`
    insert into attempts (out_trade_no, order_id, number, status, opened_at, time_expire, next_close_at, next_sync_at)
    values ('ord_1', 'ord_1', 1, 'OPENED', now(), now(), now() - interval '1 hour', now() + interval '1 hour'),
           ('ord_1_2', 'ord_1', 2, 'OPENED', now(), now(), null, now() - interval '1 minute')`
  await database.client`
    insert into reconciliation_runs (run_id, bill_date, status, started_by, next_try_at)
    values ('run_1', '2026-03-01', 'WAITING', 'li', now() + interval '1 hour')`
  await database.client`
    insert into retention_progress (kind, done_until) values ('notify_body', now() - interval '3 days')`
  const common = { ...{ alipay, recordAlipayResult, database, db: database.db }, logger: silent }
  // The bills are not read: nothing is run.
  const reconciler = createReconciler({ ...common, bills: {} as never })
  const bodyDeleter = createNotifyBodyDeleter({ ...common, retentionDays: 2 })
  const deadLetterJob = createDeadLetterJob({ db: database.db, writer: {} as never, logger: silent })
  const workers = [service.closer, service.syncer, service.refunder, reconciler, deadLetterJob, bodyDeleter]
  const described = await Promise.all(workers.map(worker => worker.describe()))
  expect(described.map(({ kind }) => kind)).toEqual(dueWorkers['payment-service'])
  const time = expect.stringMatching(/^\d{4}-.*Z$/)
  expect(described).toMatchObject([
    { due: 1, waiting: 0, oldestDueAt: time, nextDueAt: null, timers: null },
    { due: 1, waiting: 1, oldestDueAt: time, nextDueAt: time },
    { due: 0, waiting: 0, oldestDueAt: null, nextDueAt: null },
    { due: 0, waiting: 1, oldestDueAt: null, nextDueAt: time },
    { due: 0, waiting: 0, oldestDueAt: null, nextDueAt: null },
    { due: 1, waiting: 0, oldestDueAt: time, nextDueAt: null },
  ])
})
