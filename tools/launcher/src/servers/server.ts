import type { ProcessSpec } from '../guard/protocol.ts'
import { describeEnd, type Guard, type GuardedProcess } from '../guard/start-guard.ts'
import type { Log } from '../progress.ts'

/** What a server needs to be started. */
export interface ServerContext {
  /** The stack's directory: data, logs, settings. */
  dir: string
  /** Downloaded binaries, shared by all stacks. */
  cacheDir: string
  /** The environment that children inherit. */
  env: Record<string, string>
  guard: Guard
  log: Log
  /** Servers are taken down on purpose here, or may fall: one that ends does not end everything. */
  mayEnd?: boolean
}

/** How the guard takes the end of a server. */
export const kindOf = ({ mayEnd = false }: ServerContext): ProcessSpec['kind'] => (mayEnd ? 'task' : 'server')

/** One server of the stack that can be taken down and brought back, as tests of faults do. */
export interface ServerControl {
  /** Starts it and waits until it answers. */
  start(): Promise<void>
  /** Stops it: orderly, or with the given signal. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** Stages: what stops first has the higher number. */
export const stages = { server: 1, simulator: 2, service: 3, gateway: 4, task: 9 } as const

/** A promise that rejects when the process ends: for waits that would be in vain then. */
export function untilDeath(running: GuardedProcess, name: string): Promise<never> {
  const death = running.exited.then(end => {
    throw new Error(`${name} ended while starting (${describeEnd(end)}), see ${running.logFile}`)
  })
  // Whoever waits sees it; afterwards the guard reports the crash.
  death.catch(() => {})
  return death
}
