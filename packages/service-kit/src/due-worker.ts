import { setTimeout as delay } from 'node:timers/promises'
import type { DueWork, DueWorkOfService } from '@alipay-checkout/contracts'
import { Queue, Worker } from 'bullmq'
import type { RedisConnection } from './connections/index.ts'
import type { DueCount } from './database/due-work.ts'
import type { HttpApp } from './http-app.ts'
import type { Logger } from './logger.ts'
import { checkRedis } from './redis.ts'
import { timerConnections } from './timer-connections.ts'
import { type TraceContext, withoutTrace, withTrace } from './tracing/current-trace.ts'
import { isTracing, type Span, startBatchSpan, startSpan } from './tracing/tracer.ts'

/** Where the timers of a worker live. PostgreSQL alone knows what is due; Redis only wakes the worker. */
export interface Timers {
  redis: RedisConnection
  /** Prefix of the queue's keys, so that systems that share a Redis do not take each other's jobs. */
  systemName: string
  /** How often the worker looks for rows that no timer announced, because Redis was unavailable or lost its data, ms. */
  sweepEveryMs: number
}

export interface DueWorkerOptions<Row> {
  /** Name of the worker and of its queue; a contract between replicas and releases. */
  name: string
  /** Rows that are taken at once and handled at the same time. */
  concurrencyMax: number
  /** Rows that are taken per second at most, by this process; unlimited by default. */
  perSecondMax?: number
  /**
   * Takes up to `limit` rows that are due, and commits that no other replica gets them until their lease ends. When this
   * process dies, the end of the lease makes them due again. Work that fits into the same transaction may be done here.
   */
  take: (limit: number) => Promise<readonly Row[]>
  /**
   * Handles one row, and returns the times at which something is due because of it. A row whose handling throws is due
   * again when its lease ends. `signal` is aborted when the worker closes.
   */
  handle?: (row: Row, signal: AbortSignal) => Promise<readonly Date[] | undefined>
  /** Runs when no more rows are due, and returns the times at which something is due next. */
  afterRun?: () => Promise<readonly Date[] | undefined>
  /** Counts the rows that are due now and later, for `describe`. Without it, none are counted. */
  count?: () => Promise<DueCount>
  /** What the log says about a row whose handling failed. */
  describe?: (row: Row) => Record<string, unknown>
  /** The order that a row is about and its trace, which the handling of the row continues. */
  about?: (row: Row) => TraceContext
  /** Wakes the worker at these times too. */
  cron?: { pattern: string; tz: string }
  /** Without timers, as in tests, the worker runs only by `runNow`. */
  timers?: Timers
  logger: Logger
}

export interface DueWorker {
  /** Wakes a worker of any replica soon after each of these times. Cheap: one job per second that has something due. */
  schedule(dueAt: readonly Date[]): void
  /** Handles what is due now. Resolves when a run that started after this call has ended; failures are logged. */
  runNow(): Promise<void>
  /** Throws with the reason while Redis can't be reached: rows are handled late then, by up to a sweep. */
  check(): Promise<void>
  /** What PostgreSQL has due now and later, beside the timers in Redis; they are null while Redis can't be reached. */
  describe(): Promise<Omit<DueWork, 'service'>>
  /** Takes no more rows and waits for those that are being handled. */
  close(): Promise<void>
}

/**
 * Does leased work when it is due: takes rows, handles them concurrently, takes the next ones until none is left, and
 * schedules when something is due again. Only one run is in progress in a process; replicas share the rows.
 */
export function createDueWorker<Row>(options: DueWorkerOptions<Row>): DueWorker {
  const { name, concurrencyMax, perSecondMax = Number.POSITIVE_INFINITY, take, handle, afterRun, logger } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const limit = Math.min(concurrencyMax, perSecondMax)
  const leastBatchMs = (limit / perSecondMax) * 1_000

  async function handleOne(row: Row, batch: string | undefined): Promise<readonly Date[]> {
    const { traceparent, orderId } = options.about?.(row) ?? {}
    const span = startSpan({
      name,
      kind: 'internal',
      parent: traceparent,
      links: batch === undefined ? [] : [batch],
      attributes: { order_id: orderId },
    })
    return withTrace({ traceparent: span?.traceparent ?? traceparent, orderId }, () => tryToHandle(row, span))
  }

  async function tryToHandle(row: Row, span: Span | undefined): Promise<readonly Date[]> {
    try {
      const dueAt = await handle?.(row, signal)
      span?.end()
      return dueAt ?? []
    } catch (error) {
      span?.end({ error: 'it failed, and is due again later' })
      if (!signal.aborted)
        logger.warn({ err: error, job: name, ...options.describe?.(row) }, 'due work failed; it is due again later')
      return []
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const startedAtMs = performance.now()
      const rows = await take(limit)
      const batch = isTracing()
        ? startBatchSpan(
            name,
            'internal',
            rows.map(row => options.about?.(row).traceparent),
          )
        : undefined
      const dueAt = (await Promise.all(rows.map(row => handleOne(row, batch?.traceparent)))).flat()
      batch?.end()
      schedule(dueAt)
      const isMoreDue = rows.length === limit || dueAt.some(date => date.getTime() <= Date.now())
      if (!isMoreDue) break
      const restMs = leastBatchMs - (performance.now() - startedAtMs)
      if (restMs > 0) await delay(restMs, undefined, { signal }).catch(() => {})
    }
    if (!signal.aborted) schedule((await afterRun?.()) ?? [])
  }

  const runs = coalesce(
    () => withoutTrace(run),
    error => logger.error({ err: error, job: name }, 'due work failed; the sweep tries again'),
  )
  const wakeUps = options.timers && startWakeUps({ ...options, ...options.timers, wake: runs.start })

  function schedule(dueAt: readonly Date[]): void {
    wakeUps?.schedule(dueAt)
  }

  return {
    schedule,
    runNow: runs.start,
    async check() {
      await wakeUps?.check()
    },
    async describe() {
      const [counted, timers] = await Promise.all([options.count?.() ?? noDueWork, wakeUps?.describe() ?? null])
      return { kind: name, ...counted, timers }
    },
    async close() {
      stopping.abort()
      await wakeUps?.close()
      await runs.settled()
    },
  }
}

const noDueWork: DueCount = { due: 0, waiting: 0, oldestDueAt: null, nextDueAt: null }

/** `GET /due` → DueWorkOfService: what each worker has due, beside its timers. */
export function addDueWork(
  app: HttpApp,
  { service, workers }: { service: string; workers: readonly Pick<DueWorker, 'describe'>[] },
): void {
  app.get('/due', async (): Promise<DueWorkOfService> => {
    const described = await Promise.all(workers.map(worker => worker.describe()))
    return { items: described.map(work => ({ service, ...work })) }
  })
}

/** BullMQ waits for a Redis that has never been reached, ms. */
const timersTimeoutMs = 1_000

/** Number of scheduled seconds that are cached: one hour. A second that is evicted costs an `add` that BullMQ ignores. */
const rememberedMax = 3_600

interface WakeUpOptions extends Timers {
  name: string
  cron?: { pattern: string; tz: string }
  logger: Logger
  wake: () => Promise<void>
}

/**
 * Calls `wake` by timers: one delayed job of BullMQ per second that has something due, whatever the number of rows that
 * are due in it, and a sweep by this process.
 */
function startWakeUps({ name, systemName: prefix, redis, sweepEveryMs, cron, logger, wake }: WakeUpOptions) {
  const { commands, blocking, release } = timerConnections(redis, logger)
  const queue = new Queue(name, { connection: commands, prefix })
  const worker = new Worker(name, wake, { connection: blocking, prefix, concurrency: 1 })
  // openRedis logs connection errors already.
  queue.on('error', () => {})
  worker.on('error', () => {})
  const sweep = setInterval(wake, sweepEveryMs)
  const scheduled = new Set<number>()
  const onceDone = { removeOnComplete: true, removeOnFail: true }

  async function add(second: number): Promise<void> {
    scheduled.add(second)
    if (scheduled.size > rememberedMax) scheduled.delete(scheduled.values().next().value as number)
    try {
      const delayMs = Math.max(0, second * 1_000 - Date.now())
      await queue.add(name, {}, { jobId: `second-${second}`, delay: delayMs, ...onceDone })
    } catch (error) {
      scheduled.delete(second)
      logger.warn({ reason: (error as Error).message, job: name }, 'a timer was not set; the sweep finds what is due')
    }
  }

  async function addCron({ pattern, tz }: { pattern: string; tz: string }): Promise<void> {
    try {
      await queue.upsertJobScheduler('cron', { pattern, tz }, { name, opts: onceDone })
    } catch (error) {
      logger.warn({ reason: (error as Error).message, job: name }, 'the daily timer was not set; the sweep replaces it')
    }
  }
  // At every connection, because Redis may have come back without its data.
  if (cron) commands.on('ready', () => void addCron(cron))

  return {
    schedule(dueAt: readonly Date[]): void {
      for (const date of dueAt) {
        // What is due already gets the next second, because the job of its own second may have run.
        const second = Math.ceil(Math.max(date.getTime(), Date.now()) / 1_000)
        if (!scheduled.has(second)) void add(second)
      }
    },
    check: () => checkRedis(commands),
    /** How many timers are set and when the next one wakes the worker; null while Redis can't be reached. */
    async describe(): Promise<DueWork['timers']> {
      const read = async () => {
        const [delayed, [next]] = await Promise.all([queue.getDelayedCount(), queue.getDelayed(0, 0)])
        return { delayed, nextAt: next ? new Date(next.timestamp + next.delay).toISOString() : null }
      }
      const given = new AbortController()
      const timeout = delay(timersTimeoutMs, null, { signal: given.signal }).catch(() => null)
      return Promise.race([read().catch(() => null), timeout]).finally(() => given.abort())
    },
    async close(): Promise<void> {
      clearInterval(sweep)
      // Without waiting for the job that is running: it waits for a run of this process.
      await worker.close(true)
      await queue.close()
      release()
    },
  }
}

/** Runs `work` one at a time; calls during a run share one run after it, because what caused them may be newer. */
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
  const start = (): Promise<void> => {
    if (!current) return once()
    next ??= current.then(() => {
      next = undefined
      return once()
    })
    return next
  }
  return { start, settled: async (): Promise<void> => void (await (next ?? current)) }
}
