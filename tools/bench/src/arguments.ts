import { parseArgs } from 'node:util'
import { type Method, methods } from './load/shop.ts'
import { backlog } from './scenarios/backlog.ts'
import { checkout, paced } from './scenarios/checkout.ts'
import { consoles } from './scenarios/consoles.ts'
import { expiry } from './scenarios/expiry.ts'
import { fullOrders } from './scenarios/full-orders.ts'
import { hotSku } from './scenarios/hot-sku.ts'
import { lists } from './scenarios/lists.ts'
import { push } from './scenarios/push.ts'
import { replicas } from './scenarios/replicas.ts'
import { quickSizes, type Scenario, type Sizes, usualSizes } from './scenarios/scenario.ts'
import { single } from './scenarios/single.ts'
import { tracing } from './scenarios/tracing.ts'
import { wal } from './scenarios/wal.ts'

/** In the order of `--scenario all`. */
export const scenarios = {
  checkout,
  paced,
  single,
  'full-orders': fullOrders,
  'hot-sku': hotSku,
  expiry,
  push,
  backlog,
  lists,
  consoles,
  tracing,
  replicas,
  wal,
} satisfies Record<string, Scenario>

export type ScenarioName = keyof typeof scenarios

export const scenarioNames = Object.keys(scenarios) as ScenarioName[]

export interface Settings {
  names: ScenarioName[]
  sizes: Sizes
  json: boolean
  isQuick: boolean
  method: Method
  /** A stored result, whose capacity table is printed instead of measuring. */
  capacityOf: string | undefined
  help: boolean
}

export const usage = `Measures the system next to the least durable work that orders need (the baseline), on this machine.

  npm run bench                            whole checkouts and the baseline, some minutes
  npm run bench -- --scenario NAMES        ${scenarioNames.join(', ')}, or all
  npm run bench -- --rounds N              rounds of each measurement (${usualSizes.rounds}); figures are medians
  npm run bench -- --method alipay_wap     orders are paid by alipay_page (the default), alipay_wap or alipay_app
  npm run bench -- --quick                 smaller: checkout takes about a minute
  npm run bench -- --json                  one JSON object on stdout
  npm run bench -- --capacity FILE         measures nothing: what 10 to 10,000 orders/s need, from a result.json

Results are also written to bench-results in .local. Exits with 1 where orders are wrong: failed, oversold, or not as the
databases have them. A missed target is no error.`

/** Reads the command line. @throws Error naming what is wrong */
export function readArguments(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scenario: { type: 'string', default: 'checkout' },
      rounds: { type: 'string' },
      method: { type: 'string', default: 'alipay_page' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      capacity: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const { quick: isQuick, json, capacity: capacityOf, help } = values
  const sizes = isQuick ? quickSizes : usualSizes
  const rounds = Number(values.rounds ?? sizes.rounds)
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number from 1 on')
  const method = methods.find(one => one === values.method)
  if (!method) throw new Error(`unknown method ${values.method}: choose ${methods.join(', ')}`)
  return { names: readNames(values.scenario), sizes: { ...sizes, rounds }, json, isQuick, method, capacityOf, help }
}

function readNames(text: string): ScenarioName[] {
  const wanted = text === 'all' ? scenarioNames : [...new Set(text.split(',').map(name => name.trim()))]
  const unknown = wanted.find(name => !Object.hasOwn(scenarios, name))
  if (unknown !== undefined) throw new Error(`unknown scenario ${unknown}: choose ${scenarioNames.join(', ')}, or all`)
  return wanted as ScenarioName[]
}
