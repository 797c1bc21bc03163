import { setTimeout as delay } from 'node:timers/promises'
import { alerts, evaluate, parseExpression, parseMetrics, recorded, SampleStore } from '@alipay-checkout/observability'
import type { Replica } from '../system/replica.ts'
import type { Raised } from './judge-alerts.ts'

/** Between two scrapes of a process, and between two evaluations, ms. */
const everyMs = 1_000
/** A scrape waits for servers that do not answer, 2 s for each of two kinds of reads. */
const scrapeTimeoutMs = 5_000
/** Faults last for seconds, so windows of rates are a thirtieth as long, within these bounds, s. */
const windowOf = (rangeS: number) => Math.min(60, Math.max(10, rangeS / 30))
/** Older samples are in no window. */
const keptS = 90

const rules = alerts.flatMap(({ name, rules: all }) =>
  all.map(({ expr }) => ({ alert: name, expression: parseExpression(expr) })),
)

export interface AlertWatch {
  /** Stops, and returns what was raised, with times in s since `startedAtMs`, and how often it was evaluated. */
  end(startedAtMs: number): Promise<{ raised: Raised[]; evaluations: number }>
}

/**
 * Scrapes all processes and evaluates the expression of every alert, once a second. What an alert waits for (`for`) does
 * not count: the expression is true at once.
 */
export async function watchAlerts(replicas: readonly Replica[]): Promise<AlertWatch> {
  const store = new SampleStore()
  const stopping = new AbortController()
  const raisedAtMs: { alert: string; atMs: number }[] = []
  let evaluations = 0

  async function scrape(replica: Replica): Promise<void> {
    const samples = await fetch(`${replica.url}/metrics`, { signal: AbortSignal.timeout(scrapeTimeoutMs) })
      .then(async answer => (answer.ok ? parseMetrics(await answer.text()) : undefined))
      .catch(() => undefined)
    store.add({ job: replica.service, instance: replica.name }, Date.now() / 1000, samples)
  }

  async function repeat(work: () => Promise<void> | void): Promise<void> {
    while (!stopping.signal.aborted) {
      await work()
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  function evaluateAll(): void {
    const atS = Date.now() / 1000
    store.forgetBefore(atS - keptS)
    evaluations++
    for (const { alert, expression } of rules) {
      const value = evaluate(expression, { store, atS, recorded, windowOf })
      if (typeof value !== 'number' && value.length > 0) raisedAtMs.push({ alert, atMs: performance.now() })
    }
  }

  // Each process on its own, so that one that is frozen does not delay the rest.
  await Promise.all(replicas.map(scrape))
  const running = [...replicas.map(replica => repeat(() => scrape(replica))), repeat(evaluateAll)]
  return {
    async end(startedAtMs) {
      stopping.abort()
      await Promise.all(running)
      return { raised: raisedAtMs.map(({ alert, atMs }) => ({ alert, atS: (atMs - startedAtMs) / 1000 })), evaluations }
    },
  }
}
