import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { alerts, type Metric, metricGroups, objectives, runbookOf } from '@alipay-checkout/observability'
import { table } from './markdown.ts'
import { repositoryRoot } from './repository.ts'

/** The tables of the page, by the name in their markers. */
const tables: Readonly<Record<string, () => string>> = {
  objectives: objectivesTable,
  alerts: alertsTable,
  metrics: metricsTables,
}

/** The page about monitoring, whose tables follow from tools/observability. The text around them is written by hand. */
export function monitoringPage(): string {
  const page = readFileSync(join(repositoryRoot, 'docs/operations/monitoring.md'), 'utf8')
  return Object.entries(tables).reduce((text, [name, make]) => {
    const markers = new RegExp(`(<!-- ${name}: by npm run docs -->\n)[\\s\\S]*?(<!-- end -->)`)
    if (!markers.test(text)) throw new Error(`docs/operations/monitoring.md has no markers for ${name}`)
    return text.replace(markers, (_, start: string, end: string) => `${start}\n${make().trim()}\n\n${end}`)
  }, page)
}

function objectivesTable(): string {
  const rows = objectives.map(({ title, alert }) => [title, `\`${alert.name}\``])
  const byTime = [
    ['Every day is reconciled by 11:00 of the next day in Beijing', '`ReconciliationLate`'],
    ['No dead letter waits for more than 15 minutes', '`DeadLetterTooOld`'],
  ]
  return table(['objective', 'alert'], [...rows, ...byTime])
}

function alertsTable(): string {
  const rows = alerts.map(alert => {
    const runbook = `[${alert.name}](runbooks/${basename(runbookOf(alert))})`
    const severities = new Set(alert.rules.map(({ severity }) => severity))
    return [runbook, alert.title, [...severities].join(', ')]
  })
  return table(['alert', 'means', 'severity'], rows)
}

function metricsTables(): string {
  return Object.entries(metricGroups)
    .map(([title, metrics]) => {
      const rows = metrics.map(metric => [
        `\`${metric.name}\``,
        metric.type,
        labelsOf(metric),
        ofWhich(metric),
        metric.meaning,
      ])
      return `\n### ${title}\n\n${table(['metric', 'type', 'labels', 'of', 'meaning'], rows)}\n`
    })
    .join('')
}

function labelsOf({ labels = {} }: Metric): string {
  return Object.keys(labels)
    .map(label => `\`${label}\``)
    .join(', ')
}

function ofWhich({ of, isShared }: Metric): string {
  const which = of.length === 4 ? 'all' : of.length === 3 ? 'the services' : of.join(', ')
  return isShared ? `${which}, shared` : which
}
