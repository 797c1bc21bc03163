import type { Redis } from 'ioredis'
import type { RedisConnection } from './connections/index.ts'
import type { Logger } from './logger.ts'
import { openRedis } from './redis.ts'

/** Connections to Redis of the workers of due work in this process. */
export interface TimerConnections {
  /** For queues: commands fail at once while Redis is away. */
  commands: Redis
  /** For BullMQ's workers, which wait; each waits for jobs on a copy of its own. */
  blocking: Redis
  /** Ends the connections when no other worker of the process uses them. */
  release(): void
}

const open = new WeakMap<RedisConnection, { commands: Redis; blocking: Redis; users: number }>()

/**
 * Connects to Redis, once for all callers that pass the same object. Two of their own for each worker would be 18
 * connections of a payment-service, each with BullMQ's scripts.
 */
export function timerConnections(redis: RedisConnection, logger: Logger): TimerConnections {
  const shared = open.get(redis) ?? {
    commands: openRedis(redis, logger, 'commands'),
    blocking: openRedis(redis, logger, 'blocking'),
    users: 0,
  }
  shared.users += 1
  open.set(redis, shared)
  const { commands, blocking } = shared
  return {
    commands,
    blocking,
    release() {
      shared.users -= 1
      if (shared.users > 0) return
      open.delete(redis)
      commands.disconnect(false)
      blocking.disconnect(false)
    },
  }
}
