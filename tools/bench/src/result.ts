import type { Machine } from './measure/machine.ts'
import type { CheckoutResult } from './scenarios/checkout.ts'
import type { ScenarioName } from './scenarios/names.ts'
import type { ScenarioResult } from './scenarios/run.ts'
import type { Mark, Verdict } from './scenarios/scenario.ts'

/** What one run gives: the figures of `checkout` stand at the top, those of the others under their names. */
export type BenchResult = {
  /** When it was measured, ISO 8601. */
  at: string
  machine: Machine
  scenarios: Partial<Record<Exclude<ScenarioName, 'checkout'>, object>>
  marks: (Mark & { scenario: ScenarioName })[]
  broken: string[]
} & Partial<Omit<CheckoutResult, keyof Verdict>>

/** Puts the scenarios' results together. */
export function collect(machine: Machine): {
  value: BenchResult
  add(name: ScenarioName, result: ScenarioResult): void
} {
  const value: BenchResult = { at: new Date().toISOString(), machine, scenarios: {}, marks: [], broken: [] }
  return {
    value,
    add(name, { marks, broken, ...figures }) {
      if (name === 'checkout') Object.assign(value, figures)
      else Object.assign(value.scenarios, { [name]: figures })
      value.marks.push(...marks.map(mark => ({ scenario: name, ...mark })))
      value.broken.push(...broken.map(line => `${name}: ${line}`))
    },
  }
}
