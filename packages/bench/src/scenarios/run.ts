import { runCheckout } from './checkout.ts'
import type { ScenarioName } from './names.ts'
import type { Context, Verdict } from './scenario.ts'

/** Figures of any scenario, with its verdict. */
export type ScenarioResult = Verdict & object

const scenarios: Record<ScenarioName, (context: Context) => Promise<ScenarioResult>> = {
  checkout: runCheckout,
}

/** Runs one scenario, on a system of its own. */
export function runScenario(name: ScenarioName, context: Context): Promise<ScenarioResult> {
  return scenarios[name](context)
}
