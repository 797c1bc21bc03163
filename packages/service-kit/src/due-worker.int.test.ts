import { testStack, uniqueName, waitUntil } from '@alipay-checkout/test-support'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, it } from 'vitest'
import { createDueWorker, type DueWorker, type DueWorkerOptions } from './due-worker.ts'
import { createLogger } from './logger.ts'

const logger = createLogger('test', 'silent')
const never = 1_000_000
const workers: DueWorker[] = []
afterEach(async () => {
  await Promise.all(workers.splice(0).map(worker => worker.close()))
})

/** A worker without timers on an array of due rows. */
function createWorker(due: number[], options: Partial<DueWorkerOptions<number>> = {}): DueWorker {
  const take = async (limit: number) => due.splice(0, limit)
  const worker = createDueWorker<number>({ name: 'test', concurrencyMax: 10, take, logger, ...options })
  workers.push(worker)
  return worker
}

describe('a due worker', () => {
  it('handles all due rows, at most `concurrencyMax` at once', async () => {
    const handled: number[] = []
    let running = 0
    let most = 0
    const rows = Array.from({ length: 25 }, (_, index) => index)
    const worker = createWorker([...rows], {
      async handle(row) {
        running++
        most = Math.max(most, running)
        await new Promise(resolve => setImmediate(resolve))
        running--
        handled.push(row)
        return undefined
      },
    })
    await worker.runNow()
    expect(handled).toEqual(rows)
    expect(most).toBe(10)
  })

  it('handles the other rows and the next batch when one row fails', async () => {
    const handled: number[] = []
    const worker = createWorker([1, 2, 3, 4], {
      concurrencyMax: 2,
      async handle(row) {
        if (row === 1) throw new Error('not this one')
        handled.push(row)
        return undefined
      },
    })
    await worker.runNow()
    expect(handled).toEqual([2, 3, 4])
  })

  it('takes rows again at once when a handled row makes another one due', async () => {
    const due = [1]
    const handled: number[] = []
    const worker = createWorker(due, {
      async handle(row) {
        handled.push(row)
        if (row === 3) return [new Date(Date.now() + 60_000)]
        due.push(row + 1)
        return [new Date()]
      },
    })
    await worker.runNow()
    expect(handled).toEqual([1, 2, 3])
  })

  it('runs once more for calls during a run, because their rows may be newer', async () => {
    const due = [1]
    const handled: number[] = []
    const worker = createWorker(due, {
      concurrencyMax: 2,
      async handle(row) {
        if (row === 1) due.push(2)
        handled.push(row)
        return undefined
      },
    })
    await Promise.all([worker.runNow(), worker.runNow(), worker.runNow()])
    expect(handled).toEqual([1, 2])
  })

  it('takes at most `perSecondMax` rows per second', async () => {
    const takenAtMs: number[] = []
    const due = Array.from({ length: 5 }, (_, index) => index)
    const worker = createWorker(due, {
      perSecondMax: 20,
      concurrencyMax: 2,
      take: async limit => {
        takenAtMs.push(performance.now())
        return due.splice(0, limit)
      },
    })
    await worker.runNow()
    // Two rows each 100 ms; a timer may fire a little early.
    expect(takenAtMs.length).toBe(3)
    expect((takenAtMs[2] as number) - (takenAtMs[0] as number)).toBeGreaterThanOrEqual(195)
  })

  it('finishes its current row when it closes, and takes no more', async () => {
    const due = [1, 2]
    const handled: number[] = []
    const worker = createWorker(due, {
      concurrencyMax: 1,
      handle: async (row, signal) => {
        await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
        handled.push(row)
        return undefined
      },
    })
    void worker.runNow()
    await waitUntil(() => due.length === 1, { what: 'the first row is taken' })
    await worker.close()
    expect(handled).toEqual([1])
    expect(due).toEqual([2])
  })

  it('calls `afterRun` only when no row is due', async () => {
    const handled: (number | string)[] = []
    const worker = createWorker([1, 2], {
      concurrencyMax: 1,
      async handle(row) {
        handled.push(row)
        return undefined
      },
      async afterRun() {
        handled.push('after')
        return undefined
      },
    })
    await worker.runNow()
    expect(handled).toEqual([1, 2, 'after'])
  })
})

async function start(
  options: {
    sweepEveryMs?: number
    run?: () => Promise<void>
    redisUrl?: string
    name?: string
    systemName?: string
    cron?: { pattern: string; tz: string }
  } = {},
) {
  const { name = uniqueName('due'), systemName = 'test', sweepEveryMs = never, cron } = options
  const redisUrl = options.redisUrl ?? (await testStack()).redisUrl
  const runs: number[] = []
  const worker = createDueWorker({
    name,
    concurrencyMax: 1,
    async take() {
      runs.push(Date.now())
      await options.run?.()
      return []
    },
    timers: { redis: { url: redisUrl }, systemName, sweepEveryMs },
    logger,
    ...(cron ? { cron } : {}),
  })
  workers.push(worker)
  return { worker, runs, name }
}

describe('a due worker with timers', () => {
  it('runs at the scheduled time, not before', async () => {
    const { worker, runs } = await start()
    const dueAt = new Date(Date.now() + 1_200)
    worker.schedule([dueAt])
    await waitUntil(() => runs.length > 0, { what: 'the worker ran' })
    expect(runs[0]).toBeGreaterThanOrEqual(dueAt.getTime())
  })

  it('runs again for a time that is scheduled late, although the job of its second has run', async () => {
    const { worker, runs } = await start()
    const dueAt = new Date(Math.ceil(Date.now() / 1000) * 1000)
    worker.schedule([dueAt])
    await waitUntil(() => runs.length === 1, { what: 'the worker ran' })
    worker.schedule([dueAt])
    await waitUntil(() => runs.length === 2, { what: 'the worker ran again' })
  })

  it('describes its timers, and shows none while Redis can not be reached', async () => {
    const { worker, name } = await start({ sweepEveryMs: never })
    const first = new Date(Math.ceil(Date.now() / 1000) * 1000 + 600_000)
    worker.schedule([new Date(first.getTime() + 1_000), first])
    const noWork = { kind: name, due: 0, waiting: 0, oldestDueAt: null, nextDueAt: null }
    await waitUntil(async () => (await worker.describe()).timers?.delayed === 2, { what: 'both timers are set' })
    const { timers, ...rest } = await worker.describe()
    expect(rest).toEqual(noWork)
    // BullMQ stores the time from its own clock and a delay.
    expect(Math.abs(Date.parse(String(timers?.nextAt)) - first.getTime())).toBeLessThan(10_000)

    const unreachable = await start({ redisUrl: 'redis://127.0.0.1:1' })
    expect((await unreachable.worker.describe()).timers).toBeNull()
    const withoutTimers = createWorker([], { count: async () => ({ ...noWork, due: 3, waiting: 4 }) })
    expect(await withoutTimers.describe()).toMatchObject({ due: 3, waiting: 4, timers: null })
  })

  it('does not run for another system on the same Redis', async () => {
    const production = await start({ systemName: 'production' })
    const staging = await start({ systemName: 'staging', name: production.name })
    staging.worker.schedule([new Date(), new Date(Date.now() + 1_000)])
    await waitUntil(() => staging.runs.length === 2, { what: 'the worker of staging ran' })
    expect(production.runs).toEqual([])
  })

  it('adds one job per second, however many rows are due in it', async () => {
    const { worker, name } = await start()
    const second = Math.ceil(Date.now() / 1000) * 1000 + 600_000
    worker.schedule(Array.from({ length: 5_000 }, (_, index) => new Date(second + (index % 3) * 1000)))
    const redis = new Redis((await testStack()).redisUrl)
    try {
      const delayed = () => redis.zcard(`test:${name}:delayed`)
      await waitUntil(async () => (await delayed()) >= 3, { what: 'the jobs wait in Redis' })
      await worker.check()
      expect(await delayed()).toBe(3)
    } finally {
      redis.disconnect()
    }
  })

  it('runs by its cron pattern', async () => {
    const { runs } = await start({ cron: { pattern: '* * * * * *', tz: 'Asia/Shanghai' } })
    await waitUntil(() => runs.length >= 2, { what: 'the worker ran twice' })
  })

  it('promise 10: runs by the sweep when Redis is unavailable', async () => {
    const { worker, runs } = await start({ sweepEveryMs: 50, redisUrl: 'redis://127.0.0.1:1' })
    worker.schedule([new Date()])
    await waitUntil(() => runs.length > 1, { what: 'the sweep ran twice' })
    await expect(worker.check()).rejects.toThrow()
  })

  it('never has two runs at once, and runs again after a failure', async () => {
    let running = 0
    let most = 0
    let failures = 0
    const { runs } = await start({
      sweepEveryMs: 5,
      async run() {
        running++
        most = Math.max(most, running)
        await new Promise(resolve => setImmediate(resolve))
        running--
        if (failures++ < 2) throw new Error('not this time')
      },
    })
    await waitUntil(() => runs.length >= 10, { what: 'the worker ran ten times' })
    expect(most).toBe(1)
  })
})
