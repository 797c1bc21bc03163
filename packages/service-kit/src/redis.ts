import { Redis } from 'ioredis'
import { adviceOnRedis, type RedisConnection, redisOptions } from './connections/index.ts'
import type { Logger } from './logger.ts'

/**
 * Connects to Redis and keeps reconnecting. Commands fail at once while Redis is unavailable, because hints and timers are
 * replaced by polling and sweeps then; `blocking` connections (BullMQ workers) wait instead.
 */
export function openRedis(
  connection: RedisConnection,
  logger: Logger,
  use: 'commands' | 'subscribe' | 'blocking',
): Redis {
  const redis = new Redis(connection.url, {
    ...redisOptions(connection),
    maxRetriesPerRequest: use === 'commands' ? 0 : null,
    enableOfflineQueue: use !== 'commands',
    retryStrategy: attempt => Math.min(100 * attempt, 1000),
  })
  let isFirst = true
  const note = (error: Error) => {
    const advice = adviceOnRedis(error, connection, { isFirst })
    const reason = advice === undefined ? error.message : `${error.message}; ${advice}`
    const known = reasons.get(redis)
    reasons.set(redis, reason)
    if (known === undefined) logger.warn({ reason }, 'Redis is not reachable, reconnecting')
  }
  redis.on('error', note)
  // A server with TLS only closes the connection of a client without.
  redis.on('reconnecting', () => {
    if (!reasons.has(redis)) note(new Error('Redis closed the connection'))
  })
  redis.on('ready', () => {
    isFirst = false
    if (reasons.delete(redis)) logger.info('Redis is back')
  })
  return redis
}

/** Why each connection is not ready. */
const reasons = new WeakMap<Redis, string>()

/** Resolves while Redis answers; throws the reason, with the setting that it points at. */
export async function checkRedis(redis: Redis): Promise<void> {
  if (reasons.has(redis)) throw new Error(whyNotReady(redis))
  await redis.ping()
}

/** Why a connection can not be used, as far as it is known. */
export function whyNotReady(redis: Redis): string {
  const reason = reasons.get(redis)
  return reason === undefined ? 'Redis can not be reached' : `Redis can not be reached: ${reason}`
}
