import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type Guard,
  type GuardedProcess,
  type ProcessEnd,
  programSpec,
  type ServiceName,
} from '@alipay-checkout/launcher'
import type { FaultPoint } from '@alipay-checkout/service-kit'
import { readReadiness, replicaProgram, waitUntil } from '@alipay-checkout/test-support'

/** An end of a replica's process, and its cause. */
export interface ReplicaEnd {
  replica: string
  at: Date
  end: ProcessEnd
  /** `killed` and `stopped by the run`: by this run. `died at …`: at a fault point. `by itself`: anything else. */
  why: 'killed' | 'stopped by the run' | 'by itself' | `died at ${FaultPoint}`
}

/** How a replica ended after SIGTERM. */
export interface Shutdown {
  replica: string
  /** Whether it was ready at the time; one that is still starting may just end. */
  wasReady: boolean
  /** `killed` or `died at …` where another fault ended it while it was stopping. */
  why: ReplicaEnd['why']
  /** When SIGTERM was sent. */
  at: Date
  end: ProcessEnd
  tookMs: number
}

export interface ReplicaOptions {
  service: ServiceName
  number: 1 | 2
  port: number
  /** Its settings, but for its port. */
  env: Record<string, string>
  /** The checkout whose code it runs; this repository by default. */
  root?: string | undefined
  /** For its log and the file that arms its fault points. */
  dir: string
  guard: Guard
  onEnd: (end: ReplicaEnd) => void
}

/** Pause before a restart, as a supervisor makes one. */
const restartAfterMs = 300
/** Kafka may be killed again meanwhile, and a group waits for members that died: up to half a minute each time. */
const readyTimeoutMs = 120_000
/** Services take at most 9 s to answer accepted requests. */
const stopTimeoutMs = 15_000
const skewedClock = new URL('skewed-clock.ts', import.meta.url).href

/** One process of a service. It is started again whenever it ends, until it is stopped. */
export class Replica {
  readonly name: string
  readonly service: ServiceName
  readonly port: number
  readonly logFile: string
  readonly #options: ReplicaOptions
  readonly #armFile: string
  #lastWhy: ReplicaEnd['why'] = 'by itself'
  #process: GuardedProcess | undefined
  #wanted = false
  #supervision: Promise<void> = Promise.resolve()
  #intent: ReplicaEnd['why'] | undefined
  #clockOffsetMs = 0
  #root: string | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: ReplicaOptions) {
    this.#options = options
    this.#root = options.root
    this.service = options.service
    this.name = `${options.service}-${options.number}`
    this.port = options.port
    this.logFile = join(options.dir, 'logs', `${this.name}.log`)
    this.#armFile = join(options.dir, `${this.name}.arm`)
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Runs one chunk of work with it at a time; the next one waits. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => {})
    return result
  }

  /** Starts it, and starts it again whenever it ends. */
  start(): void {
    if (this.#wanted) return
    this.#wanted = true
    this.#supervision = this.#supervision.then(() => this.#supervise())
  }

  /** Sends SIGTERM and does not start it again. Undefined where it did not run. */
  async stop(): Promise<Shutdown | undefined> {
    this.#wanted = false
    const shutdown = await this.terminate()
    await this.#supervision
    return shutdown
  }

  /** Sends SIGTERM, and SIGKILL when it does not end. It is started again unless it was stopped. */
  async terminate(): Promise<Shutdown | undefined> {
    const wasReady = await this.isReady()
    const running = this.#process
    if (running === undefined) return undefined
    const at = new Date()
    this.#intent = 'stopped by the run'
    this.signal('SIGTERM')
    const timer = setTimeout(() => this.signal('SIGKILL'), stopTimeoutMs)
    const end = await running.exited
    clearTimeout(timer)
    // #supervise has awaited the same end for longer, so the reason is set.
    return { replica: this.name, wasReady, why: this.#lastWhy, at, end, tookMs: Date.now() - at.getTime() }
  }

  /** Sends SIGKILL. It is started again unless it was stopped. */
  async kill(): Promise<void> {
    const running = this.#process
    if (running === undefined) return
    this.#intent = 'killed'
    this.signal('SIGKILL')
    await running.exited
  }

  /** Sends a signal to the process that runs now, if one does. */
  signal(signal: NodeJS.Signals): void {
    const pid = this.pid
    if (pid === undefined) return
    try {
      process.kill(pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  /** Sets its clock's offset from the next start on. */
  setClock(offsetMs: number): void {
    this.#clockOffsetMs = offsetMs
  }

  /** Sets the checkout whose code it runs from the next start on. */
  setRoot(root: string): void {
    this.#root = root
  }

  /** Makes it kill itself when it comes to this point for the nth time. False while it cannot be armed. */
  arm(point: FaultPoint, hits: number): boolean {
    if (this.pid === undefined || this.#armText() !== 'listening') return false
    writeFileSync(this.#armFile, `${point} ${hits}`)
    this.signal('SIGURG')
    return true
  }

  /** Disarms the point, if it has not been reached. */
  disarm(point: FaultPoint): void {
    if (this.pid === undefined || !this.#armText().startsWith(`${point} `)) return
    writeFileSync(this.#armFile, 'listening')
    this.signal('SIGURG')
  }

  /** Whether it is ready and not degraded, except for its clock, which faults set wrong. */
  async isReady(): Promise<boolean> {
    try {
      const { httpStatus, degraded } = await readReadiness(`${this.url}/readyz`)
      return httpStatus === 200 && degraded.every(name => name === 'clock')
    } catch {
      return false
    }
  }

  /** @throws Error when it is not ready within two minutes */
  async untilReady(): Promise<void> {
    const what = `${this.name} is ready (see ${this.logFile})`
    await waitUntil(() => this.isReady(), { what, timeoutMs: readyTimeoutMs, everyMs: 100 })
  }

  /** Waits until its supervision has ended, after the guard has stopped its process. */
  async ended(): Promise<void> {
    this.#wanted = false
    await this.#supervision
  }

  async #supervise(): Promise<void> {
    while (this.#wanted) {
      const running = await this.#options.guard.spawn(this.#spec()).catch(() => undefined)
      // The guard is being stopped.
      if (running === undefined) return
      this.#process = running
      // Stopped while it was being started, when it could not get the signal.
      if (!this.#wanted) void this.terminate()
      const end = await running.exited
      this.#process = undefined
      this.#lastWhy = this.#takeReason()
      this.#options.onEnd({ replica: this.name, at: new Date(), end, why: this.#lastWhy })
      if (this.#wanted) await delay(restartAfterMs)
    }
  }

  #takeReason(): ReplicaEnd['why'] {
    const intent = this.#intent
    this.#intent = undefined
    const reached = /^reached (.+)$/.exec(this.#armText())?.[1] as FaultPoint | undefined
    return reached === undefined ? (intent ?? 'by itself') : `died at ${reached}`
  }

  #spec() {
    const { service, env, dir } = this.#options
    // Only a process that writes `listening` here can be armed.
    writeFileSync(this.#armFile, '')
    const skewed = this.#clockOffsetMs !== 0
    const program = replicaProgram({
      ...{ service, name: this.name, port: this.port, dir, root: this.#root },
      env: {
        ...env,
        FAULT_POINTS: this.#armFile,
        ...(skewed ? { FAULT_CLOCK_OFFSET_MS: String(this.#clockOffsetMs) } : {}),
      },
      nodeArguments: skewed ? ['--import', skewedClock] : [],
    })
    return programSpec(program, 'task')
  }

  #armText(): string {
    return existsSync(this.#armFile) ? readFileSync(this.#armFile, 'utf8') : ''
  }
}
