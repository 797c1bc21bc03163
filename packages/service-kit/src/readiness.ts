import { Gauge, type Registry } from 'prom-client'
import { cachedRead } from './cached-read.ts'

/** Named checks. Each resolves, or throws with the reason. */
export type Checks = Record<string, () => Promise<unknown>>

/** The checks of `/readyz`: it answers 503 only if a required one fails, and names failed optional ones as `degraded`. */
export interface ReadinessChecks {
  /** Checks of dependencies that requests need. */
  required?: Checks
  /** Checks of dependencies that the service can work without, slower or later. */
  optional?: Checks
  /** Further fields of the answer. */
  details?: () => Readonly<Record<string, unknown>>
}

/** A readiness check that takes longer counts as failed, ms. */
const readinessTimeoutMs = 2_000
/** Scrapes share the results of readiness checks for this time, ms. */
const checksMaxAgeMs = 500
const readinessName = 'readiness_check_ok'

/** Each check by name, with `ok` or why it failed. */
export function outcomesOf(checks: Checks = {}): Promise<[string, string][]> {
  return Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await outcomeOf(check)] as [string, string]),
  )
}

async function outcomeOf(check: () => Promise<unknown>): Promise<string> {
  const timeout = Promise.withResolvers<string>()
  const timer = setTimeout(() => timeout.resolve(`no answer within ${readinessTimeoutMs} ms`), readinessTimeoutMs)
  try {
    return await Promise.race([check().then(() => 'ok'), timeout.promise])
  } catch (error) {
    return (error as Error).message || String((error as NodeJS.ErrnoException).code ?? error)
  } finally {
    clearTimeout(timer)
  }
}

/** `readiness_check_ok` by check: the checks of `/readyz`, made at the scrape. */
export function addReadinessGauge(registry: Registry, checks: ReadinessChecks): void {
  if (registry.getSingleMetric(readinessName)) return
  const read = cachedRead(checksMaxAgeMs, () => outcomesOf({ ...checks.required, ...checks.optional }))
  new Gauge({
    name: readinessName,
    help: '1 where a check of /readyz passes at the scrape, else 0',
    labelNames: ['check'],
    registers: [registry],
    async collect() {
      for (const [check, outcome] of await read()) this.set({ check }, outcome === 'ok' ? 1 : 0)
    },
  })
}
