import { readFileSync } from 'node:fs'
import { type ClientLog, type SystemUnderTest, withAdmin } from '@alipay-checkout/faults'
import { consumedTopics } from '@alipay-checkout/test-support'
import { judgeUpgrade } from './judge-upgrade.ts'

/**
 * Finds what shows already, while shoppers shop, that two versions do not fit: a sentence for each, and the errors that the
 * services have logged.
 */
export async function findMisfits(system: SystemUnderTest, { failedTries }: ClientLog): Promise<string[]> {
  const misfits = [
    ...judgeUpgrade({ failedTries, refused: {}, ends: system.ends }),
    ...(await readDeadLettered(system.kafkaBrokers)),
  ]
  if (misfits.length === 0) return []
  const errors = system.replicas.map(({ name, logFile }) => ({ name, log: readFileSync(logFile, 'utf8') }))
  return [...misfits, ...listErrors(errors)]
}

/** No version that fits dead-letters a record here: none of them is malformed. */
function readDeadLettered(brokers: string): Promise<string[]> {
  return withAdmin(brokers, async admin => {
    const counts = await Promise.all(
      Object.keys(consumedTopics).map(async group => {
        const partitions = await admin.fetchTopicOffsets(`${group}.dlq`)
        return [group, partitions.reduce((sum, { offset }) => sum + Number(offset), 0)] as const
      }),
    )
    return counts.flatMap(([group, count]) => (count === 0 ? [] : [`${group} dead-lettered ${count} records`]))
  })
}

/** Different errors that are listed. */
const errorsMax = 10
const messageMax = 200
/** Levels of pino. */
const errorLevel = 50

/** The different errors in logs of replicas, each with how often it was logged. Pure. */
export function listErrors(replicas: readonly { name: string; log: string }[]): string[] {
  const counts = new Map<string, number>()
  for (const { name, log } of replicas) {
    for (const message of log.split('\n').flatMap(errorIn)) {
      const what = `${name.replace(/-\d+$/, '')} logged: ${message}`
      counts.set(what, (counts.get(what) ?? 0) + 1)
    }
  }
  const byCount = [...counts].sort(([, a], [, b]) => b - a).slice(0, errorsMax)
  return byCount.map(([what, count]) => (count === 1 ? what : `${what} (${count} times)`))
}

/** The message of a log line about an error; the innermost cause, which is the database's. */
function errorIn(line: string): string[] {
  let entry: { level?: number; msg?: string; err?: LoggedError }
  try {
    entry = JSON.parse(line)
  } catch {
    return []
  }
  if ((entry.level ?? 0) < errorLevel) return []
  let cause = entry.err
  while (cause?.cause) cause = cause.cause
  // Drizzle puts the statement before what PostgreSQL says.
  const message = (cause?.message ?? entry.msg ?? '').replace(/^Failed query: .*: /s, '').replaceAll(/\s+/g, ' ')
  return [message.length > messageMax ? `…${message.slice(-messageMax)}` : message]
}

interface LoggedError {
  message?: string
  cause?: LoggedError
}
