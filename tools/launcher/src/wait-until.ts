import { inspect } from 'node:util'

export interface WaitOptions {
  /** Completes `Waited 60 s until …` when it does not come about, e.g. `the order is PAID`. */
  what?: string
  /** 60 s by default: on a machine that runs all tests at once, a process may take 20 s to start. */
  timeoutMs?: number
  /** Pause between two attempts. */
  everyMs?: number
  /** A rejection ends the wait at once, e.g. because the process that is waited for has ended. */
  unless?: Promise<never>
}

type Falsy = undefined | null | false | 0 | ''

/**
 * Calls `check` repeatedly until it returns something truthy, and returns that. A check that throws counts as "not yet":
 * an address may not answer, a row may not exist.
 *
 * @throws Error naming what was waited for and the last result, after `timeoutMs`; or the rejection of `unless`
 */
export async function waitUntil<T>(
  check: () => T | Promise<T>,
  { what = 'it is ready', timeoutMs = 60_000, everyMs = 25, unless }: WaitOptions = {},
): Promise<Exclude<T, Falsy>> {
  const giveUpAtMs = performance.now() + timeoutMs
  for (;;) {
    const { value, reason } = await attempt(check, unless)
    if (value) return value as Exclude<T, Falsy>
    if (performance.now() >= giveUpAtMs) throw new Error(`Waited ${timeoutMs / 1000} s until ${what}: ${reason}`)
    await pause(everyMs, unless)
  }
}

async function attempt<T>(
  check: () => T | Promise<T>,
  unless: Promise<never> | undefined,
): Promise<{ value?: T; reason: string }> {
  try {
    const value = await (unless === undefined ? check() : Promise.race([check(), unless]))
    return { value, reason: `the last result was ${inspect(value, { depth: 4, breakLength: 120 })}` }
  } catch (error) {
    // The check may have failed because what `unless` stands for has ended.
    if (unless !== undefined) await Promise.race([unless, Promise.resolve()])
    return { reason: error instanceof Error ? error.message : inspect(error) }
  }
}

async function pause(ms: number, unless: Promise<never> | undefined): Promise<void> {
  const timer = Promise.withResolvers<void>()
  const handle = setTimeout(timer.resolve, ms)
  try {
    await (unless === undefined ? timer.promise : Promise.race([timer.promise, unless]))
  } finally {
    clearTimeout(handle)
  }
}
