import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { Gauge, type Registry } from 'prom-client'
import type { Logger } from '../logger.ts'
import type { Database, Queryable } from './database.ts'

/** A larger offset of the process's clock from the database's is reported, s. */
const offsetMaxS = 5
/** Between two measurements, ms. */
const measureEveryMs = 30_000

/**
 * The database's time at this statement, after the locks that earlier statements of the transaction have waited for. All
 * replicas share this clock: it alone decides about money, stock and idempotency keys. Send it together with the first
 * statements of the transaction, where it costs no round trip.
 */
export async function databaseNow(db: Pick<Queryable, 'execute'>): Promise<Date> {
  const [row] = await db.execute<{ now: string }>(sql`select clock_timestamp() as now`)
  return new Date(row?.now as string)
}

/** Compares this process's clock with the database's. */
export interface ClockWatch {
  /** A readiness check: throws while the clock is off by more than 5 s. Resolves while the offset is unknown. */
  check(): Promise<void>
  stop(): void
}

/**
 * Measures every 30 s the offset of this process's clock from PostgreSQL's, corrected by half of the round trip, as the
 * gauge `clock_offset_seconds` (positive: this process is ahead). Logs when it exceeds 5 s and when it no longer does. A
 * wrong clock changes no decision, but timers fire at the wrong time, and times in logs, tokens and Alipay requests are
 * wrong.
 */
export function watchClock(options: {
  database: Database
  logger: Logger
  registry: Registry
  measureEveryMs?: number
}): ClockWatch {
  const { database, logger } = options
  const stopping = new AbortController()
  let offsetS: number | undefined
  let isOff = false
  new Gauge({
    name: 'clock_offset_seconds',
    help: "This process's clock minus PostgreSQL's",
    registers: [options.registry],
    collect() {
      if (offsetS === undefined) this.remove()
      else this.set(offsetS)
    },
  })

  async function measure(): Promise<void> {
    const sentAtMs = Date.now()
    const started = performance.now()
    const databaseTime = await databaseNow(database.db)
    const tripMs = performance.now() - started
    const offsetMs = sentAtMs + tripMs / 2 - databaseTime.getTime()
    offsetS = offsetMs / 1000
    // The measurement is accurate to half of the round trip.
    const wasOff = isOff
    isOff = Math.abs(offsetMs) - tripMs / 2 > offsetMaxS * 1000
    if (isOff && !wasOff) logger.warn({ offsetS }, "this process's clock is off PostgreSQL's: synchronize it by NTP")
    if (!isOff && wasOff) logger.info({ offsetS }, "this process's clock is right again")
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      // Failures are ignored: other checks report an unavailable database.
      await measure().catch(() => {})
      await delay(options.measureEveryMs ?? measureEveryMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  void run()

  return {
    async check() {
      if (isOff) throw new Error(`the clock is ${offsetS?.toFixed(1)} s off PostgreSQL's`)
    },
    stop: () => stopping.abort(),
  }
}
