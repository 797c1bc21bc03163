import type { DeadLetterWriter, Outbox } from '@alipay-checkout/messaging'
import type { Logger } from '@alipay-checkout/service-kit'
import { redisConnection } from '@alipay-checkout/service-kit/connections'
import type { Database } from '@alipay-checkout/service-kit/database'
import type { DueWorker } from '@alipay-checkout/service-kit/due-worker'
import type { Registry } from 'prom-client'
import type { BillClient } from './alipay/bill-download.ts'
import type { Config } from './config.ts'
import { createDeadLetterJob } from './dead-letters/write-dead-letters-job.ts'
import { createAttemptCloser } from './payments/close-attempts-job.ts'
import type { AlipayAccess } from './payments/query-payment.ts'
import { createAttemptSyncer } from './payments/sync-attempts-job.ts'
import { createNotifyBodyDeleter } from './personal-data/delete-notify-bodies-job.ts'
import { createReconciler } from './reconciliation/reconcile-job.ts'
import { createRefundExecutor } from './refunds/execute-refunds-job.ts'

/** How often due attempts and refunds are searched, in case a timer was lost, ms. */
const sweepEveryMs = 10_000
/** The same for comparisons of bills, ms. */
const reconcileSweepEveryMs = 60_000
/** The same for texts of notifies, which are kept for months, ms. */
const retentionSweepEveryMs = 600_000

export interface Jobs {
  closer: DueWorker
  syncer: DueWorker
  refunder: DueWorker
  reconciler: DueWorker
  /** All of them, also those that nobody else calls. */
  workers: readonly DueWorker[]
  deadLetterJob: DueWorker
  /** Throws with the reason while Redis cannot be reached. Due work is late then, by up to a sweep. */
  check(): Promise<void>
  close(): Promise<void>
}

/**
 * Starts the workers that call Alipay when something is due, and the one that deletes what is too old. Each has its own timers and its own run, so that a slow
 * answer in one does not delay the others.
 */
export function startJobs(
  options: AlipayAccess & {
    database: Database
    outbox: Outbox
    bills: BillClient
    deadLetterWriter: DeadLetterWriter
    config: Config
    logger: Logger
    registry: Registry
  },
): Jobs {
  const { config } = options
  const timers = { redis: redisConnection(config), systemName: config.SYSTEM_NAME, sweepEveryMs }
  const common = { ...options, db: options.database.db, alipayTimeoutMs: config.ALIPAY_TIMEOUT_MS, timers }
  const closer = createAttemptCloser(common)
  const syncer = createAttemptSyncer({ ...common, queriesPerSecondMax: config.ALIPAY_QUERIES_PER_SECOND })
  const refunder = createRefundExecutor({
    ...common,
    queryAfterMs: config.REFUND_QUERY_AFTER_MS,
    pauseMs: config.REFUND_PAUSE_MS,
  })
  const reconciler = createReconciler({
    ...options,
    daily: true,
    timers: { ...timers, sweepEveryMs: reconcileSweepEveryMs },
  })
  const deadLetterJob = createDeadLetterJob({ ...common, writer: options.deadLetterWriter })
  const bodyDeleter = createNotifyBodyDeleter({
    ...common,
    retentionDays: config.RETENTION_DAYS_NOTIFY_BODY,
    timers: { ...timers, sweepEveryMs: retentionSweepEveryMs },
  })
  const workers = [closer, syncer, refunder, reconciler, deadLetterJob, bodyDeleter]
  return {
    closer,
    syncer,
    refunder,
    reconciler,
    deadLetterJob,
    workers,
    check: closer.check,
    async close() {
      await Promise.all(workers.map(worker => worker.close()))
    },
  }
}
