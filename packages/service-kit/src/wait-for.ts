import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from './logger.ts'

/**
 * Waits until `check` passes, at most `timeoutMs`, and logs what it waits for and why. Then throws: a service without a
 * required dependency should end and be restarted. Aborting `signal` ends the wait with an error.
 */
export async function waitFor(
  what: string,
  check: () => Promise<unknown>,
  { logger, timeoutMs = 60_000, signal }: { logger: Log; timeoutMs?: number; signal?: AbortSignal | undefined },
): Promise<void> {
  const giveUpAt = Date.now() + timeoutMs
  for (let attempt = 0; ; attempt++) {
    try {
      await check()
      signal?.throwIfAborted()
      if (attempt > 0) logger.info({}, `${what} answers`)
      return
    } catch (error) {
      signal?.throwIfAborted()
      const reason = (error as Error).message || String(error)
      if (Date.now() >= giveUpAt) throw new Error(`${what} did not answer within ${timeoutMs} ms: ${reason}`)
      if (attempt % 10 === 0) logger.warn({ reason }, `waiting for ${what}`)
      await delay(Math.min(100 * 2 ** attempt, 1000), undefined, signal && { signal })
    }
  }
}
