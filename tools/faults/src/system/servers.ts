import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { processesOf, type ServerControl, type Stack } from '@alipay-checkout/launcher'

/** A server of the stack that is started again when it ends. */
export interface SupervisedServer {
  /** As its process and its folder are called. */
  name: string
  /** Sends SIGKILL and starts it after `downMs`; `meanwhile` runs while it is down. Resolves when it answers again. */
  crash(downMs: number, meanwhile?: () => void): Promise<void>
}

export interface SupervisedServers {
  postgres: SupervisedServer
  redis: SupervisedServer
  brokers: SupervisedServer[]
  /** Deletes Redis' data, while Redis is down. */
  wipeRedis(): void
  /** Ends the supervision. */
  stop(): Promise<void>
}

const everyMs = 500
const startTriesMax = 20
const startAgainAfterMs = 1_000

/**
 * Supervises the servers of a stack, which may end by themselves, as PostgreSQL does when its disk is full.
 *
 * @param onEnd receives the name of each server that ended without being crashed by `crash`
 */
export function superviseServers(dir: string, stack: Stack, onEnd: (name: string) => void): SupervisedServers {
  const stopping = new AbortController()
  const watches: Promise<void>[] = []

  function supervise(name: string, control: ServerControl | undefined): SupervisedServer {
    if (control === undefined) throw new Error(`the stack has no ${name} of its own`)
    let busy = false

    /** Retries, because the disk may still be full, or the process before it still ending. */
    async function startAgain(): Promise<void> {
      for (let tries = 1; !stopping.signal.aborted; tries++) {
        try {
          return await control?.start()
        } catch (error) {
          if (tries === startTriesMax) throw error
          await delay(startAgainAfterMs, undefined, { signal: stopping.signal }).catch(() => {})
        }
      }
    }

    async function watch(): Promise<void> {
      while (!stopping.signal.aborted) {
        await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => {})
        if (busy || stopping.signal.aborted || processesOf(dir).has(name)) continue
        onEnd(name)
        busy = true
        await startAgain().finally(() => {
          busy = false
        })
      }
    }
    watches.push(watch())

    return {
      name,
      async crash(downMs, meanwhile) {
        while (busy) await delay(everyMs)
        busy = true
        try {
          await control.stop('SIGKILL')
          meanwhile?.()
          await delay(downMs)
          await startAgain()
        } finally {
          busy = false
        }
      },
    }
  }

  const redisFolder = join(dir, 'redis')
  return {
    postgres: supervise('postgres', stack.servers.postgres),
    redis: supervise('redis', stack.servers.redis),
    brokers: (stack.brokers ?? []).map(broker => supervise(broker.name, broker)),
    wipeRedis() {
      for (const entry of readdirSync(redisFolder)) rmSync(join(redisFolder, entry), { recursive: true, force: true })
    },
    async stop() {
      stopping.abort()
      await Promise.allSettled(watches)
    },
  }
}
