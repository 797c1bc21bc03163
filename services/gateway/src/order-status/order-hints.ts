import type { OrderStatus } from '@alipay-checkout/contracts'
import { type Logger, type OrderHintSubscription, subscribeToOrderHints } from '@alipay-checkout/service-kit'
import type { RedisConnection } from '@alipay-checkout/service-kit/connections'
import type { Registry } from 'prom-client'

/** A listener for changes of one order. */
export interface OrderWatcher {
  onHint(status: OrderStatus): void
  /** Called when hints may have been lost: the order must be read again. */
  onGap(): Promise<void>
}

export interface OrderHints extends OrderHintSubscription {
  /** Calls the watcher for every change of the order from now on. Returns the function that ends this. */
  watch(orderId: string, watcher: OrderWatcher): () => void
  watcherCount(orderId: string): number
}

/** Concurrent reads when every watched order is read again after an outage of Redis. */
const concurrentRereadsMax = 16

/** Distributes the hints about changed orders of this system to the watchers of each order. */
export function openOrderHints(options: {
  redis: RedisConnection
  systemName: string
  logger: Logger
  registry: Registry
}): OrderHints {
  const watchers = new Map<string, Set<OrderWatcher>>()
  const subscription = subscribeToOrderHints({
    ...options,
    onHint({ orderId, orderStatus }) {
      for (const watcher of watchers.get(orderId) ?? []) watcher.onHint(orderStatus)
    },
    onGap: () => void rereadAll([...watchers.values()].flatMap(set => [...set])),
  })

  return {
    ...subscription,
    watch(orderId, watcher) {
      const set = watchers.get(orderId) ?? new Set()
      watchers.set(orderId, set.add(watcher))
      return () => {
        set.delete(watcher)
        if (set.size === 0 && watchers.get(orderId) === set) watchers.delete(orderId)
      }
    },
    watcherCount: orderId => watchers.get(orderId)?.size ?? 0,
  }
}

async function rereadAll(pending: OrderWatcher[]): Promise<void> {
  const worker = async () => {
    for (let next = pending.pop(); next; next = pending.pop()) await next.onGap()
  }
  await Promise.all(Array.from({ length: concurrentRereadsMax }, worker))
}
