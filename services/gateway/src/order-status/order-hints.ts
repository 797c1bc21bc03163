import { type OrderStatus, orderHintsChannel, readOrderHints } from '@alipay-checkout/contracts'
import { type Logger, openRedis } from '@alipay-checkout/service-kit'
import { Counter, type Registry } from 'prom-client'

/** A listener for changes of one order. */
export interface OrderWatcher {
  onHint(status: OrderStatus): void
  /** Called when hints may have been lost: the order must be read again. */
  onGap(): Promise<void>
}

export interface OrderHints {
  /** Calls the watcher for every change of the order from now on. Returns the function that ends this. */
  watch(orderId: string, watcher: OrderWatcher): () => void
  watcherCount(orderId: string): number
  /** Resolves if Redis is connected, else throws. */
  check(): Promise<void>
  close(): void
}

/** Concurrent reads when every watched order is read again after an outage of Redis. */
const concurrentRereadsMax = 16

/**
 * One Redis subscription per process to the hints about changed orders of this system. Redis does not store them, so
 * after a lost connection every watcher's `onGap` is called once.
 */
export function openOrderHints(options: {
  redisUrl: string
  systemName: string
  logger: Logger
  registry: Registry
}): OrderHints {
  const { redisUrl, logger } = options
  const channel = orderHintsChannel(options.systemName)
  const malformedHints = new Counter({
    name: 'order_hints_malformed_total',
    help: 'Messages and hints on the Redis channel that could not be read',
    registers: [options.registry],
  })
  const watchers = new Map<string, Set<OrderWatcher>>()
  const redis = openRedis(redisUrl, logger, 'subscribe')
  let missed = false

  redis.on('message', (_channel: string, message: string) => {
    const { hints, malformed } = readOrderHints(message)
    if (malformed > 0) malformedHints.inc(malformed)
    for (const { orderId, orderStatus } of hints) {
      for (const watcher of watchers.get(orderId) ?? []) watcher.onHint(orderStatus)
    }
  })
  redis.on('close', () => {
    missed = true
  })
  redis.on('ready', async () => {
    if (!missed) return
    missed = false
    // ioredis subscribes again by itself; a second subscription is harmless and resolves once hints can arrive. If the
    // connection is lost meanwhile, the next `ready` repeats this.
    await subscribe()
    await rereadAll([...watchers.values()].flatMap(set => [...set]))
  })

  async function subscribe(): Promise<void> {
    await redis
      .subscribe(channel)
      .catch(error => logger.debug({ err: error }, 'the subscription to order hints was interrupted'))
  }
  // ioredis queues this until Redis is connected, so the gateway starts without Redis.
  void subscribe()

  return {
    watch(orderId, watcher) {
      const set = watchers.get(orderId) ?? new Set()
      watchers.set(orderId, set.add(watcher))
      return () => {
        set.delete(watcher)
        if (set.size === 0 && watchers.get(orderId) === set) watchers.delete(orderId)
      }
    },
    watcherCount: orderId => watchers.get(orderId)?.size ?? 0,
    async check() {
      if (redis.status !== 'ready') throw new Error('Redis can not be reached')
    },
    close: () => redis.disconnect(false),
  }
}

async function rereadAll(pending: OrderWatcher[]): Promise<void> {
  const worker = async () => {
    for (let next = pending.pop(); next; next = pending.pop()) await next.onGap()
  }
  await Promise.all(Array.from({ length: concurrentRereadsMax }, worker))
}
