import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { alertCases } from './alert-cases.ts'
import { alerts, runbookOf } from './alerts.ts'
import { dashboards } from './dashboards/dashboards.ts'
import { allExpressions, mistakesIn, seriesOf } from './expressions.ts'
import { metrics } from './metrics.ts'
import { raisedBy } from './promql/evaluate.ts'
import { parseExpression, selectorsOf, withMatcher } from './promql/parse.ts'
import { promqlCases, storeOf } from './promql/test-cases.ts'
import { chartRulesFile, inNamespace, recorded, releaseNamespace, yaml } from './rules.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const folder = join(root, 'infra/observability/prometheus')
const hasPromtool = spawnSync('promtool', ['--version']).status === 0

describe('every alert', () => {
  it.each(alerts.map(alert => [alert.name, alert] as const))('%s has a test and a runbook', (name, alert) => {
    expect(alertCases.some(one => one.alert === name)).toBe(true)
    const path = join(root, runbookOf(alert))
    expect(existsSync(path), `${runbookOf(alert)} is missing`).toBe(true)
    const text = readFileSync(path, 'utf8')
    expect(text.split('\n')[0]).toBe(`# ${name}`)
    const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)
    expect(headings).toEqual(['What it means', 'What a shopper sees', 'What to do', 'When to stop'])
    const commands = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)]
    expect(commands.length).toBe(3)
  })

  it('has a name of its own, and there is no other runbook', () => {
    const expected = alerts.map(alert => basename(runbookOf(alert)))
    expect(new Set(expected).size).toBe(alerts.length)
    const found = globSync('docs/operations/runbooks/*.md', { cwd: root }).map(path => basename(path))
    expect(found.filter(name => name !== 'README.md').sort()).toEqual(expected.sort())
  })

  it.each(alertCases.map(one => [one.alert, one] as const))('%s is raised by its series only', (name, one) => {
    const rules = alerts.find(alert => alert.name === name)?.rules ?? []
    const atS = one.atMinute * 60
    for (const { expr } of rules) {
      expect(raisedBy(expr, { store: storeOf(one.raises, atS), atS, recorded })).not.toEqual([])
      expect(raisedBy(expr, { store: storeOf(one.healthy, atS), atS, recorded })).toEqual([])
    }
  })
})

describe('OrdersStuck', () => {
  const severitiesFor = (closing: number, unclear: number | undefined) => {
    const series = {
      'orders_in_state_oldest_age_seconds{job="order-service",state="CLOSING"}': `${closing}x5`,
      ...(unclear !== undefined && { 'payment_attempts{job="payment-service",state="unclear"}': `${unclear}x5` }),
    }
    const rules = alerts.find(({ name }) => name === 'OrdersStuck')?.rules ?? []
    return rules
      .filter(({ expr }) => raisedBy(expr, { store: storeOf(series, 300), atS: 300 }).length > 0)
      .map(({ severity }) => severity)
  }

  it('pages for an order in CLOSING while no attempt is unclear', () => {
    expect(severitiesFor(121, 0)).toEqual(['page'])
  })

  it('pages for an order in CLOSING while payment-service serves no metrics', () => {
    expect(severitiesFor(121, undefined)).toEqual(['page'])
  })

  it('is a ticket for an order in CLOSING while Alipay does not close an attempt', () => {
    expect(severitiesFor(121, 1)).toEqual(['ticket'])
  })
})

describe('two systems of one Prometheus, in two namespaces', () => {
  const seriesIn = (namespace: string, series: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(series).map(([key, values]) => [
        key.includes('{') ? key.replace('{', `{namespace="${namespace}",`) : `${key}{namespace="${namespace}"}`,
        values,
      ]),
    )
  const recordedIn = (namespace: string) =>
    new Map([...recorded].map(([name, rules]) => [name, rules.map(rule => inNamespace(rule, namespace))]))

  it.each(alertCases.map(one => [one.alert, one] as const))('%s is raised of the one that has it', (name, one) => {
    const rules = alerts.find(alert => alert.name === name)?.rules ?? []
    const atS = one.atMinute * 60
    const store = storeOf({ ...seriesIn('shop', one.raises), ...seriesIn('staging', one.healthy) }, atS)
    const raisedIn = (namespace: string) =>
      rules.map(
        rule => raisedBy(inNamespace(rule, namespace).expr, { store, atS, recorded: recordedIn(namespace) }).length > 0,
      )
    expect(raisedIn('shop')).toEqual(rules.map(() => true))
    expect(raisedIn('staging')).toEqual(rules.map(() => false))
  })

  it.each([
    ['open_cases', 'open_cases{namespace="shop"}'],
    ['open_cases{}', 'open_cases{namespace="shop"}'],
    ['sum(rate(c_total{a="1"}[5m])) / d', 'sum(rate(c_total{namespace="shop",a="1"}[5m])) / d{namespace="shop"}'],
    ['absent(up{job="x"})', 'absent(up{namespace="shop",job="x"})'],
    ['time() - max by (kind) (g)', 'time() - max by (kind) (g{namespace="shop"})'],
    ['a unless on (job) b', 'a{namespace="shop"} unless on (job) b{namespace="shop"}'],
  ])('reads %s of one namespace', (expr, expected) => {
    expect(withMatcher(expr, { label: 'namespace', value: 'shop' })).toBe(expected)
  })
})

describe('every expression', () => {
  it('is PromQL about metrics and labels that exist', () => {
    expect(allExpressions().flatMap(mistakesIn)).toEqual([])
  })

  it.each([
    ['sum(rate(no_such_total[5m]))', 'there is no metric no_such_total'],
    ['max by (no_such) (open_cases)', 'no metric has the label no_such'],
    ['open_cases{no_such="x"}', 'open_cases has no label no_such'],
    ['open_refunds{status=~"PENDING|LOST"}', 'status of open_refunds is never "LOST"'],
    ['up{job="shop"}', 'job of up is never "shop"'],
  ])('%s: %s', (expr, mistake) => {
    expect(mistakesIn({ where: 'here', expr })).toEqual([`here: ${mistake}`])
  })

  it.each(['sum(', 'sum(open_cases) by', 'topk(3, open_cases)', 'open_cases offset 5m', 'open_cases{kind=}'])(
    'refuses %s',
    expr => {
      expect(() => mistakesIn({ where: 'here', expr })).toThrow()
    },
  )

  it('aggregates what replicas share by max', () => {
    const isShared = new Set(metrics.filter(one => one.isShared).flatMap(seriesOf))
    const summed = allExpressions().filter(
      ({ expr }) =>
        /\b(sum|count)( by \([^)]*\))? \((?!max)/.test(expr) &&
        selectorsOf(parseExpression(expr)).some(({ name }) => isShared.has(name)) &&
        !/max by/.test(expr),
    )
    expect(summed).toEqual([])
  })

  it('uses every metric on a dashboard', () => {
    const used = new Set(
      dashboards.flatMap(({ rows }) =>
        rows.flatMap(({ panels }) =>
          panels.flatMap(({ queries }) =>
            queries.flatMap(({ expr }) => selectorsOf(parseExpression(expr)).map(({ name }) => name)),
          ),
        ),
      ),
    )
    expect(
      metrics.filter(metric => !seriesOf(metric).some(series => used.has(series))).map(({ name }) => name),
    ).toEqual([])
  })
})

describe.runIf(hasPromtool)('promtool, where it is on PATH', () => {
  it('accepts the rules, and their unit tests pass', () => {
    expect(execFileSync('promtool', ['check', 'rules', 'rules.yml'], { cwd: folder, encoding: 'utf8' })).toContain(
      'SUCCESS',
    )
    expect(execFileSync('promtool', ['test', 'rules', 'rules.test.yml'], { cwd: folder, encoding: 'utf8' })).toContain(
      'SUCCESS',
    )
  })

  it('raises ServiceDown and PlacingFails of the system that has them, where it reads another one', () => {
    const dir = mkdtempSync(join(tmpdir(), 'namespaces-'))
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
    for (const namespace of ['shop', 'staging']) {
      writeFileSync(join(dir, `${namespace}.yml`), chartRulesFile().replaceAll(releaseNamespace, namespace))
    }
    const up = ['gateway', 'order-service', 'payment-service', 'inventory-service'].map(job => ({
      series: `up{namespace="staging",job="${job}",instance="a"}`,
      values: '1x200',
    }))
    const placed = (namespace: string, outcome: string, perMinute: number) => ({
      series: `gateway_place_duration_seconds_count{namespace="${namespace}",job="gateway",outcome="${outcome}"}`,
      values: `0+${perMinute}x200`,
    })
    const orders = [placed('shop', 'placed', 90), placed('shop', 'failed', 10), placed('staging', 'placed', 100)]
    const firing = (alert: string, value: number) => ({
      expr: `count by (namespace) (ALERTS{alertname="${alert}",alertstate="firing"})`,
      eval_time: '150m',
      exp_samples: [{ labels: '{namespace="shop"}', value }],
    })
    const test = {
      interval: '1m',
      input_series: [...up, ...orders],
      // Each service; each burn rate.
      promql_expr_test: [firing('ServiceDown', 4), firing('PlacingFails', 3)],
    }
    const file = { rule_files: ['shop.yml', 'staging.yml'], evaluation_interval: '1m', tests: [test] }
    writeFileSync(join(dir, 'test.yml'), yaml(file))
    const { status, stderr, stdout } = spawnSync('promtool', ['test', 'rules', 'test.yml'], {
      cwd: dir,
      encoding: 'utf8',
    })
    expect([status, status === 0 ? '' : stderr + stdout]).toEqual([0, ''])
  })

  it('computes the same values as this package', () => {
    const dir = mkdtempSync(join(tmpdir(), 'promql-'))
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
    // Rounded, because the last digit depends on the order of additions.
    const tests = promqlCases.map(({ series, expr, atMinute }) => {
      const atS = atMinute * 60
      const rounded = (value: number) => Math.floor(value * 1e6 + 0.5) / 1e6
      const samples = raisedBy(expr, { store: storeOf(series, atS), atS }).map(({ labels, value }) => ({
        labels: `{${Object.entries(labels)
          .map(([label, text]) => `${label}="${text}"`)
          .join(',')}}`,
        value: rounded(value),
      }))
      return {
        name: expr,
        interval: '1m',
        input_series: Object.entries(series).map(([key, values]) => ({ series: key, values })),
        promql_expr_test: [{ expr: `round((${expr}), 0.000001)`, eval_time: `${atMinute}m`, exp_samples: samples }],
      }
    })
    writeFileSync(join(dir, 'test.yml'), yaml({ rule_files: [], evaluation_interval: '1m', tests }))
    const { status, stderr, stdout } = spawnSync('promtool', ['test', 'rules', 'test.yml'], {
      cwd: dir,
      encoding: 'utf8',
    })
    expect([status, status === 0 ? '' : stderr + stdout]).toEqual([0, ''])
  })
})
