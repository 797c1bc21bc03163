import { type Logger, openRedis } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import { startDueJobs } from '@alipay-checkout/service-kit/due-jobs'
import { Queue, Worker } from 'bullmq'
import type { Reconciler } from './reconcile.ts'
import { readyHour, requestDailyRuns } from './runs.ts'

const queueName = 'reconcile-daily'
/** How often we look for runs that no timer told us about, ms. */
const sweepEveryMs = 60_000

/**
 * Wakes the comparison of bills every day at 10:00 in Shanghai, and when a run is due again. The sweep does the same
 * where a lost Redis forgot, and at a start after that hour: which days are missing stands in PostgreSQL.
 */
export function startDailyReconciliation(options: {
  db: Db
  redisUrl: string
  systemName: string
  reconciler: Reconciler
  logger: Logger
}): {
  schedule(dueAt: Date): void
  reconcileNow(): void
  close(): Promise<void>
} {
  const { db, redisUrl, systemName, reconciler, logger } = options

  async function runDue(): Promise<void> {
    await requestDailyRuns(db)
    await reconciler.runDue()
  }
  const inBackground = () =>
    void runDue().catch(error => logger.warn({ err: error }, 'reconciliation waits for the sweep'))

  const dueJobs = startDueJobs({ name: 'reconcile', redisUrl, systemName, logger, sweepEveryMs, runDue })
  const connection = openRedis(redisUrl, logger, 'commands')
  const workerConnection = openRedis(redisUrl, logger, 'blocking')
  const queue = new Queue(queueName, { connection, prefix: systemName })
  // Only wakes: a comparison takes longer than a job may go without a sign of life.
  const worker = new Worker(queueName, async () => inBackground(), { connection: workerConnection, prefix: systemName })
  // Connection errors are logged by openRedis; BullMQ would repeat them.
  queue.on('error', () => {})
  worker.on('error', () => {})
  const plan = () =>
    queue
      .upsertJobScheduler(
        'daily',
        { pattern: `0 0 ${readyHour} * * *`, tz: 'Asia/Shanghai' },
        { name: queueName, opts: { removeOnComplete: true, removeOnFail: true } },
      )
      .catch(error =>
        logger.warn({ reason: (error as Error).message }, 'the daily timer is not set; the sweep does its work'),
      )
  // Also after Redis has come back, perhaps empty.
  connection.on('ready', () => void plan())

  return {
    schedule: dueAt => dueJobs.schedule([dueAt]),
    reconcileNow: inBackground,
    async close() {
      // First what may take long: it is told to stop.
      await reconciler.close()
      await worker.close(true)
      await queue.close()
      await dueJobs.close()
      connection.disconnect(false)
      workerConnection.disconnect(false)
    },
  }
}
