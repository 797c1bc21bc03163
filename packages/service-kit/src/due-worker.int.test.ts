import { testStack, uniqueName, waitUntil } from '@alipay-checkout/test-support'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, it } from 'vitest'
import { type DueJobs, startDueJobs } from './due-jobs.ts'
import { createLogger } from './logger.ts'

const logger = createLogger('test', 'silent')
const never = 1_000_000
let jobs: DueJobs | undefined

async function start(options: {
  sweepEveryMs?: number
  runDue?: () => Promise<void>
  redisUrl?: string
  name?: string
  systemName?: string
}) {
  const { name = uniqueName('due'), systemName = 'test' } = options
  const runs: number[] = []
  jobs = startDueJobs({
    name,
    systemName,
    redisUrl: options.redisUrl ?? (await testStack()).redisUrl,
    logger,
    sweepEveryMs: options.sweepEveryMs ?? never,
    async runDue() {
      runs.push(Date.now())
      await options.runDue?.()
    },
  })
  return { jobs, runs, name }
}

afterEach(async () => {
  await jobs?.close()
  jobs = undefined
})

describe('work that is due', () => {
  it('runs once its time has come, not before', async () => {
    const { jobs, runs } = await start({})
    const dueAt = new Date(Date.now() + 1_200)
    jobs.schedule([dueAt])
    await waitUntil(() => runs.length > 0, { what: 'the work ran' })
    expect(runs[0]).toBeGreaterThanOrEqual(dueAt.getTime())
  })

  it('runs again for what is told late, though the job of its second has run', async () => {
    const { jobs, runs } = await start({})
    const dueAt = new Date(Math.ceil(Date.now() / 1000) * 1000)
    jobs.schedule([dueAt])
    await waitUntil(() => runs.length === 1, { what: 'the work ran' })
    jobs.schedule([dueAt])
    await waitUntil(() => runs.length === 2, { what: 'the work ran again' })
  })

  it('of another system on the same Redis is left alone', async () => {
    const production = await start({ systemName: 'production' })
    const staging = await start({ systemName: 'staging', name: production.name })
    try {
      staging.jobs.schedule([new Date(), new Date(Date.now() + 1_000)])
      await waitUntil(() => staging.runs.length === 2, { what: 'the work of staging ran' })
      expect(production.runs).toEqual([])
    } finally {
      await production.jobs.close()
    }
  })

  it('costs one job a second, however many are due in it', async () => {
    const { jobs, name } = await start({})
    const second = Math.ceil(Date.now() / 1000) * 1000 + 600_000
    jobs.schedule(Array.from({ length: 5_000 }, (_, index) => new Date(second + (index % 3) * 1000)))
    const redis = new Redis((await testStack()).redisUrl)
    try {
      const delayed = () => redis.zcard(`test:${name}:delayed`)
      await waitUntil(async () => (await delayed()) >= 3, { what: 'the jobs wait in Redis' })
      await jobs.check()
      expect(await delayed()).toBe(3)
    } finally {
      redis.disconnect()
    }
  })

  it('promise 10: is found by the sweep when Redis can not be reached at all', async () => {
    const { jobs, runs } = await start({ sweepEveryMs: 50, redisUrl: 'redis://127.0.0.1:1' })
    jobs.schedule([new Date()])
    await waitUntil(() => runs.length > 1, { what: 'the sweep ran twice' })
    await expect(jobs.check()).rejects.toThrow()
  })

  it('never runs twice at the same time, and goes on after a failure', async () => {
    let running = 0
    let most = 0
    let failures = 0
    const { runs } = await start({
      sweepEveryMs: 5,
      async runDue() {
        running++
        most = Math.max(most, running)
        await new Promise(resolve => setImmediate(resolve))
        running--
        if (failures++ < 2) throw new Error('not this time')
      },
    })
    await waitUntil(() => runs.length >= 10, { what: 'the work ran ten times' })
    expect(most).toBe(1)
  })
})
