import { createHash } from 'node:crypto'
import { type Logger, openRedis, Problem } from '@alipay-checkout/service-kit'
import type { RedisConnection } from '@alipay-checkout/service-kit/connections'
import type { Redis } from 'ioredis'

/** A command that takes longer counts as failed, ms. */
const commandTimeoutMs = 2_000

/** The console's part of Redis: sessions and started sign-ins, by the hash of what only the browser knows. */
export interface ConsoleRedis {
  /** Runs commands. Throws the problem `service-unavailable` if Redis does not answer. */
  run<T>(commands: (redis: Redis) => Promise<T>): Promise<T>
  /** The name of a key whose last part is secret: reading Redis is not enough to use it. */
  key(kind: string, secret: string): string
  close(): void
}

export function openConsoleRedis(options: {
  redis: RedisConnection
  systemName: string
  logger: Logger
}): ConsoleRedis {
  const redis = openRedis(options.redis, options.logger, 'commands')
  redis.options.commandTimeout = commandTimeoutMs
  // The first commands wait for the connection, at most for their time. Later ones fail at once while there is none.
  redis.options.enableOfflineQueue = true
  const failAtOnce = () => {
    redis.options.enableOfflineQueue = false
  }
  redis.once('ready', failAtOnce).once('error', failAtOnce)
  return {
    async run(commands) {
      try {
        return await commands(redis)
      } catch (error) {
        const detail = 'The console’s sessions are temporarily unavailable, because Redis does not answer. Try again.'
        throw new Problem('service-unavailable', detail, {}, { cause: error })
      }
    },
    key: (kind, secret) => `${options.systemName}:console:${kind}:${hashOf(secret)}`,
    close: () => redis.disconnect(false),
  }
}

/** SHA-256, in hex. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
