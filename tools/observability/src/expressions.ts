import { alerts } from './alerts.ts'
import { dashboards } from './dashboards/dashboards.ts'
import { type Job, type Metric, metrics, scrapeMetric } from './metrics.ts'
import { recordingRules } from './objectives.ts'
import { groupingLabelsOf, type Matcher, parseExpression, selectorsOf } from './promql/parse.ts'

/** An expression, and where it is written. */
export interface UsedExpression {
  readonly where: string
  readonly expr: string
}

/** Every expression of the rules and of the dashboards. */
export function allExpressions(): UsedExpression[] {
  return [
    ...recordingRules.map(({ record, expr, labels }) => ({ where: `${record} ${labels.slo}`, expr })),
    ...alerts.flatMap(({ name, rules }) => rules.map(({ expr }) => ({ where: name, expr }))),
    ...dashboards.flatMap(({ title, rows }) =>
      rows.flatMap(({ panels }) =>
        panels.flatMap(panel => panel.queries.map(({ expr }) => ({ where: `${title}: ${panel.title}`, expr }))),
      ),
    ),
  ]
}

/** The series that a metric is served as: a histogram has three. */
export function seriesOf({ name, type }: Metric): string[] {
  return type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]
}

const bySeries: ReadonlyMap<string, Metric> = new Map(
  [...metrics, scrapeMetric].flatMap(metric => seriesOf(metric).map(series => [series, metric] as const)),
)
const recordedLabels: ReadonlyMap<string, readonly string[]> = new Map(
  recordingRules.map(({ record, labels }) => [record, Object.keys(labels)]),
)
/** Labels that Prometheus adds to every series of a target. */
const targetLabels = ['job', 'instance']

/**
 * What an expression gets wrong: metrics and labels that do not exist, and values of labels that no series has. Throws
 * where it can't be parsed.
 */
export function mistakesIn({ where, expr }: UsedExpression): string[] {
  const expression = parseExpression(expr)
  const selectors = selectorsOf(expression)
  const known = new Set(selectors.flatMap(({ name }) => labelsOf(name) ?? []))
  const unknownMetrics = selectors.flatMap(({ name }) => (labelsOf(name) ? [] : [`there is no metric ${name}`]))
  const matchers = selectors.flatMap(({ name, matchers }) =>
    matchers.flatMap(matcher => mistakesOfMatcher(name, matcher)),
  )
  const groupings = groupingLabelsOf(expression).flatMap(label =>
    known.has(label) ? [] : [`no metric has the label ${label}`],
  )
  return [...unknownMetrics, ...matchers, ...groupings].map(mistake => `${where}: ${mistake}`)
}

function labelsOf(series: string): string[] | undefined {
  const recorded = recordedLabels.get(series)
  if (recorded) return [...recorded]
  const metric = bySeries.get(series)
  if (!metric) return undefined
  return [...targetLabels, ...Object.keys(metric.labels ?? {}), ...(series.endsWith('_bucket') ? ['le'] : [])]
}

function mistakesOfMatcher(series: string, { label, op, value }: Matcher): string[] {
  if (!labelsOf(series)?.includes(label)) return [`${series} has no label ${label}`]
  const values = valuesOf(series, label)
  if (!values) return []
  const wanted = op.includes('~') ? value.split('|') : [value]
  return wanted.flatMap(one => (values.includes(one) ? [] : [`${label} of ${series} is never "${one}"`]))
}

/** All values that a label can have; undefined where they are not known. */
function valuesOf(series: string, label: string): readonly string[] | undefined {
  const metric = bySeries.get(series)
  if (label === 'job') return metric?.of satisfies readonly Job[] | undefined
  const values = metric?.labels?.[label]
  return values === undefined || values === 'open' ? undefined : [...values, ...(metric?.alsoValues?.[label] ?? [])]
}
