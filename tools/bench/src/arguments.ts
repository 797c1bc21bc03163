import { parseArgs } from 'node:util'
import { type ScenarioName, scenarioNames } from './scenarios/names.ts'

/** How much is measured. */
export interface Options {
  scenarios: ScenarioName[]
  json: boolean
  quick: boolean
  help: boolean
  /** Orders of one round. */
  orders: number
  /** Shoppers at work at the same time. */
  shoppers: number
  rounds: number
  /** Orders before anything is measured. */
  warmUp: number
  /** How long `soak` goes on, s. */
  seconds: number
  /** Orders that `backlog` puts into the tables: waiting for their payment, and paid long ago. */
  waiting: number
  old: number
}

// 5,000 orders are some seven seconds: short enough that a slow moment of the machine hits one round only. Node compiles
// what is hot for a quarter of a minute, so that is left out.
const usual = {
  orders: 5_000,
  shoppers: 256,
  rounds: 3,
  'warm-up': 12_000,
  seconds: 600,
  waiting: 1_000_000,
  old: 5_000_000,
}
const small = { ...usual, orders: 600, rounds: 2, 'warm-up': 800 }

export const usage = `Measures the system side by side with the least durable work that orders need, on this machine, on a system of its own.

  npm run bench                                  whole checkouts and the floor
  npm run bench -- --json                        one JSON object on stdout
  npm run bench -- --quick                       the same, small: under 90 seconds
  npm run bench -- --scenario place,notify       other things; \`all\` for every one of them

  --scenario NAMES   ${scenarioNames.join(', ')}
  --orders N         orders of one round (${usual.orders})
  --shoppers N       shoppers at the same time (${usual.shoppers})
  --rounds N         rounds, of which the medians count (${usual.rounds})
  --warm-up N        orders before measuring (${usual['warm-up']})
  --seconds N        how long \`soak\` goes on (${usual.seconds})
  --waiting N        orders that \`backlog\` leaves waiting for their payment (${usual.waiting})
  --old N            orders that \`backlog\` had paid long ago (${usual.old})

Results are kept in tools/bench/report, those of --quick are not. Ends with 1 where something is wrong with what
orders came to (failed, oversold, books that do not match), never for being slow.`

/** Reads the command line. @throws Error naming what is wrong */
export function readArguments(args: readonly string[]): Options {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      scenario: { type: 'string', default: 'checkout' },
      orders: text,
      shoppers: text,
      rounds: text,
      'warm-up': text,
      seconds: text,
      waiting: text,
      old: text,
    },
  })
  const defaults = values.quick ? small : usual
  const count = (name: keyof typeof usual) => {
    const value = Number(values[name] ?? defaults[name])
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} takes a whole number from 1 on`)
    return value
  }
  return {
    scenarios: readScenarios(values.scenario),
    json: values.json,
    quick: values.quick,
    help: values.help,
    orders: count('orders'),
    shoppers: count('shoppers'),
    rounds: count('rounds'),
    warmUp: count('warm-up'),
    seconds: count('seconds'),
    waiting: count('waiting'),
    old: count('old'),
  }
}

function readScenarios(text: string): ScenarioName[] {
  const wanted = text === 'all' ? [...scenarioNames] : [...new Set(text.split(',').map(name => name.trim()))]
  for (const name of wanted) {
    if (!scenarioNames.includes(name as ScenarioName))
      throw new Error(`there is no scenario ${name}: ${scenarioNames.join(', ')}, or all`)
  }
  return wanted as ScenarioName[]
}
