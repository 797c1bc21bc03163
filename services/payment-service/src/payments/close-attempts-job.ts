import type { DueWorkerName } from '@alipay-checkout/contracts'
import type { Logger } from '@alipay-checkout/service-kit'
import { countDueWork, type Db } from '@alipay-checkout/service-kit/database'
import { createDueWorker, type DueWorker, type Timers } from '@alipay-checkout/service-kit/due-worker'
import { sql } from 'drizzle-orm'
import type { AlipayInput, ResultDecision } from './alipay-result.ts'
import { type DueAttempt, takeDueAttempts } from './attempt-store.ts'
import { findAttempt } from './payment.ts'
import { type AlipayAccess, closePayment } from './query-payment.ts'

/** Attempts closed at the same time. Alipay limits how often an app may call; a few dozen in flight stay well below. */
const concurrencyMax = 32
/** Time between taking an attempt and storing its outcome, besides Alipay's own, s. */
const leaseSlackS = 30
const call = { what: 'close', cause: 'the order takes no more money' } as const

/**
 * Closes attempts at Alipay: take them (committed), call Alipay, store the result (committed). An attempt whose outcome
 * stays unknown is due again later, without end: its order's stock stays reserved until it is certain that no money can
 * come.
 */
export function createAttemptCloser(
  options: AlipayAccess & { db: Db; alipayTimeoutMs: number; timers?: Timers; logger: Logger },
): DueWorker {
  const { db, logger, recordAlipayResult, timers } = options
  // Two calls may be made for one attempt, each with its own time-out.
  const leaseS = (2 * options.alipayTimeoutMs) / 1000 + leaseSlackS

  /** Makes sure that the attempt can take no money, or records that it has. */
  async function close({ outTradeNo, takenAt: at }: DueAttempt): Promise<ResultDecision> {
    const record = (input: AlipayInput) => recordAlipayResult({ outTradeNo, input, call })
    const result = await closePayment(outTradeNo, options, { cause: call.cause, source: 'close' })
    switch (result.state) {
      case 'paid':
      case 'closed':
        return result.decision
      case 'no_trade':
        return record({ type: 'noTradeAtAlipay', outTradeNo, at })
      case 'not_closed':
        logger.warn({ outTradeNo, reason: result.detail }, 'Alipay did not close a payment; trying again')
        return record({ type: 'outcomeUnknown', outTradeNo, at })
      case 'unknown':
        logger.warn({ outTradeNo, reason: result.answer.detail }, 'closing a payment is unclear; trying again')
        return record({ type: 'outcomeUnknown', outTradeNo, at })
    }
  }

  return createDueWorker({
    name: 'close-attempts' satisfies DueWorkerName,
    concurrencyMax,
    ...(timers ? { timers } : {}),
    logger,
    take: limit => takeDueAttempts(db, { limit, leaseS }),
    count: () => countDueWork(db, sql`select next_close_at as due_at from attempts where next_close_at is not null`),
    about: ({ orderId, traceparent }) => ({ orderId, traceparent }),
    describe: ({ outTradeNo }) => ({ outTradeNo }),
    async handle(due) {
      const { outTradeNo } = due
      const decision = await close(due)
      if (decision.outcome === 'rejected') {
        logger.error({ outTradeNo, reason: decision.reason }, 'rejected what Alipay reports about a closed payment')
      }
      if (decision.outcome !== 'changed' || decision.as !== 'retried_later') return
      const attempt = findAttempt(decision.payment, outTradeNo)
      return attempt?.status === 'OPENED' && attempt.nextCloseAt ? [attempt.nextCloseAt] : []
    },
  })
}
