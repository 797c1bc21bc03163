import { type DueWork, dueWorkers } from '@alipay-checkout/contracts'
import { buildHttpApp, createLogger } from '@alipay-checkout/service-kit'
import { addDueWork } from '@alipay-checkout/service-kit/due-worker'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestShop, type TestShop } from '../test-shop.ts'
import { createRecipientDeleter } from './delete-recipients-job.ts'

const logger = createLogger('order-service', 'silent')
const hour = 3_600_000

let shop: TestShop
beforeAll(async () => {
  shop = await openTestShop()
})
afterAll(() => shop?.close())

it('counts what the database has due now and later, up to 10,000 of each, and names the next times', async () => {
  const { client, db } = shop.database
  // 12,000 orders that can still be paid, of which three are due.
  await client`
    insert into orders (order_id, customer_id, status, total_fen, lines, created_at, updated_at, expires_at)
    select 'ord_' || lpad(n::text, 32, '0'), 'mei', 'PENDING_PAYMENT', 100, '[]', now(), now(),
           now() + (n - 3) * interval '1 hour' from generate_series(1, 12000) n`
  await client`
    insert into orders (order_id, customer_id, status, total_fen, lines, created_at, updated_at, expires_at)
    select 'ord_1' || lpad(n::text, 31, '0'), 'mei', 'EXPIRED', 100, '[]', now(), now(), now() from generate_series(1, 100) n`
  await client`
    insert into order_recipients (order_id, note, check_at)
    values ('ord_1', 'hello', now() - interval '2 hours'), ('ord_2', 'hello', now() + interval '2 hours')`
  const retention = { recipientDays: 1, completeAfterDays: 0 }
  const workers = [shop.createCloser(), shop.createCompleter(), createRecipientDeleter({ db, retention, logger })]
  const app = buildHttpApp({ logger, readiness: {} })
  addDueWork(app, { service: 'order-service', workers })
  const { items } = (await app.inject('/due')).json() as { items: DueWork[] }
  expect(items.map(({ kind }) => kind)).toEqual(dueWorkers['order-service'])
  const none = { oldestDueAt: null, nextDueAt: null, timers: null }
  const time = expect.any(String)
  expect(items).toEqual([
    {
      service: 'order-service',
      kind: 'close-due-orders',
      due: 3,
      waiting: 10_000,
      oldestDueAt: time,
      nextDueAt: time,
      timers: null,
    },
    { service: 'order-service', kind: 'complete-orders', due: 0, waiting: 0, ...none },
    {
      service: 'order-service',
      kind: 'delete-recipients',
      due: 1,
      waiting: 1,
      oldestDueAt: time,
      nextDueAt: time,
      timers: null,
    },
  ])
  const between = Date.parse(String(items[0]?.nextDueAt)) - Date.parse(String(items[0]?.oldestDueAt))
  expect(between).toBe(3 * hour)
})
