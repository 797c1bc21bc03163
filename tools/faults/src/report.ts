import type { AlertsResult, FaultAlert } from './alerts/judge-alerts.ts'
import type { PromiseResult } from './checks/scores.ts'
import type { FaultResult } from './faults/run-schedule.ts'
import type { RunResult } from './run.ts'
import type { SoakResult } from './soak/judge.ts'

/** Describes a run for people. */
export function describeRun(result: RunResult): string {
  const { seed, seconds, shoppers, brokers, load, faults, settled, events, promises, alerts, soak } = result
  return [
    `seed ${seed}, ${seconds} s, ${shoppers} shoppers, ${brokers === 1 ? 'one broker' : `${brokers} brokers`}`,
    '',
    'Load',
    `  ${load.orders} orders begun: ${describeCounts(load.did)}`,
    `  placed to be paid by: ${describeCounts(load.methods)}`,
    `  attempts that failed and were repeated: ${describeCounts(load.failedTries)}`,
    `  refused: ${describeCounts(load.refused)}`,
    `  orders in the end: ${describeCounts(result.books.orders)}`,
    `  refunds: ${describeCounts(result.books.refunds)}`,
    `  ${events.published} events published, ${events.publishedAgain} of them repeats`,
    '',
    'Faults',
    ...faults.map(describeResult),
    `  ${result.restarts} restarts of services`,
    ...(result.endedByThemselves.length === 0 ? [] : [`  ended by themselves: ${result.endedByThemselves.join(', ')}`]),
    '',
    settled.left.length === 0
      ? `Settled after ${settled.tookS} s`
      : `Not settled after ${settled.tookS} s: ${settled.left.map(({ what }) => what).join(', ')}`,
    '',
    ...(soak === undefined ? [] : [...describeSoak(soak), '']),
    ...describeAlerts(alerts),
    '',
    'Promises',
    ...promises.flatMap(describePromise),
    '',
    result.passed ? '✔ no promise is broken, and the alerts are as they should be' : '✖ not passed',
  ].join('\n')
}

/** Counts by name, the largest first. */
export const describeCounts = (all: Record<string, number>): string =>
  Object.entries(all)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ') || 'none'

function describeResult({ atS, backAtS, what, outcome, note }: FaultResult): string {
  const time = `${atS.toFixed(1).padStart(6)}–${backAtS.toFixed(1)} s`
  const ending = outcome === 'done' ? '' : `  – ${outcome}`
  return `  ${time.padEnd(18)} ${what}${ending}${note === undefined ? '' : ` (${note})`}`
}

function describeAlerts({ evaluations, faults, raisedQuietly }: AlertsResult): string[] {
  return [
    `Alerts, whose expressions were evaluated ${evaluations} times`,
    ...faults.map(describeAlert),
    ...raisedQuietly.map(alert => `  ✖ ${alert} was raised without a fault`),
    ...(faults.length === 0 && raisedQuietly.length === 0 ? ['  none was raised'] : []),
  ]
}

function describeAlert({ what, result, alerts, why }: FaultAlert): string {
  const sign = { raised: '✔', 'none expected': '–', 'too short': '–', missing: '✖' }[result]
  const names = alerts.join(' or ')
  const told = {
    raised: `raised ${names}`,
    'none expected': `none: ${why}`,
    'too short': `too short for ${names} (${why})`,
    missing: `did not raise ${names}`,
  }[result]
  return `  ${sign} ${what}: ${told}`
}

/** The result of a promise for people, in lines. */
export function describePromise({
  number,
  promise,
  result,
  checks,
  of,
  why,
  broken,
  brokenMore,
}: PromiseResult): string[] {
  const sign = { kept: '✔', broken: '✖', 'n/a': '–' }[result]
  const seen = Object.entries(of).map(([what, count]) => `${count} ${what}`)
  const summary = result === 'n/a' ? `n/a: ${why}` : `${checks} checks: ${seen.join(', ')}`
  return [
    `  ${sign} ${String(number).padStart(2)}. ${promise}`,
    `        ${summary}`,
    ...broken.map(({ about, what }) => `      ✖ ${about}: ${what}`),
    ...(brokenMore === 0 ? [] : [`      ✖ … and ${brokenMore} more`]),
  ]
}

function describeSoak({ courses, looks }: SoakResult): string[] {
  const rows = courses.map(({ what, of, first, peak, last, limit, flat }) =>
    [
      flat ? '  ✔' : '  ✖',
      what.padEnd(16),
      of.padEnd(22),
      ...[first, peak, last, limit].map(n => String(n).padStart(8)),
    ].join(' '),
  )
  const head = [
    '   ',
    'what'.padEnd(16),
    'of'.padEnd(22),
    ...['first', 'peak', 'last', 'limit'].map(n => n.padStart(8)),
  ]
  return [`Resources in ${looks} samples`, `  ${head.join(' ').slice(2)}`, ...rows]
}

/** The command that repeats the run. */
export function commandOf(options: {
  seed: number
  seconds: number
  shoppers: number
  brokers: number
  only?: readonly string[] | undefined
  quiet: boolean
  soak: boolean
}): string {
  const { seed, seconds, shoppers, brokers, only, quiet, soak } = options
  const rest = [
    `--seed ${seed} --seconds ${seconds} --shoppers ${shoppers} --brokers ${brokers}`,
    ...(only === undefined ? [] : [`--only ${only.join(',')}`]),
    ...(quiet ? ['--quiet'] : []),
    ...(soak ? ['--soak'] : []),
  ]
  return `npm run faults -- ${rest.join(' ')}`
}
