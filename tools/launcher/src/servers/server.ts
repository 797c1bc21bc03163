import type { ProcessSpec } from '../guard/protocol.ts'
import { describeEnd, type Guard, type GuardedProcess } from '../guard/start-guard.ts'
import type { Log } from '../progress.ts'

/** What is needed to start a server. */
export interface ServerContext {
  /** Data, logs and settings of the stack. */
  dir: string
  /** Downloaded programs, shared by all stacks. */
  cacheDir: string
  /** The environment of the processes. */
  env: Record<string, string>
  guard: Guard
  log: Log
  /** Whether the others continue when a server ends. */
  mayEnd?: boolean
}

/** Whether the guard stops everything when this server ends. */
export const kindOf = ({ mayEnd = false }: ServerContext): ProcessSpec['kind'] => (mayEnd ? 'task' : 'server')

/** Starts and stops one server. */
export interface ServerControl {
  /** Starts the server and waits until it answers. */
  start(): Promise<void>
  /** Stops the server, in an orderly way unless another signal is given, and waits for its end. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** The order in which processes stop: higher stages first. */
export const stages = { server: 1, simulator: 2, service: 3, gateway: 4, task: 9 } as const

/** Rejects when the process ends, to end a wait for it early. */
export function untilDeath(running: GuardedProcess, name: string): Promise<never> {
  const death = running.exited.then(end => {
    throw new Error(`${name} ended while starting (${describeEnd(end)}), see ${running.logFile}`)
  })
  // Only a wait needs the error; later the guard reports a crash.
  death.catch(() => {})
  return death
}
