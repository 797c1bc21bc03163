import { setTimeout as delay } from 'node:timers/promises'

/** Nobody waits longer than this for others to join, ms. */
const restMaxMs = 50

/** Spaces the rounds of a loop that works on whatever has gathered meanwhile. */
export interface Pace {
  /** Waits for as long as the loop should rest, then counts the next round as begun. */
  next(signal?: AbortSignal): Promise<void>
  /** The round is done. */
  done(): void
}

/**
 * A loop rests after each round for as long as the round took, but at least until `everyMs` after its start. What a
 * round costs, here and at everybody who is told of it, is paid seldom then, and the more seldom the busier the machine:
 * rounds that take longer gather more. Whoever comes after the rest was over does not wait at all.
 */
export function createPace(everyMs: number): Pace {
  let startedAtMs = Number.NEGATIVE_INFINITY
  let restUntilMs = Number.NEGATIVE_INFINITY
  return {
    async next(signal) {
      const earlyMs = restUntilMs - performance.now()
      if (earlyMs > 0) await delay(earlyMs, undefined, { signal }).catch(() => {})
      startedAtMs = performance.now()
    },
    done() {
      const nowMs = performance.now()
      const tookMs = nowMs - startedAtMs
      restUntilMs = nowMs + Math.min(Math.max(everyMs - tookMs, tookMs), restMaxMs)
    },
  }
}
