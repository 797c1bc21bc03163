import type { DueWorkerName } from '@alipay-checkout/contracts'
import type { Outbox } from '@alipay-checkout/messaging'
import type { Logger } from '@alipay-checkout/service-kit'
import { countDueWork, type Db, databaseNow } from '@alipay-checkout/service-kit/database'
import { createDueWorker, type DueWorker, type Timers } from '@alipay-checkout/service-kit/due-worker'
import { sql } from 'drizzle-orm'
import { decideFulfilments } from './decide-all.ts'
import type { Order } from './order-state.ts'
import { decisionWrites, lockOrdersToComplete } from './order-store.ts'

/** Orders that are completed in one transaction, with a fixed number of statements. */
const batchSizeMax = 1_000
/** Later times are left to the sweep: a timer for every second of the next weeks would fill Redis. */
const timersAheadMs = 3_600_000

/**
 * Completes delivered orders when they are due, in batches that replicas share. Without `timers`, as in tests, it runs
 * only by `runNow`.
 */
export function createOrderCompleter(options: { db: Db; outbox: Outbox; timers?: Timers; logger: Logger }): DueWorker {
  const { db, outbox, timers, logger } = options
  const worker = createDueWorker({
    name: 'complete-orders' satisfies DueWorkerName,
    concurrencyMax: batchSizeMax,
    take: limit => completeDue(outbox, limit),
    count: () => countDueWork(db, sql`select complete_at as due_at from orders where complete_at is not null`),
    ...(timers ? { timers } : {}),
    logger,
  })
  return {
    ...worker,
    schedule: dueAt => worker.schedule(dueAt.filter(date => date.getTime() <= Date.now() + timersAheadMs)),
  }
}

async function completeDue(outbox: Outbox, limit: number): Promise<readonly Order[]> {
  return outbox.transact(async tx => {
    const [due, now] = await Promise.all([lockOrdersToComplete(tx, limit), databaseNow(tx)])
    const inputs = due.map(({ orderId }) => ({ orderId, input: { type: 'complete' }, cause: 'clock' }) as const)
    // The time of completion is stored already.
    const decided = decideFulfilments(due, inputs, { now, completeAfterMs: 0 })
    return {
      writes: decisionWrites(decided, now),
      events: decided.events,
      now,
      // If no order changed, the same orders would be taken again at once.
      result: decided.changed.length > 0 ? due : [],
    }
  })
}

/** Delivered orders that are due to be completed. */
export const ordersToComplete = sql`select complete_at as due_at from orders where complete_at <= now()`
