import { setTimeout as delay } from 'node:timers/promises'

export interface PaymentWaiters {
  /** Ends the waiting for these orders' payments. */
  created(orderIds: readonly string[]): void
  /** Resolves when this process has created the order's payment, or after `timeoutMs`. */
  wait(orderId: string, timeoutMs: number): Promise<void>
}

/** Lets requests wait for a payment whose OrderCreated has not been consumed yet. */
export function createPaymentWaiters(): PaymentWaiters {
  const waiting = new Map<string, { promise: Promise<void>; resolve: () => void; count: number }>()
  return {
    created(orderIds) {
      if (waiting.size === 0) return
      for (const orderId of orderIds) waiting.get(orderId)?.resolve()
    },
    async wait(orderId, timeoutMs) {
      const waiter = waiting.get(orderId) ?? { ...Promise.withResolvers<void>(), count: 0 }
      waiting.set(orderId, waiter)
      waiter.count++
      const stop = new AbortController()
      await Promise.race([waiter.promise, delay(timeoutMs, undefined, { signal: stop.signal }).catch(() => {})])
      stop.abort()
      if (--waiter.count === 0) waiting.delete(orderId)
    },
  }
}
