import { type OrderHint, type OrderStatus, orderHintsChannel, readOrderHints } from '@alipay-checkout/contracts'
import { type Logger, openRedis } from '@alipay-checkout/service-kit'
import { Counter, type Registry } from 'prom-client'
import type { Order } from './order-state.ts'

/** What a wait ended with: the order as it now is, a hint that it changed elsewhere, or nothing in time. */
export type WatchOutcome = Order | 'changed_elsewhere' | 'timeout'

export interface OrderWatch {
  /**
   * Waits until an order has left the state `from`, at most `timeoutMs`. Call it before that can happen.
   * A change made by another replica arrives as a hint; a lost hint looks like a time-out, so read the order then.
   */
  leaves(orderId: string, from: OrderStatus, timeoutMs: number): Promise<WatchOutcome>
  /** Tells everyone who waits, here and in other processes, that these orders changed. Call it after the commit. */
  announce(changed: readonly Order[]): void
  close(): void
}

interface Waiter {
  from: OrderStatus
  done: (outcome: WatchOutcome) => void
}

/** Watches orders through this process's own commits and through Redis for those of other replicas of this system. */
export function openOrderWatch(options: {
  redisUrl: string
  systemName: string
  logger: Logger
  registry: Registry
}): OrderWatch {
  const { redisUrl, logger } = options
  const channel = orderHintsChannel(options.systemName)
  const malformedHints = new Counter({
    name: 'order_hints_malformed_total',
    help: 'Messages and hints on the Redis channel that could not be read',
    registers: [options.registry],
  })
  const waiting = new Map<string, Set<Waiter>>()
  const publisher = openRedis(redisUrl, logger, 'commands')
  const subscriber = openRedis(redisUrl, logger, 'subscribe')
  subscriber.subscribe(channel).catch(() => {})
  subscriber.on('message', (_channel: string, message: string) => {
    const { hints, malformed } = readOrderHints(message)
    if (malformed > 0) malformedHints.inc(malformed)
    for (const { orderId, orderStatus } of hints) settle(orderId, orderStatus, 'changed_elsewhere')
  })

  function settle(orderId: string, status: OrderStatus, outcome: WatchOutcome): void {
    for (const waiter of waiting.get(orderId) ?? []) if (waiter.from !== status) waiter.done(outcome)
  }

  function forget(orderId: string, waiter: Waiter): void {
    const others = waiting.get(orderId)
    others?.delete(waiter)
    if (others?.size === 0) waiting.delete(orderId)
  }

  return {
    leaves(orderId, from, timeoutMs) {
      const { promise, resolve } = Promise.withResolvers<WatchOutcome>()
      const waiter: Waiter = {
        from,
        done(outcome) {
          clearTimeout(timer)
          forget(orderId, waiter)
          resolve(outcome)
        },
      }
      const timer = setTimeout(() => waiter.done('timeout'), timeoutMs)
      const others = waiting.get(orderId)
      if (others) others.add(waiter)
      else waiting.set(orderId, new Set([waiter]))
      return promise
    },
    announce(changed) {
      if (changed.length === 0) return
      for (const order of changed) settle(order.orderId, order.status, order)
      const hints: OrderHint[] = changed.map(({ orderId, status }) => ({ orderId, orderStatus: status }))
      // A hint that Redis can't carry costs its waiters a poll.
      publisher.publish(channel, JSON.stringify(hints)).catch(() => {})
    },
    close() {
      for (const waiters of waiting.values()) for (const waiter of waiters) waiter.done('timeout')
      publisher.disconnect(false)
      subscriber.disconnect(false)
    },
  }
}
