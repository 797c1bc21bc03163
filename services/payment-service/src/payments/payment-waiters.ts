import { setTimeout as delay } from 'node:timers/promises'

export interface PaymentWaiters {
  /** These orders' payments are known now. */
  arrived(orderIds: readonly string[]): void
  /** Resolves when the order's payment arrived in this process, or after `timeoutMs`: then look, it may have arrived in another. */
  wait(orderId: string, timeoutMs: number): Promise<void>
}

/** Lets requests wait for a payment whose OrderCreated is still on its way. */
export function createPaymentWaiters(): PaymentWaiters {
  const waiting = new Map<string, { promise: Promise<void>; resolve: () => void; count: number }>()
  return {
    arrived(orderIds) {
      if (waiting.size === 0) return
      for (const orderId of orderIds) waiting.get(orderId)?.resolve()
    },
    async wait(orderId, timeoutMs) {
      const arrival = waiting.get(orderId) ?? { ...Promise.withResolvers<void>(), count: 0 }
      waiting.set(orderId, arrival)
      arrival.count++
      const stop = new AbortController()
      await Promise.race([arrival.promise, delay(timeoutMs, undefined, { signal: stop.signal }).catch(() => {})])
      stop.abort()
      if (--arrival.count === 0) waiting.delete(orderId)
    },
  }
}
