// npm run faults: breaks a system of its own under load, and judges whether it kept its promises and raised its alerts.
import { existsSync, rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { abortedByEnd, newRunFolder, wholeNumber } from '@alipay-checkout/test-support'
import { type Family, families } from './fault.ts'
import { commandOf, describeRun } from './report.ts'
import { type RunOptions, run } from './run.ts'

const usage = `Starts a system of its own with two replicas of each service, loads it with shoppers, breaks it by a schedule
drawn from the seed, waits until it has settled, and judges every promise. Exits with 1 if one is broken.

  npm run faults -- --seed 7 --seconds 120
  npm run faults -- --json           one JSON object on stdout

  --seed N       decides what is broken and when, and what shoppers do (1)
  --seconds S    how long faults happen; below 120 not every kind of fault fits (120)
  --shoppers N   how many shop at the same time (8)
  --brokers N    1, or 3 with min.insync.replicas=2 (1)
  --only A,B     only these: ${families.join(', ')}
  --quiet        without any fault: no alert may be raised
  --soak         samples memory, files, connections, outboxes, lag and Redis, and judges whether they return

A run that fails keeps its logs and databases, and prints their folder and the command that repeats it.`

const log = (line: string) => console.error(line)

function readFamilies(text: string): Family[] {
  const chosen = text.split(',').map(one => one.trim())
  const unknown = chosen.filter(one => !families.includes(one as Family))
  if (unknown.length > 0) throw new Error(`there is no fault ${unknown.join(', ')}; there are ${families.join(', ')}`)
  return chosen as Family[]
}

function readOptions(): Omit<RunOptions, 'dir' | 'log' | 'signal'> & { json: boolean; help: boolean } {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      seconds: { type: 'string', default: '120' },
      shoppers: { type: 'string', default: '8' },
      brokers: { type: 'string', default: '1' },
      only: { type: 'string' },
      quiet: { type: 'boolean', default: false },
      soak: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.quiet && values.only !== undefined) throw new Error('--quiet has no faults: leave --only out')
  if (values.brokers !== '1' && values.brokers !== '3') throw new Error('--brokers takes 1 or 3')
  return {
    seed: wholeNumber('seed', values.seed, 0),
    seconds: wholeNumber('seconds', values.seconds, 10),
    shoppers: wholeNumber('shoppers', values.shoppers, 1),
    brokers: values.brokers === '3' ? 3 : 1,
    ...(values.only === undefined ? {} : { only: readFamilies(values.only) }),
    ...{ quiet: values.quiet, soak: values.soak, json: values.json, help: values.help },
  }
}

async function main(): Promise<number> {
  const { json, help, ...options } = readOptions()
  if (help) {
    console.log(usage)
    return 0
  }
  const giveUp = abortedByEnd()
  const dir = newRunFolder(`faults-${options.seed}`)
  const repeat = commandOf(options)
  try {
    const result = await run({ ...options, dir, log, signal: giveUp })
    const kept = result.passed ? {} : { kept: dir }
    console.log(json ? JSON.stringify({ ...result, repeat, ...kept }, null, 2) : describeRun(result))
    if (result.passed) rmSync(dir, { recursive: true, force: true })
    else log(`\nlogs and databases are kept in ${dir}\nonce more: ${repeat}`)
    return result.passed ? 0 : 1
  } catch (error) {
    if (giveUp.aborted) {
      rmSync(dir, { recursive: true, force: true })
      return 130
    }
    log(`✖ the run failed: ${(error as Error).message}`)
    if (existsSync(dir)) log(`  logs and databases are kept in ${dir}\n  once more: ${repeat}`)
    return 2
  }
}

process.exit(
  await main().catch(error => {
    log((error as Error).message)
    return 2
  }),
)
