import { createTestDatabase, waitUntil } from '@alipay-checkout/test-support'
import { Registry } from 'prom-client'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { createLogger } from '../logger.ts'
import { databaseNow, watchClock } from './clock.ts'
import { type Database, openDatabase } from './database.ts'

const minuteMs = 60_000
let database: Database
let drop: () => Promise<void>

beforeAll(async () => {
  const created = await createTestDatabase('clock_test')
  drop = created.drop
  database = openDatabase({ url: created.url, name: 'clock-test' })
})

afterEach(() => vi.useRealTimers())

afterAll(async () => {
  await database?.close()
  await drop?.()
})

it('returns the time of PostgreSQL, whatever the clock of the process', async () => {
  const realMs = Date.now()
  vi.setSystemTime(realMs + 31 * minuteMs)
  const now = await databaseNow(database.db)
  expect(Math.abs(now.getTime() - realMs)).toBeLessThan(minuteMs)
})

for (const [which, offsetMs] of [
  ['ahead', 31 * minuteMs],
  ['behind', -31 * minuteMs],
] as const) {
  it(`reports a clock that is 31 minutes ${which}, once, until it is synchronized again`, async () => {
    const registry = new Registry()
    const logger = createLogger('clock-test', 'silent')
    const warned = vi.spyOn(logger, 'warn')
    const told = vi.spyOn(logger, 'info')
    const offset = async () => {
      const metric = await registry.getSingleMetric('clock_offset_seconds')?.get()
      return metric?.values[0]?.value
    }
    vi.setSystemTime(Date.now() + offsetMs)
    const watch = watchClock({ database, logger, registry, measureEveryMs: 20 })
    try {
      await waitUntil(async () => warned.mock.calls.length > 0, { what: 'the wrong clock is reported' })
      await expect(watch.check()).rejects.toThrow(/1860|1859/)
      expect((await offset()) as number).toBeCloseTo(offsetMs / 1000, -1)
      vi.useRealTimers()
      await waitUntil(async () => told.mock.calls.length > 0, { what: 'the right clock is reported' })
      await watch.check()
      expect(Math.abs((await offset()) as number)).toBeLessThan(5)
      expect(warned).toHaveBeenCalledTimes(1)
    } finally {
      watch.stop()
    }
  })
}
