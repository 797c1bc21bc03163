// npm run upgrade-test: rolls a system of its own from one revision to another and back, under load, and judges it.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { repositoryRoot } from '@alipay-checkout/launcher'
import { runInFolder, wholeNumber } from '@alipay-checkout/test-support'
import {
  type Checkout,
  checkOut,
  copyWorkingTree,
  installPackages,
  migratedServices,
  readEventTypes,
  readMigrations,
} from './checkout.ts'
import { compareMigrations } from './compare-migrations.ts'
import { describeUpgrade } from './report.ts'
import { rollOrder } from './roll-order.ts'
import { runUpgrade, type UpgradeResult } from './run.ts'

const usage = `Starts the services of an older revision with two replicas each, loads them with shoppers, runs the migrations of the
newer revision, replaces process by process, goes back once and forth again, and judges every promise.
Exits with 1 where the versions can't be replaced by each other.

  npm run upgrade-test -- --from v1.2
  npm run upgrade-test -- --from HEAD~20 --to HEAD --json

  --from REV     the older revision
  --to REV       the newer one; the working tree by default
  --seconds S    how long shoppers shop in each of the five phases, beside the time that replacing takes (10)
  --shoppers N   how many shop at the same time (6)
  --json         one JSON object on stdout
  --keep         keeps checkouts, logs and data

A run that fails keeps its logs and data, and prints their folder.`

const log = (line: string) => console.error(line)

interface Options {
  from: string
  to?: string
  seconds: number
  shoppers: number
  json: boolean
  keep: boolean
}

/** Undefined where only the usage was asked for. */
function readOptions(): Options | undefined {
  const { values } = parseArgs({
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      seconds: { type: 'string', default: '10' },
      shoppers: { type: 'string', default: '6' },
      json: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  if (values.from === undefined) throw new Error('name the older revision: npm run upgrade-test -- --from REV')
  return {
    from: values.from,
    ...(values.to === undefined ? {} : { to: values.to }),
    seconds: wholeNumber('seconds', values.seconds, 1),
    shoppers: wholeNumber('shoppers', values.shoppers, 1),
    json: values.json,
    keep: values.keep,
  }
}

/** Checks out what is needed. @throws Error where the databases of the older revision can't be migrated to the newer one */
async function prepare(
  { from, to }: Options,
  dir: string,
  signal: AbortSignal,
): Promise<{ older: Checkout; newer: Checkout }> {
  const options = (name: string) => ({ repository: repositoryRoot, folder: join(dir, name), signal })
  const older = await checkOut(from, options('from'))
  const newer = await (to === undefined ? copyWorkingTree(options('to')) : checkOut(to, options('to')))
  const rewritten = migratedServices.flatMap(
    service => compareMigrations(service, readMigrations(older, service), readMigrations(newer, service)) ?? [],
  )
  if (rewritten.length > 0) {
    throw new Error(
      `${older.name} can't be upgraded to ${newer.name}, because migrations were rewritten:\n  ${rewritten.join('\n  ')}`,
    )
  }
  for (const checkout of [older, newer]) {
    log(`… packages of ${checkout.name}`)
    await installPackages(checkout, signal)
  }
  return { older, newer }
}

async function upgrade(options: Options, dir: string, signal: AbortSignal): Promise<UpgradeResult> {
  const { older, newer } = await prepare(options, dir, signal)
  const order = rollOrder(await readEventTypes(older, signal), await readEventTypes(newer, signal))
  log(`from ${older.name}\nto   ${newer.name}, in the order ${order.services.join(', ')}`)
  const { seconds, shoppers } = options
  return runUpgrade({ older, newer, order, seconds, shoppers, dir: join(dir, 'system'), log, signal })
}

async function main(): Promise<number> {
  const options = readOptions()
  if (options === undefined) {
    console.log(usage)
    return 0
  }
  return runInFolder({
    ...{ name: 'upgrade', keep: options.keep, json: options.json, log },
    dataDir: dir => join(dir, 'system'),
    run: (dir, signal) => upgrade(options, dir, signal),
    describe: describeUpgrade,
  })
}

process.exit(
  await main().catch(error => {
    log((error as Error).message)
    return 1
  }),
)
