import { Gauge, type Registry } from 'prom-client'
import { cachedRead } from './cached-read.ts'

/** A value at a scrape, with a label for each name that its gauge was given. */
export interface Sample {
  readonly value: number
  readonly labels?: Readonly<Record<string, string>>
}

/** Samples are read again after this time, ms: several scrapers share one read. */
const maxAgeMs = 5_000
/** A read that takes longer leaves the gauges out of the scrape, ms. */
const readTimeoutMs = 2_000

/**
 * Gauges whose values are read when `/metrics` is asked for: one `read` for all of them, at most every five seconds.
 * While `read` fails or takes longer than two seconds they are absent, and the scrape goes on without them.
 */
export function addScrapedGauges<Name extends string>(options: {
  registry: Registry
  /** The help text of each gauge, by its name. */
  help: Readonly<Record<Name, string>>
  labelNames?: readonly string[]
  read: () => Promise<Readonly<Record<Name, readonly Sample[]>>>
}): void {
  const { registry, help, labelNames = [] } = options
  const read = cachedRead(maxAgeMs, options.read)

  for (const name of Object.keys(help) as Name[]) {
    new Gauge({
      name,
      help: help[name],
      labelNames,
      registers: [registry],
      async collect() {
        const samples = await withinTime(read())
          .then(all => all[name])
          .catch(() => [])
        // `reset` would leave a gauge without labels at 0, which would be a wrong value.
        if (labelNames.length === 0) this.remove()
        else this.reset()
        for (const { labels = {}, value } of samples) this.set(labels, value)
      },
    })
  }
}

async function withinTime<T>(promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('it took too long')), readTimeoutMs)
  return Promise.race([promise, late.promise]).finally(() => clearTimeout(timer))
}
