import { Queue, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Logger } from './logger.ts'
import { openRedis } from './redis.ts'

export interface DueJobs {
  /** Makes sure that the work runs soon after each of these times. Cheap: one job per second that has something due. */
  schedule(dueAt: readonly Date[]): void
  /** Throws with the reason while Redis can't be reached: timers are late then, by up to a sweep. */
  check(): Promise<unknown>
  close(): Promise<void>
}

/** Seconds remembered as scheduled: an hour's worth. Forgetting one costs a duplicate `add` that BullMQ ignores. */
const rememberedMax = 3600

/**
 * Wakes `runDue` when something is due. Postgres knows what is due; BullMQ only wakes us: one delayed job per second,
 * whatever the number of rows due in it. A sweep every `sweepEveryMs` finds what a lost Redis forgot, so Redis may
 * vanish at any time. Only one `runDue` runs at once in a process; `runDue` itself must tolerate other replicas.
 */
export function startDueJobs(options: {
  /** Name of the queue; a contract between replicas and restarts. */
  name: string
  redisUrl: string
  /** Begins the names of the queue's keys, so that systems that share a Redis do not take each other's jobs. */
  systemName: string
  logger: Logger
  sweepEveryMs: number
  runDue: () => Promise<void>
}): DueJobs {
  const { name, systemName: prefix, logger } = options
  const connection = openRedis(options.redisUrl, logger, 'commands')
  const workerConnection = openRedis(options.redisUrl, logger, 'blocking')
  const queue = new Queue(name, { connection, prefix })
  const run = coalesce(options.runDue, error =>
    logger.error({ err: error, job: name }, 'due work failed; the sweep tries again'),
  )
  const worker = new Worker(name, run, { connection: workerConnection, prefix, concurrency: 1 })
  // Connection errors are logged by openRedis; BullMQ would repeat them.
  queue.on('error', () => {})
  worker.on('error', () => {})
  const sweep = setInterval(run, options.sweepEveryMs)
  const scheduled = new Set<number>()

  async function add(second: number): Promise<void> {
    scheduled.add(second)
    if (scheduled.size > rememberedMax) scheduled.delete(scheduled.values().next().value as number)
    try {
      await queue.add(
        name,
        {},
        {
          jobId: `second-${second}`,
          delay: Math.max(0, second * 1000 - Date.now()),
          removeOnComplete: true,
          removeOnFail: true,
        },
      )
    } catch (error) {
      scheduled.delete(second)
      logger.warn({ reason: (error as Error).message, job: name }, 'could not schedule; the sweep will find it')
    }
  }

  return {
    schedule(dueAt) {
      for (const date of dueAt) {
        // What is due already gets the next second: the job of its own may have run.
        const second = Math.ceil(Math.max(date.getTime(), Date.now()) / 1000)
        if (!scheduled.has(second)) void add(second)
      }
    },
    check: () => connection.ping(),
    async close() {
      clearInterval(sweep)
      await worker.close(true)
      await queue.close()
      closeQuietly(connection)
      closeQuietly(workerConnection)
      await run.settled()
    },
  }
}

function closeQuietly(redis: Redis): void {
  redis.disconnect(false)
}

/** Runs `work` one at a time; calls that come meanwhile share one run after it, because what woke them may be newer. */
function coalesce(work: () => Promise<void>, onError: (error: unknown) => void) {
  let current: Promise<void> | undefined
  let next: Promise<void> | undefined
  const once = () => {
    current = work()
      .catch(onError)
      .finally(() => {
        current = undefined
      })
    return current
  }
  const run = (): Promise<void> => {
    if (!current) return once()
    next ??= current.then(() => {
      next = undefined
      return once()
    })
    return next
  }
  return Object.assign(run, { settled: async () => void (await (next ?? current)) })
}
