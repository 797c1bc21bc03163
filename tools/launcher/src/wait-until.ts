/** What can end a wait early: the thing that is waited for has died. */
export interface WaitOptions {
  timeoutMs: number
  /** Pause between two looks. */
  everyMs?: number
  /** When this settles with an error, so does the wait. */
  unless?: Promise<never>
}

/**
 * Looks again and again until `check` gives back something other than undefined.
 *
 * @param check may throw: a throw counts as "not yet", and the last one is named when time is up
 * @throws Error with the last reason after `timeoutMs`, or whatever `unless` is rejected with
 */
export async function waitUntil<T>(check: () => Promise<T | undefined>, options: WaitOptions): Promise<T> {
  const endAtMs = performance.now() + options.timeoutMs
  let lastReason = 'it did not answer'
  for (;;) {
    try {
      const attempt = check()
      const result = await (options.unless === undefined ? attempt : Promise.race([attempt, options.unless]))
      if (result !== undefined) return result
    } catch (error) {
      await rethrowIfSettled(options.unless)
      lastReason = error instanceof Error ? error.message : String(error)
    }
    if (performance.now() >= endAtMs) throw new Error(`not ready after ${options.timeoutMs / 1000} s: ${lastReason}`)
    await pause(options.everyMs ?? 50, options.unless)
  }
}

async function rethrowIfSettled(unless: Promise<never> | undefined): Promise<void> {
  if (unless !== undefined) await Promise.race([unless, Promise.resolve()])
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
