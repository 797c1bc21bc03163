import { describeCounts } from '@alipay-checkout/faults'
import type { DrillResult } from './run.ts'

/** Describes a drill for people. */
export function describeDrill(result: DrillResult): string {
  const { restoredToS, lost, recoveries, decided, undecided, audit, books, steps } = result
  const decisions = Map.groupBy(decided, ({ what, kind }) => `${what} (${kind})`)
  return [
    `${result.orders} orders before the disaster`,
    `restored to ${Object.entries(restoredToS)
      .map(([name, seconds]) => `${name} ${seconds} s`)
      .join(', ')} before it; Kafka and Redis are empty`,
    '',
    'Lost by the restore'.padEnd(24) + 'rows'.padStart(6) + 'set back'.padStart(10),
    ...Object.entries(lost).map(
      ([name, { rows, setBack }]) => `  ${name.padEnd(22)}${String(rows).padStart(6)}${String(setBack).padStart(10)}`,
    ),
    '',
    ...recoveries.map(
      ({ found, rounds, rebuilt, notRebuilt, cancelled, payable, left }, index) =>
        `recover ${index + 1}: ${found} orders differed, ${rounds} rounds, ${rebuilt.length} rebuilt, ` +
        `${notRebuilt.length} not rebuilt, ${cancelled.length} cancelled, ` +
        `${payable?.paid.length ?? 0} of ${payable?.queried ?? 0} queried were paid, ${left.length} left`,
    ),
    '',
    'Decided by a person',
    ...(decided.length === 0 ? ['  nothing'] : []),
    ...[...decisions].map(([what, all]) => `  ${all.length} × ${what}: ${all[0]?.summary}`),
    ...undecided.map(one => `  ✖ not decided: ${one}`),
    '',
    `orders in the end: ${describeCounts(books.orders)}`,
    `refunds: ${describeCounts(books.refunds)}`,
    `audit: ${audit.orders} orders, ${audit.breaks.length === 0 ? 'no broken promise' : 'broken promises:'}`,
    ...audit.breaks.map(({ promise, about, what }) => `  ✖ ${promise}. ${about}: ${what}`),
    '',
    'Steps',
    ...steps.map(({ what, tookS }) => `  ${`${tookS.toFixed(1)} s`.padStart(9)}  ${what}`),
    '',
    result.passed ? '✔ everything was recovered' : '✖ not passed',
  ].join('\n')
}
