import type { DueWorkerName } from '@alipay-checkout/contracts'
import type { Outbox } from '@alipay-checkout/messaging'
import type { Logger } from '@alipay-checkout/service-kit'
import { addDueWorkGauges, countDueWork, type Db, databaseNow } from '@alipay-checkout/service-kit/database'
import { createDueWorker, type DueWorker, type Timers } from '@alipay-checkout/service-kit/due-worker'
import { sql } from 'drizzle-orm'
import type { Registry } from 'prom-client'
import { deleteExpiredKeys } from '../idempotency/key-store.ts'
import { ordersToComplete } from './complete-orders-job.ts'
import { decideAll } from './decide-all.ts'
import type { Order } from './order-state.ts'
import { decisionWrites, lockDueOrders } from './order-store.ts'
import type { OrderWatch } from './order-watch.ts'

/** Orders that start closing in one transaction, with a fixed number of statements. */
const batchSizeMax = 1_000

/**
 * Starts closing each order whose payment is due, in batches that replicas share, and then deletes expired idempotency
 * keys. Without `timers`, as in tests, it runs only by `runNow`.
 */
export function createOrderCloser(options: {
  db: Db
  outbox: Outbox
  watch: OrderWatch
  timers?: Timers
  logger: Logger
}): DueWorker {
  const { db, outbox, watch, timers, logger } = options
  return createDueWorker({
    name: 'close-due-orders' satisfies DueWorkerName,
    concurrencyMax: batchSizeMax,
    take: limit => startClosing(outbox, watch, limit),
    async afterRun() {
      await deleteExpiredKeys(db)
      return undefined
    },
    count: () => countDueWork(db, unpaidUntil),
    ...(timers ? { timers } : {}),
    logger,
  })
}

/** When orders that can still be paid end. */
const unpaidUntil = sql`select expires_at as due_at from orders where status in ('RESERVING', 'PENDING_PAYMENT')`

async function startClosing(outbox: Outbox, watch: OrderWatch, limit: number): Promise<readonly Order[]> {
  return outbox.transact(async tx => {
    const [due, now] = await Promise.all([lockDueOrders(tx, limit), databaseNow(tx)])
    const inputs = due.map(({ orderId }) => ({ orderId, input: { type: 'due' }, cause: 'clock' }) as const)
    const decided = decideAll(due, inputs, now)
    return {
      writes: decisionWrites(decided, now),
      events: decided.events,
      now,
      afterCommit: () => watch.announce(decided.changed),
      // If no order changed, the same orders would be taken again at once.
      result: decided.changed.length > 0 ? due : [],
    }
  })
}

/** Gauges of due orders that are not closing yet, and of delivered orders that are not completed yet. */
export function addDueOrderGauges({ db, registry }: { db: Db; registry: Registry }): void {
  const due = sql`
    select expires_at as due_at from orders
    where status in ('RESERVING', 'PENDING_PAYMENT') and expires_at <= now()`
  addDueWorkGauges({
    db,
    registry,
    work: [
      { kind: 'close_order', due },
      { kind: 'complete_order', due: ordersToComplete },
    ],
  })
}
