import type { DueWorkerName } from '@alipay-checkout/contracts'
import type { Logger } from '@alipay-checkout/service-kit'
import { countDueWork, type Db } from '@alipay-checkout/service-kit/database'
import { createDueWorker, type DueWorker, type Timers } from '@alipay-checkout/service-kit/due-worker'
import { sql } from 'drizzle-orm'
import { type AttemptToSync, stopSyncing, takeAttemptsToSync } from './attempt-store.ts'
import { type AlipayAccess, queryPayment } from './query-payment.ts'

/** Queries in flight at the same time. */
const concurrencyMax = 16
const call = { what: 'query', cause: 'no notify had come' } as const

/**
 * Queries Alipay about open attempts instead of waiting for notifies, so that a lost one costs seconds. Taking an attempt
 * sets when it is queried next, so that an unpaid one needs no second statement, and one taken by a process that died is
 * due again. The unused link of a cancelled order is queried until it expires. At most `queriesPerSecondMax` queries a
 * second by this process: Alipay limits an app's calls, and closing and refunds need theirs.
 */
export function createAttemptSyncer(
  options: AlipayAccess & { db: Db; queriesPerSecondMax: number; timers?: Timers; logger: Logger },
): DueWorker {
  const { db, alipay, logger, timers } = options

  /** Queries one attempt; resolves to whether it is certain that no money can come for it. */
  async function sync({ outTradeNo, link }: AttemptToSync): Promise<boolean> {
    const result = await queryPayment(outTradeNo, options, { call, source: 'query', priority: 'sync' })
    if (result.state === 'unknown') {
      const level = result.answer.unverified ? 'warn' : 'debug'
      logger[level](
        { outTradeNo, reason: result.answer.detail },
        'a query about a payment had no answer; it is repeated later',
      )
    }
    // A buyer is at the cashier of an order that is over. The next query shows the outcome.
    if (result.state === 'waiting' && link !== 'open') await alipay.close(outTradeNo)
    return result.state === 'closed' || (result.state === 'no_trade' && link === 'expired')
  }

  return createDueWorker({
    name: 'sync-attempts' satisfies DueWorkerName,
    concurrencyMax,
    perSecondMax: options.queriesPerSecondMax,
    ...(timers ? { timers } : {}),
    logger,
    take: limit => takeAttemptsToSync(db, limit),
    count: () => countDueWork(db, sql`select next_sync_at as due_at from attempts where next_sync_at is not null`),
    about: ({ orderId, traceparent }) => ({ orderId, traceparent }),
    async handle(attempt) {
      const { outTradeNo, link, nextSyncAt } = attempt
      try {
        const isOver = await sync(attempt)
        if (isOver && link !== 'open') await stopSyncing(db, outTradeNo)
      } catch (error) {
        logger.warn({ err: error, outTradeNo }, 'the state of a payment could not be stored; it is queried again')
      }
      return [nextSyncAt]
    },
  })
}
