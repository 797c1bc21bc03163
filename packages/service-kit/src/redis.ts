import { Redis } from 'ioredis'
import type { Logger } from './logger.ts'

/**
 * Connects to Redis and keeps reconnecting. Commands fail at once while Redis is unavailable, because hints and timers are
 * replaced by polling and sweeps then; `blocking` connections (BullMQ workers) wait instead.
 */
export function openRedis(url: string, logger: Logger, use: 'commands' | 'subscribe' | 'blocking'): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: use === 'commands' ? 0 : null,
    enableOfflineQueue: use !== 'commands',
    retryStrategy: attempt => Math.min(100 * attempt, 1000),
  })
  let down = false
  redis.on('error', (error: Error) => {
    if (!down) logger.warn({ reason: error.message }, 'Redis is not reachable, reconnecting')
    down = true
  })
  redis.on('ready', () => {
    if (down) logger.info('Redis is back')
    down = false
  })
  return redis
}
