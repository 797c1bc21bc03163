import { type OrderHint, type OrderStatus, orderHintsChannel } from '@alipay-checkout/contracts'
import { type Logger, openRedis, subscribeToOrderHints } from '@alipay-checkout/service-kit'
import type { RedisConnection } from '@alipay-checkout/service-kit/connections'
import type { Registry } from 'prom-client'
import type { Order } from './order-state.ts'

/** How a wait ended: with the changed order, with the hint of another replica that it changed, or with a timeout. */
export type WatchOutcome = Order | 'changed_elsewhere' | 'timeout'

export interface OrderWatch {
  /**
   * Waits at most `timeoutMs` until an order has left the status `from`. Call it before the order can change. A hint from
   * another replica may be lost, so read the order again after a timeout.
   */
  leaves(orderId: string, from: OrderStatus, timeoutMs: number): Promise<WatchOutcome>
  /** Notifies all waiting requests of this system of changed orders. Call it after the commit. */
  announce(changed: readonly Order[]): void
  close(): void
}

interface Waiter {
  from: OrderStatus
  done: (outcome: WatchOutcome) => void
}

/** Watches orders that change in this process, and through Redis those that change in other replicas of the system. */
export function openOrderWatch(options: {
  redis: RedisConnection
  systemName: string
  logger: Logger
  registry: Registry
}): OrderWatch {
  const channel = orderHintsChannel(options.systemName)
  const waiting = new Map<string, Set<Waiter>>()
  const publisher = openRedis(options.redis, options.logger, 'commands')
  const subscription = subscribeToOrderHints({
    ...options,
    onHint: ({ orderId, orderStatus }) => settle(orderId, orderStatus, 'changed_elsewhere'),
  })

  function settle(orderId: string, status: OrderStatus, outcome: WatchOutcome): void {
    for (const waiter of waiting.get(orderId) ?? []) if (waiter.from !== status) waiter.done(outcome)
  }

  function remove(orderId: string, waiter: Waiter): void {
    const waiters = waiting.get(orderId)
    waiters?.delete(waiter)
    if (waiters?.size === 0) waiting.delete(orderId)
  }

  return {
    leaves(orderId, from, timeoutMs) {
      const { promise, resolve } = Promise.withResolvers<WatchOutcome>()
      const waiter: Waiter = {
        from,
        done(outcome) {
          clearTimeout(timer)
          remove(orderId, waiter)
          resolve(outcome)
        },
      }
      const timer = setTimeout(() => waiter.done('timeout'), timeoutMs)
      const waiters = waiting.get(orderId)
      if (waiters) waiters.add(waiter)
      else waiting.set(orderId, new Set([waiter]))
      return promise
    },
    announce(changed) {
      if (changed.length === 0) return
      for (const order of changed) settle(order.orderId, order.status, order)
      const hints: OrderHint[] = changed.map(({ orderId, status }) => ({ orderId, orderStatus: status }))
      // Without Redis, requests that wait in other replicas read the order after their timeout.
      publisher.publish(channel, JSON.stringify(hints)).catch(() => {})
    },
    close() {
      for (const waiters of waiting.values()) for (const waiter of waiters) waiter.done('timeout')
      publisher.disconnect(false)
      subscription.close()
    },
  }
}
