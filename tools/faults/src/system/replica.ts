import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type Guard,
  type GuardedProcess,
  type ProcessEnd,
  programSpec,
  type ServiceName,
  serviceNodeArguments,
  serviceScript,
  stageOf,
} from '@alipay-checkout/launcher'
import type { FaultPoint } from '@alipay-checkout/service-kit'

/** An end of a replica's process, and who wanted it. */
export interface ReplicaEnd {
  replica: string
  at: Date
  end: ProcessEnd
  /** `killed` and `told to stop`: by this run. `died at …`: a fault point. `by itself`: nobody wanted it. */
  why: 'killed' | 'told to stop' | 'by itself' | `died at ${FaultPoint}`
}

/** How a replica that was told to stop did so. */
export interface Shutdown {
  replica: string
  /** Whether it took work when it was told; one that is still starting may just end. */
  wasReady: boolean
  /** `killed` or `died at …` where another fault hit it while it was stopping: no word of how it stops. */
  why: ReplicaEnd['why']
  /** When it was told. */
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
  /** For its log and the file that arms its fault points. */
  dir: string
  guard: Guard
  onEnd: (end: ReplicaEnd) => void
}

/** As a supervisor would: soon, and not in a circle without pause. */
const restartAfterMs = 300
/** Kafka may be killed again meanwhile, and a group waits for members that died: up to half a minute each time. */
const readyTimeoutMs = 120_000
/** Services give themselves 9 s to answer what they have accepted. */
const stopTimeoutMs = 15_000
const skewedClock = new URL('skewed-clock.ts', import.meta.url).href

/** One copy of a service: started, and started again whenever it ends, until it is held. */
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
  #keeping: Promise<void> = Promise.resolve()
  #asked: ReplicaEnd['why'] | undefined
  #clockOffsetMs = 0
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: ReplicaOptions) {
    this.#options = options
    this.service = options.service
    this.name = `${options.service}-${options.number}`
    this.port = options.port
    this.logFile = join(options.dir, 'logs', `${this.name}.log`)
    this.#armFile = join(options.dir, `${this.name}.arm`)
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** None while it is away. */
  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Does one thing with it at a time: who comes meanwhile waits. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work)
    this.#turn = mine.catch(() => {})
    return mine
  }

  /** From now on it runs, and comes back when it ends. */
  start(): void {
    if (this.#wanted) return
    this.#wanted = true
    this.#keeping = this.#keeping.then(() => this.#keepUp())
  }

  /** Tells it to stop and keeps it away. Gives back how it went, or undefined where it was away already. */
  async hold(): Promise<Shutdown | undefined> {
    this.#wanted = false
    const shutdown = await this.terminate()
    await this.#keeping
    return shutdown
  }

  /** Tells it to stop, and kills it when it does not. It is started again unless it is held. */
  async terminate(): Promise<Shutdown | undefined> {
    const wasReady = await this.isReady()
    const running = this.#process
    if (running === undefined) return undefined
    const at = new Date()
    this.#asked = 'told to stop'
    this.signal('SIGTERM')
    const timer = setTimeout(() => this.signal('SIGKILL'), stopTimeoutMs)
    const end = await running.exited
    clearTimeout(timer)
    // #keepUp has waited for the same end for longer, so it has said why.
    return { replica: this.name, wasReady, why: this.#lastWhy, at, end, tookMs: Date.now() - at.getTime() }
  }

  /** Ends it as a crash would. It is started again unless it is held. */
  async kill(): Promise<void> {
    const running = this.#process
    if (running === undefined) return
    this.#asked = 'killed'
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

  /** What its clock will be off by from the next start on. */
  setClock(offsetMs: number): void {
    this.#clockOffsetMs = offsetMs
  }

  /** Has it die when it comes to this point for the nth time. False where it does not listen for that. */
  arm(point: FaultPoint, hits: number): boolean {
    if (this.pid === undefined || this.#armText() !== 'listening') return false
    writeFileSync(this.#armFile, `${point} ${hits}`)
    this.signal('SIGURG')
    return true
  }

  /** Takes back what was armed, if it has not been reached. */
  disarm(point: FaultPoint): void {
    if (this.pid === undefined || !this.#armText().startsWith(`${point} `)) return
    writeFileSync(this.#armFile, 'listening')
    this.signal('SIGURG')
  }

  /** Whether it takes work and exchanges events. Its clock may be wrong: runs see to that. */
  async isReady(): Promise<boolean> {
    try {
      const answer = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(3_000) })
      const { degraded } = (await answer.json()) as { degraded: string[] }
      return answer.ok && degraded.every(name => name === 'clock')
    } catch {
      return false
    }
  }

  /** @throws Error when it does not take work within two minutes */
  async untilReady(): Promise<void> {
    const giveUpAtMs = performance.now() + readyTimeoutMs
    while (!(await this.isReady())) {
      if (performance.now() > giveUpAtMs)
        throw new Error(`${this.name} is not ready after ${readyTimeoutMs / 1000} s: see ${this.logFile}`)
      await delay(100)
    }
  }

  /** Waits until it stays away for good: for the end of the run, when the guard has stopped it. */
  async gone(): Promise<void> {
    this.#wanted = false
    await this.#keeping
  }

  async #keepUp(): Promise<void> {
    while (this.#wanted) {
      const running = await this.#options.guard.spawn(this.#spec()).catch(() => undefined)
      // Everything is being stopped.
      if (running === undefined) return
      this.#process = running
      // Held while it was being started, it could not be told then.
      if (!this.#wanted) void this.terminate()
      const end = await running.exited
      this.#process = undefined
      this.#lastWhy = this.#takeReason()
      this.#options.onEnd({ replica: this.name, at: new Date(), end, why: this.#lastWhy })
      if (this.#wanted) await delay(restartAfterMs)
    }
  }

  #takeReason(): ReplicaEnd['why'] {
    const asked = this.#asked
    this.#asked = undefined
    const reached = /^reached (.+)$/.exec(this.#armText())?.[1] as FaultPoint | undefined
    return reached === undefined ? (asked ?? 'by itself') : `died at ${reached}`
  }

  #spec() {
    const { service, env, number } = this.#options
    // What an earlier one has written is not said by this one, which says when it listens.
    writeFileSync(this.#armFile, '')
    const skewed = this.#clockOffsetMs !== 0
    return programSpec(
      {
        name: `${service}-${number}`,
        script: serviceScript(service),
        args: [],
        nodeArguments: [...serviceNodeArguments(service), ...(skewed ? ['--import', skewedClock] : [])],
        env: {
          ...env,
          PORT: String(this.port),
          GATEWAY_PORT: String(this.port),
          FAULT_POINTS: this.#armFile,
          ...(skewed ? { FAULT_CLOCK_OFFSET_MS: String(this.#clockOffsetMs) } : {}),
        },
        logFile: this.logFile,
        stage: stageOf(service),
        readyUrl: `${this.url}/readyz`,
      },
      'task',
    )
  }

  #armText(): string {
    return existsSync(this.#armFile) ? readFileSync(this.#armFile, 'utf8') : ''
  }
}
