import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { processesOf, type ServerControl, type Stack } from '@alipay-checkout/launcher'

/** A server of the stack that is broken and brought back here. */
export interface BrokenServer {
  /** As its process and its folder are called. */
  name: string
  /** SIGKILL, and back after a while; `meanwhile` works on what it has left. Resolves when it answers again. */
  crash(downMs: number, meanwhile?: () => void): Promise<void>
}

/** The stack's servers, each of them brought back when it ends. */
export interface BrokenServers {
  postgres: BrokenServer
  redis: BrokenServer
  brokers: BrokenServer[]
  /** Deletes what Redis keeps; while it is away. */
  wipeRedis(): void
  /** Brings nobody back any more. */
  stop(): Promise<void>
}

const lookEveryMs = 500
const startTriesMax = 20
const startAgainAfterMs = 1_000

/**
 * Watches over the servers of a stack that may end by themselves, as PostgreSQL does when its disk is full.
 *
 * @param onEnd told of each that ended without being crashed from here
 */
export function superviseServers(dir: string, stack: Stack, onEnd: (name: string) => void): BrokenServers {
  const stopping = new AbortController()
  const watches: Promise<void>[] = []

  function supervise(name: string, control: ServerControl | undefined): BrokenServer {
    if (control === undefined) throw new Error(`the stack has no ${name} of its own`)
    let busy = false

    /** It may not come up at once: its disk may still be full, or the one before it still leaving. */
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
        await delay(lookEveryMs, undefined, { signal: stopping.signal }).catch(() => {})
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
        while (busy) await delay(lookEveryMs)
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
