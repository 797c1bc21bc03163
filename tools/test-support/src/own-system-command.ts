import { mkdirSync, readdirSync } from 'node:fs'
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
