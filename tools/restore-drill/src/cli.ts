// npm run restore-drill: loses a system of its own under load, restores it, and audits what was recovered.
import { parseArgs } from 'node:util'
import { runInFolder, wholeNumber } from '@alipay-checkout/test-support'
import { describeDrill } from './report.ts'
import { runDrill } from './run.ts'

const usage = `Starts a system with a PostgreSQL cluster for each database, loads it, takes base backups, loses all databases, Kafka and
Redis, restores the databases to different moments, and recovers the rest from Alipay as docs/operations/backup.md says.
Exits with 1 where the audit finds a broken promise, or a case is left that the document does not decide.

  npm run restore-drill
  npm run restore-drill -- --json

  --seconds S    how long shoppers shop before the moments to restore to (40)
  --shoppers N   how many shop at the same time (6)
  --json         one JSON object on stdout
  --keep         keeps logs and data

A drill that fails keeps its logs and data, and prints their folder.`

const log = (line: string) => console.error(line)

function readOptions() {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '40' },
      shoppers: { type: 'string', default: '6' },
      json: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    ...values,
    seconds: wholeNumber('seconds', values.seconds, 8),
    shoppers: wholeNumber('shoppers', values.shoppers, 1),
  }
}

async function main(): Promise<number> {
  const { help, json, keep, seconds, shoppers } = readOptions()
  if (help) {
    console.log(usage)
    return 0
  }
  return runInFolder({
    ...{ name: 'restore', keep, json, log },
    dataDir: dir => dir,
    run: (dir, signal) =>
      runDrill({ seconds, shoppers, dir, log, signal }).catch((error: Error) => {
        throw new Error(`the drill failed: ${error.stack}`, { cause: error })
      }),
    describe: describeDrill,
  })
}

process.exit(
  await main().catch(error => {
    log((error as Error).message)
    return 1
  }),
)
