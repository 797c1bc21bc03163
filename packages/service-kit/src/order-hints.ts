import { type OrderHint, orderHintsChannel, readOrderHints } from '@alipay-checkout/contracts'
import { Counter, type Registry } from 'prom-client'
import type { RedisConnection } from './connections/index.ts'
import type { Logger } from './logger.ts'
import { openRedis, whyNotReady } from './redis.ts'

export interface OrderHintSubscription {
  /** Resolves while hints can arrive, else throws: a readiness check. */
  check(): Promise<void>
  close(): void
}

/**
 * Subscribes to the hints on Redis that name changed orders of this system: one subscription per process. A hint is
 * never the only source of a state: it may be lost with the connection to Redis, so `onGap` runs after each reconnection,
 * once hints arrive again. The process starts without Redis. Messages that are malformed are skipped and counted by
 * `order_hints_malformed_total`, because anyone with access to Redis can publish on the channel.
 */
export function subscribeToOrderHints(options: {
  redis: RedisConnection
  systemName: string
  logger: Logger
  registry: Registry
  onHint: (hint: OrderHint) => void
  /** Hints may have been lost: read what they are about again. */
  onGap?: () => void
}): OrderHintSubscription {
  const { logger, onHint, onGap } = options
  const channel = orderHintsChannel(options.systemName)
  const malformedHints = new Counter({
    name: 'order_hints_malformed_total',
    help: 'Messages and hints on the Redis channel that could not be read',
    registers: [options.registry],
  })
  const redis = openRedis(options.redis, logger, 'subscribe')
  let isGap = false

  redis.on('message', (_channel: string, message: string) => {
    const { hints, malformed } = readOrderHints(message)
    if (malformed > 0) malformedHints.inc(malformed)
    for (const hint of hints) onHint(hint)
  })
  redis.on('close', () => {
    isGap = true
  })
  redis.on('ready', async () => {
    if (!isGap) return
    isGap = false
    // ioredis resubscribes by itself; a second SUBSCRIBE does no harm and its answer says that hints arrive again. If
    // the connection is lost meanwhile, the next `ready` repeats all of this.
    await subscribe()
    onGap?.()
  })

  async function subscribe(): Promise<void> {
    await redis.subscribe(channel).catch(error => logger.debug({ err: error }, 'a Redis subscription failed'))
  }
  // ioredis keeps the command until Redis can be reached.
  void subscribe()

  return {
    async check() {
      if (redis.status !== 'ready') throw new Error(whyNotReady(redis))
    },
    close: () => redis.disconnect(false),
  }
}
