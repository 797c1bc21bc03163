import { inspect } from 'node:util'

/** How long to wait, and for what. */
export interface WaitUntilOptions {
  /** For the message when it does not come about, e.g. `the order is PAID`. */
  what: string
  timeoutMs?: number
  /** Pause between two looks. */
  everyMs?: number
}

type Falsy = undefined | null | false | 0 | ''

/**
 * Looks again and again until `check` gives back something truthy, and gives that back. A check that throws means "not
 * yet": an address may not answer, a row may not be there.
 *
 * @throws Error naming what was waited for and what the last look saw, after `timeoutMs` (10 s by default)
 */
export async function waitUntil<T>(
  check: () => T | Promise<T>,
  { what, timeoutMs = 10_000, everyMs = 25 }: WaitUntilOptions,
): Promise<Exclude<T, Falsy>> {
  const giveUpAtMs = performance.now() + timeoutMs
  for (;;) {
    const { value, saw } = await look(check)
    if (value) return value as Exclude<T, Falsy>
    if (performance.now() >= giveUpAtMs) throw new Error(`Waited ${timeoutMs} ms until ${what}, but ${saw}`)
    await pause(everyMs)
  }
}

async function look<T>(check: () => T | Promise<T>): Promise<{ value?: T; saw: string }> {
  try {
    const value = await check()
    return { value, saw: `the last look gave ${inspect(value, { depth: 4, breakLength: 120 })}` }
  } catch (error) {
    return { saw: `the last look failed: ${error instanceof Error ? error.message : inspect(error)}` }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
