import type { Machine } from '../measure/machine.ts'
import { backlog } from './backlog.ts'
import { checkout } from './checkout.ts'
import { expiry } from './expiry.ts'
import { hotSku } from './hot-sku.ts'
import { paced } from './paced.ts'
import { push } from './push.ts'
import type { Scenario } from './scenario.ts'
import { single } from './single.ts'

/** In the order of `--scenario all`. */
export const scenarioNames = ['checkout', 'paced', 'single', 'hot-sku', 'expiry', 'push', 'backlog'] as const

export type ScenarioName = (typeof scenarioNames)[number]

export const scenarios = (machine: Machine): Record<ScenarioName, Scenario> => ({
  checkout: checkout(machine.rsaSignsPerSecond),
  paced,
  single,
  'hot-sku': hotSku,
  expiry,
  push,
  backlog,
})
