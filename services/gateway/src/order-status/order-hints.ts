import { type OrderStatus, orderHintsChannel, readOrderHints } from '@alipay-checkout/contracts'
import { type Logger, openRedis } from '@alipay-checkout/service-kit'
import { Counter, type Registry } from 'prom-client'

/** Somebody who waits for an order to change. */
export interface OrderWatcher {
  onHint(status: OrderStatus): void
  /** Hints may have been lost: read the order again. */
  onGap(): Promise<void>
}

export interface OrderHints {
  /** Calls the watcher for every change of the order from now on. Gives the function that ends it. */
  watch(orderId: string, watcher: OrderWatcher): () => void
  watcherCount(orderId: string): number
  /** Resolves when hints can arrive, else throws. */
  check(): Promise<void>
  close(): void
}

/** After an outage of Redis every waiting order is read again, this many at a time. */
const rereadsAtOnceMax = 16

/**
 * One subscription per process to the changed orders of this system. Hints are never the truth, only fresh: when
 * Redis was away, every watcher is told once that something may have been missed.
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
    // ioredis subscribes again by itself; doing it once more is harmless and tells when hints flow. If the connection is
    // lost again meanwhile, the next `ready` does all this anew.
    await subscribe()
    await rereadAll([...watchers.values()].flatMap(set => [...set]))
  })

  async function subscribe(): Promise<void> {
    await redis.subscribe(channel).catch(error => logger.debug({ err: error }, 'a subscription was given up'))
  }
  // Waits in ioredis until Redis is there; the gateway starts without it.
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

async function rereadAll(waiting: OrderWatcher[]): Promise<void> {
  const worker = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) await next.onGap()
  }
  await Promise.all(Array.from({ length: rereadsAtOnceMax }, worker))
}
