import { runBacklog } from './backlog.ts'
import { runCheckout } from './checkout.ts'
import { runExpiry } from './expiry.ts'
import { runGrowth } from './growth.ts'
import { runHotSku } from './hot-sku.ts'
import { runMultiSku } from './multi-sku.ts'
import type { ScenarioName } from './names.ts'
import { runNotify } from './notify.ts'
import { runPaced } from './paced.ts'
import { runPlace } from './place.ts'
import { runPush } from './push.ts'
import type { Context, Verdict } from './scenario.ts'
import { runSingle } from './single.ts'
import { runSoak } from './soak.ts'
import { runStatus } from './status.ts'

/** Figures of any scenario, with its verdict. */
export type ScenarioResult = Verdict & object

const scenarios: Record<ScenarioName, (context: Context) => Promise<ScenarioResult>> = {
  checkout: runCheckout,
  place: runPlace,
  notify: runNotify,
  'hot-sku': runHotSku,
  'multi-sku': runMultiSku,
  single: runSingle,
  paced: runPaced,
  expiry: runExpiry,
  status: runStatus,
  push: runPush,
  growth: runGrowth,
  soak: runSoak,
  backlog: runBacklog,
}

/** Runs one scenario, on a system of its own. */
export function runScenario(name: ScenarioName, context: Context): Promise<ScenarioResult> {
  return scenarios[name](context)
}
