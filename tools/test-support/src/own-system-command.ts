import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readLocalDir } from '@alipay-checkout/launcher'

// What the commands share that start a system of their own: faults, upgrade-test, restore-drill.

/** The value of an option that takes a whole number. @throws Error naming the option */
export function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least) return value
  throw new Error(`--${name} takes a whole number from ${least} on`)
}

/** A folder `<name>-<n>` in the launcher's folder that no present or kept run has. It is not created. */
export function newRunFolder(name: string): string {
  const localDir = readLocalDir()
  mkdirSync(localDir, { recursive: true })
  const taken = new Set(readdirSync(localDir))
  for (let n = 1; ; n++) if (!taken.has(`${name}-${n}`)) return join(localDir, `${name}-${n}`)
}

/** Aborts when this process is told to end, or when its parent has ended, which may be killed without sending a signal. */
export function abortedByEnd(): AbortSignal {
  const ending = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort())
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && ending.abort(), 500).unref()
  return ending.signal
}

/**
 * Runs a command in a folder of its own, which is removed afterwards unless the run fails or `keep` says so, and prints the
 * result on stdout. Returns the exit code: 0 where the run passed, 130 where it was aborted, else 1. With `json`, a run
 * that throws prints `{ passed: false, error }`.
 *
 * @param options.run gets the folder, which it creates. A run that throws before it has created `dataDir` leaves nothing to keep
 */
export async function runInFolder<Result extends { passed: boolean }>(options: {
  name: string
  keep: boolean
  json: boolean
  /** Where data and logs are, by the run's folder. */
  dataDir: (dir: string) => string
  run: (dir: string, signal: AbortSignal) => Promise<Result>
  describe: (result: Result) => string
  log: (line: string) => void
}): Promise<number> {
  const { keep, log } = options
  const giveUp = abortedByEnd()
  const dir = newRunFolder(options.name)
  let isKept = keep
  try {
    const result = await options.run(dir, giveUp)
    isKept ||= !result.passed
    const kept = isKept ? { kept: dir } : {}
    console.log(options.json ? JSON.stringify({ ...result, ...kept }, null, 2) : options.describe(result))
    return result.passed ? 0 : 1
  } catch (error) {
    if (giveUp.aborted) return 130
    isKept ||= existsSync(options.dataDir(dir))
    const { message } = error as Error
    log(`✖ ${message}`)
    if (options.json) {
      console.log(JSON.stringify({ passed: false, error: message, ...(isKept ? { kept: dir } : {}) }, null, 2))
    }
    return 1
  } finally {
    if (isKept) log(`\nlogs and data are kept in ${dir}`)
    else rmSync(dir, { recursive: true, force: true })
  }
}
