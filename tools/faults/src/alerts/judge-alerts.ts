import type { FaultResult } from '../faults/run-schedule.ts'
import { expectedAlerts } from './expected-alerts.ts'

/** When the expression of an alert held for some series, s after the load began. */
export interface Raised {
  readonly alert: string
  readonly atS: number
}

/** Which alert a fault raised, or why it raised none. */
export interface FaultAlert {
  readonly what: string
  /** `missing`: it should have raised one of `alerts`. */
  readonly result: 'raised' | 'none expected' | 'too short' | 'missing'
  readonly alerts: readonly string[]
  readonly why?: string
}

export interface AlertsResult {
  /** How often every expression was evaluated. */
  readonly evaluations: number
  readonly faults: readonly FaultAlert[]
  /** What a run without faults raised: none should be. */
  readonly raisedQuietly: readonly string[]
}

/** Counters and reads at the scrape show a fault up to this long after its end, s. */
const afterS = 15

/** Judges whether each fault raised its alert, and a run without any raised none. Pure. */
export function judgeAlerts(
  faults: readonly FaultResult[],
  { raised, evaluations, quiet }: { raised: readonly Raised[]; evaluations: number; quiet: boolean },
): AlertsResult {
  return {
    evaluations,
    faults: faults.filter(({ outcome }) => outcome === 'done').map(fault => judgeOne(fault, raised)),
    raisedQuietly: quiet ? [...new Set(raised.map(({ alert }) => alert))].sort() : [],
  }
}

function judgeOne({ fault, what, atS, backAtS }: FaultResult, raised: readonly Raised[]): FaultAlert {
  const expected = expectedAlerts(fault)
  if ('none' in expected) return { what, result: 'none expected', alerts: [], why: expected.none }
  const untilS = backAtS + (expected.withinS ?? afterS)
  const during = new Set(raised.flatMap(one => (one.atS >= atS && one.atS <= untilS ? [one.alert] : [])))
  const found = expected.anyOf.filter(alert => during.has(alert))
  if (found.length > 0) return { what, result: 'raised', alerts: found }
  if (backAtS - atS < expected.fromS) {
    return { what, result: 'too short', alerts: expected.anyOf, why: `seen from ${expected.fromS} s on` }
  }
  return { what, result: 'missing', alerts: expected.anyOf }
}

/** Whether every fault raised what it should, and nothing was raised without one. */
export function alertsPassed({ faults, raisedQuietly }: AlertsResult): boolean {
  return faults.every(({ result }) => result !== 'missing') && raisedQuietly.length === 0
}
