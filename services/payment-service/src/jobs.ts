import type { Logger } from '@alipay-checkout/service-kit'
import type { Database } from '@alipay-checkout/service-kit/database'
import { startDueJobs } from '@alipay-checkout/service-kit/due-jobs'
import type { AlipayClient } from './alipay/client.ts'
import type { Config } from './config.ts'
import { createAttemptCloser } from './payments/close-attempts-job.ts'
import type { RecordAlipayResult } from './payments/record-alipay-result.ts'
import { createAttemptSyncer } from './payments/sync-attempts-job.ts'
import { createRefundExecutor } from './refunds/execute-refunds-job.ts'

/** How often we look for what is due and no timer told us about, ms. */
const sweepEveryMs = 10_000

export interface MoneyJobs {
  /** Something is to be closed at Alipay now. */
  closeNow(): void
  /** Something is to be given back now. */
  refundNow(): void
  /** An open attempt is to be asked about at this time. */
  askAt(dueAt: Date): void
  /** Throws with the reason while Redis can't be reached: timers are late then, by up to a sweep. */
  check(): Promise<unknown>
  close(): Promise<void>
}

/**
 * Starts what calls Alipay by the clock: closing, asking and refunds. Each has its own timers and its own run, so that a
 * slow answer to one never keeps the others waiting. `onCommitted` runs when one may have written an event.
 */
export function startMoneyJobs(options: {
  database: Database
  alipay: AlipayClient
  recordAlipayResult: RecordAlipayResult
  config: Config
  onCommitted: () => void
  logger: Logger
}): MoneyJobs {
  const { alipay, recordAlipayResult, config, onCommitted, logger } = options
  const { db } = options.database
  const { ALIPAY_TIMEOUT_MS: alipayTimeoutMs, REDIS_URL: redisUrl, SYSTEM_NAME: systemName } = config
  const closer = createAttemptCloser({
    db,
    alipay,
    recordAlipayResult,
    alipayTimeoutMs,
    schedule: dueAt => closing.schedule([dueAt]),
    logger,
  })
  const asker = createAttemptSyncer({
    db,
    alipay,
    recordAlipayResult,
    askPerSecondMax: config.ALIPAY_ASKS_PER_SECOND,
    schedule: dueAt => asking.schedule([dueAt]),
    logger,
  })
  const refunder = createRefundExecutor({
    db,
    alipay,
    alipayTimeoutMs,
    queryAfterMs: config.REFUND_QUERY_AFTER_MS,
    pauseMs: config.REFUND_PAUSE_MS,
    schedule: dueAt => refunding.schedule(dueAt),
    onCommitted,
    logger,
  })
  const timers = { redisUrl, systemName, logger, sweepEveryMs }
  const closing = startDueJobs({ name: 'close-attempts', ...timers, runDue: closer.runDue })
  const asking = startDueJobs({ name: 'ask-attempts', ...timers, runDue: asker.runDue })
  const refunding = startDueJobs({ name: 'execute-refunds', ...timers, runDue: refunder.runDue })

  /** Runs without being waited for; what fails is found by the sweep. */
  function now(job: { runDue(): Promise<void> }, what: string): void {
    job.runDue().catch(error => logger.warn({ err: error }, `${what} waits for the sweep`))
  }

  return {
    closeNow: () => now(closer, 'closing'),
    refundNow: () => now(refunder, 'giving money back'),
    askAt: dueAt => asking.schedule([dueAt]),
    check: closing.check,
    async close() {
      await Promise.all([closer, asker, refunder, closing, asking, refunding].map(one => one.close()))
    },
  }
}
