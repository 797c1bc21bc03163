import { describeCounts, describePromise } from '@alipay-checkout/faults'
import type { UpgradeResult } from './run.ts'

/** Describes a run for people. */
export function describeUpgrade(result: UpgradeResult): string {
  const { order, phases, load, replaced, settled, books, misfits, promises } = result
  return [
    `from ${result.older}`,
    `to   ${result.newer}`,
    `in the order ${order.services.join(', ')}`,
    ...(order.unordered.length === 0
      ? []
      : [
          `⚠ no order replaces every consumer first: two services publish new types to each other (${order.unordered})`,
        ]),
    '',
    'Phases',
    ...phases.map(
      ({ what, fromS, untilS, orders }) =>
        `  ${`${fromS.toFixed(1)}–${untilS.toFixed(1)} s`.padStart(16)}  ${what}: ${orders} orders begun`,
    ),
    `  ${replaced.processes} processes replaced; the slowest ended after ${replaced.longestMs} ms`,
    '',
    'Load',
    `  ${load.orders} orders begun: ${describeCounts(load.did)}`,
    `  attempts that failed and were repeated: ${describeCounts(load.failedTries)}`,
    `  refused: ${describeCounts(load.refused)}`,
    `  orders in the end: ${describeCounts(books.orders)}`,
    `  refunds: ${describeCounts(books.refunds)}`,
    `  ${result.events} events published`,
    '',
    settled.left.length === 0
      ? `Settled after ${settled.tookS} s`
      : `Not settled after ${settled.tookS} s: ${settled.left.map(({ what }) => what).join(', ')}`,
    '',
    'Promises',
    ...promises.flatMap(describePromise),
    '',
    ...(misfits.length === 0 ? [] : ['The versions do not fit', ...misfits.map(one => `  ✖ ${one}`), '']),
    result.passed ? '✔ the versions can be replaced by each other' : '✖ not passed',
  ].join('\n')
}
