/**
 * `money`: closing, refunds and cases; never refused. `sync`: scheduled queries about open payments, openings that need a
 * call, and closing an attempt for the next one; they wait a few seconds at most. `request`: queries caused by shoppers'
 * requests; they never wait, and get only what the other two leave.
 */
export type CallPriority = (typeof callPriorities)[number]
export const callPriorities = ['money', 'sync', 'request'] as const

export interface CallBudget {
  /** Whether a call of priority `request` would be granted now. Takes nothing. */
  hasRoom(): boolean
  /** The part of the budget that is left, from 0 to 1. */
  leftRatio(): number
  /** Resolves to true when the call may be made, in order of priority; to false when it is refused. */
  take(priority: CallPriority): Promise<boolean>
}

/** Shares of the bucket that calls of a lower priority leave to those above. */
const reservedShare: Record<CallPriority, number> = { money: 0, sync: 0.2, request: 0.5 }
/** A scheduled query that waited this long is left to its next time, ms. */
const syncWaitMaxMs = 5_000

interface Waiter {
  readonly priority: 'money' | 'sync'
  readonly grant: (granted: boolean) => void
}

/**
 * One budget for every call that this process makes to Alipay: `perSecond` on average, and as many at once. Alipay
 * limits an app's calls, and closing and refunds must not wait behind shoppers who reload a page.
 */
export function createCallBudget({ perSecond }: { perSecond: number }): CallBudget {
  let tokens = perSecond
  let filledAt = performance.now()
  const waiting: Waiter[] = []
  let timer: NodeJS.Timeout | undefined

  function refill(): void {
    const now = performance.now()
    tokens = Math.min(perSecond, tokens + ((now - filledAt) / 1000) * perSecond)
    filledAt = now
  }

  const isAffordable = (priority: CallPriority) => tokens >= 1 + Math.floor(reservedShare[priority] * perSecond)

  /** Grants waiting calls, `money` first, and runs again when the next token is available. */
  function serve(): void {
    clearTimeout(timer)
    timer = undefined
    refill()
    for (const priority of ['money', 'sync'] as const) {
      while (isAffordable(priority)) {
        const next = waiting.findIndex(waiter => waiter.priority === priority)
        if (next < 0) break
        tokens--
        waiting.splice(next, 1)[0]?.grant(true)
      }
    }
    if (waiting.length > 0) timer = setTimeout(serve, Math.max(1, 1000 / perSecond))
  }

  function wait(priority: 'money' | 'sync'): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const waiter: Waiter = { priority, grant: resolve }
    waiting.push(waiter)
    if (priority === 'sync') {
      const givingUp = setTimeout(() => {
        const at = waiting.indexOf(waiter)
        if (at < 0) return
        waiting.splice(at, 1)
        resolve(false)
      }, syncWaitMaxMs)
      promise.then(() => clearTimeout(givingUp))
    }
    timer ??= setTimeout(serve, Math.max(1, 1000 / perSecond))
    return promise
  }

  function hasRoom(): boolean {
    refill()
    return waiting.length === 0 && isAffordable('request')
  }

  return {
    hasRoom,
    leftRatio() {
      refill()
      return Math.max(0, tokens / perSecond)
    },
    async take(priority) {
      if (priority === 'request') {
        if (!hasRoom()) return false
        tokens--
        return true
      }
      refill()
      const ahead = waiting.some(waiter => waiter.priority === 'money' || waiter.priority === priority)
      if (ahead || !isAffordable(priority)) return wait(priority)
      tokens--
      return true
    },
  }
}
