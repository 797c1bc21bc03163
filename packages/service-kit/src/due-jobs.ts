import { createDueWorker, type DueWorker } from './due-worker.ts'
import type { Logger } from './logger.ts'

export type DueJobs = Pick<DueWorker, 'schedule' | 'check' | 'close'>

/** Wakes `runDue` when something is due. Only one `runDue` runs at once in a process. */
export function startDueJobs(options: {
  name: string
  redisUrl: string
  systemName: string
  logger: Logger
  sweepEveryMs: number
  runDue: () => Promise<void>
}): DueJobs {
  const { name, logger, redisUrl, systemName, sweepEveryMs } = options
  const take = async () => {
    await options.runDue()
    return []
  }
  return createDueWorker({ name, logger, concurrencyMax: 1, take, timers: { redisUrl, systemName, sweepEveryMs } })
}
