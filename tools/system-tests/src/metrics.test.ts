import {
  alerts,
  allExpressions,
  evaluate,
  type Metric,
  metrics,
  parseExpression,
  parseMetrics,
  recorded,
  type Sample,
  SampleStore,
  seriesOf,
} from '@alipay-checkout/observability'
import { beforeAll, describe, expect, it } from 'vitest'
import { call } from './support/http.ts'
import { system } from './support/system.ts'

const targets = {
  gateway: system.gatewayUrl,
  'order-service': system.orderServiceUrl,
  'payment-service': system.paymentServiceUrl,
  'inventory-service': system.inventoryServiceUrl,
}

/** What the processes of the running system serve, and the types that they name. */
const served = new Map<string, { samples: Sample[]; types: Map<string, string> }>()
beforeAll(async () => {
  for (const [job, base] of Object.entries(targets)) {
    const { text } = await call('GET', '/metrics', { base })
    const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]))
    served.set(job, { samples: parseMetrics(text), types })
  }
})

const samplesOf = (job: string, metric: Metric) =>
  served.get(job)?.samples.filter(({ name }) => seriesOf(metric).includes(name)) ?? []
const allOf = (metric: Metric) => metric.of.flatMap(job => samplesOf(job, metric))
/** Metrics of Node and of the process: only those that are used are in the catalogue. */
const isDefault = (name: string) => /^(nodejs|process)_/.test(name)

describe('the running system', () => {
  const always = metrics.filter(({ appearsLater }) => !appearsLater)

  it.each(always.flatMap(metric => metric.of.map(job => [metric.name, job, metric] as const)))(
    'serves %s of %s',
    (name, job, metric) => {
      expect(served.get(job)?.types.get(name)).toBe(metric.type)
      expect(samplesOf(job, metric).length).toBeGreaterThan(0)
    },
  )

  it.each(always.map(metric => [metric.name, metric] as const))('serves %s with its labels and values', (_, metric) => {
    for (const [label, values] of Object.entries(metric.labels ?? {})) {
      const found = new Set(allOf(metric).flatMap(({ labels }) => labels[label] ?? []))
      if (values === 'open') continue
      const possible = [...values, ...(metric.alsoValues?.[label] ?? [])]
      expect(values.filter(value => !found.has(value))).toEqual([])
      expect([...found].filter(value => !possible.includes(value))).toEqual([])
    }
    const names = new Set(allOf(metric).flatMap(({ labels }) => Object.keys(labels)))
    names.delete('le')
    expect([...names].sort()).toEqual(Object.keys(metric.labels ?? {}).sort())
  })

  it('serves no metric that is not documented', () => {
    const known = new Set(metrics.map(({ name }) => name))
    const unknown = [...served].flatMap(([job, { types }]) =>
      [...types.keys()].filter(name => !known.has(name) && !isDefault(name)).map(name => `${job}: ${name}`),
    )
    expect(unknown).toEqual([])
  })

  it('names metrics by Prometheus’ rules: counters end in _total, and units are base units', () => {
    const wrong = metrics.filter(({ name, type }) => {
      const badUnit = /_(ms|millis\w*|minutes|hours|kb|mb|percent)(_|$)/.test(name)
      return (
        badUnit ||
        (type === 'counter') !== name.endsWith('_total') ||
        (type === 'histogram' && !name.endsWith('_seconds'))
      )
    })
    // CPU time of the process is named by prom-client.
    expect(wrong.map(({ name }) => name)).toEqual([])
  })

  it('gives every alert and recording rule something to evaluate', () => {
    const store = new SampleStore()
    const atS = Date.now() / 1000
    for (const [job, { samples }] of served) store.add({ job, instance: job }, atS, samples)
    const rules = allExpressions().filter(({ where }) => !where.includes(': '))
    expect(rules.length).toBeGreaterThan(alerts.length)
    for (const { expr } of rules) evaluate(parseExpression(expr), { store, atS, recorded })
  })
})
