import type { AuditReport } from '@alipay-checkout/audit'
import type { Options } from '../arguments.ts'
import type { Machine } from '../measure/machine.ts'

/** What a scenario is run with. */
export interface Context {
  options: Options
  machine: Machine
  log: (line: string) => void
}

/** A mark that was set for a figure, and whether it was met. Being slow breaks nothing. */
export interface Mark {
  what: string
  value: number
  /** As people say it, e.g. `≥ 0.8`. */
  mark: string
  met: boolean
}

/** What every scenario ends with, beside its own figures. */
export interface Verdict {
  marks: Mark[]
  /** What is wrong with what came of the orders; empty where all is well. */
  broken: string[]
}

export function atLeast(what: string, value: number, least: number): Mark {
  return { what, value, mark: `≥ ${least}`, met: value >= least }
}

export function below(what: string, value: number, limit: number, unit = ''): Mark {
  return { what, value, mark: `< ${limit}${unit && ` ${unit}`}`, met: value < limit }
}

/** Broken promises as lines. */
export function describeBreaks({ breaks }: AuditReport): string[] {
  return breaks.slice(0, 10).map(({ promise, about, what }) => `promise ${promise}, ${about}: ${what}`)
}

/** Failures of a load as lines, each reason once. */
export function describeFailures(failures: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const reason of failures) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].slice(0, 5).map(([reason, count]) => `${count} failed: ${reason}`)
}
