import type { PromiseResult } from './checks/scores.ts'
import type { BrokenThing } from './faults/break-all.ts'
import type { RunResult } from './run.ts'
import type { SoakResult } from './soak/judge.ts'

/** A run for people. */
export function describeRun(result: RunResult): string {
  const { seed, seconds, shoppers, brokers, load, faults, settled, events, promises, soak } = result
  const counts = (all: Record<string, number>) =>
    Object.entries(all)
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ') || 'none'
  return [
    `seed ${seed}, ${seconds} s, ${shoppers} shoppers, ${brokers === 1 ? 'one broker' : `${brokers} brokers`}`,
    '',
    'Load',
    `  ${load.orders} orders asked for: ${counts(load.did)}`,
    `  tries that failed and were sent again: ${counts(load.failedTries)}`,
    `  refused: ${counts(load.refused)}`,
    `  orders in the end: ${counts(result.books.orders)}`,
    `  refunds: ${counts(result.books.refunds)}`,
    `  ${events.published} events published, ${events.publishedAgain} of them again`,
    '',
    'Faults',
    ...faults.map(describeThing),
    `  ${result.restarts} times a process was started again`,
    ...(result.endedByThemselves.length === 0 ? [] : [`  ended by themselves: ${result.endedByThemselves.join(', ')}`]),
    '',
    settled.left.length === 0
      ? `Settled after ${settled.tookS} s`
      : `Not settled after ${settled.tookS} s: ${settled.left.map(({ what }) => what).join(', ')}`,
    '',
    ...(soak === undefined ? [] : [...describeSoak(soak), '']),
    'Promises',
    ...promises.flatMap(describePromise),
    '',
    result.passed ? '✔ no promise is broken' : '✖ not passed',
  ].join('\n')
}

function describeThing({ atS, backAtS, what, outcome, note }: BrokenThing): string {
  const time = `${atS.toFixed(1).padStart(6)}–${backAtS.toFixed(1)} s`
  const came = outcome === 'done' ? '' : `  – ${outcome}`
  return `  ${time.padEnd(18)} ${what}${came}${note === undefined ? '' : ` (${note})`}`
}

function describePromise({ number, promise, result, checks, of, why, broken, brokenMore }: PromiseResult): string[] {
  const sign = { kept: '✔', broken: '✖', 'n/a': '–' }[result]
  const seen = Object.entries(of).map(([what, count]) => `${count} ${what}`)
  const told = result === 'n/a' ? `n/a: ${why}` : `${checks} checks: ${seen.join(', ')}`
  return [
    `  ${sign} ${String(number).padStart(2)}. ${promise}`,
    `        ${told}`,
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
  return [`What was taken, in ${looks} looks`, `  ${head.join(' ').slice(2)}`, ...rows]
}

/** The command that does the same once more. */
export function commandOf(options: {
  seed: number
  seconds: number
  shoppers: number
  brokers: number
  only?: readonly string[] | undefined
  soak: boolean
}): string {
  const { seed, seconds, shoppers, brokers, only, soak } = options
  const rest = [
    `--seed ${seed} --seconds ${seconds} --shoppers ${shoppers} --brokers ${brokers}`,
    ...(only === undefined ? [] : [`--only ${only.join(',')}`]),
    ...(soak ? ['--soak'] : []),
  ]
  return `npm run faults -- ${rest.join(' ')}`
}
