import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Guard, type GuardedProcess, programSpec } from '@alipay-checkout/launcher'
import { inheritedEnvironment, withDatabase } from '@alipay-checkout/test-support'
import type { ReplicaEnd } from './replica.ts'

/** The consumer group of the warehouse, and the topics that it consumes. */
export const warehouseGroup = 'fulfilment'
export const warehouseTopics: readonly string[] = ['order.events', 'payment.events']

/** The example of `examples/fulfilment` beside the system: two processes with one database. */
export interface Warehouse {
  databaseUrl: string
  processes: readonly WarehouseProcess[]
}

interface WarehouseOptions {
  /** For its logs. */
  dir: string
  guard: Guard
  /** The warehouse creates its tables in a database of its own there. */
  postgresAdminUrl: string
  kafkaBrokers: string
  gatewayUrl: string
  /** Signs its token. */
  jwtSecret: string
  onEnd: (end: ReplicaEnd) => void
}

const script = 'examples/fulfilment/src/main.ts'
/** As a supervisor makes a pause, ms. */
const restartAfterMs = 300
/** It finishes the parcels that it has taken, each with two calls of 5 s at most, ms. */
const stopTimeoutMs = 20_000

/** Creates the warehouse's database. Its processes are not started yet. */
export async function openWarehouse(options: WarehouseOptions): Promise<Warehouse> {
  const { postgresAdminUrl } = options
  await withDatabase(postgresAdminUrl, sql => sql`create database fulfilment`)
  const url = new URL(postgresAdminUrl)
  url.pathname = '/fulfilment'
  return { databaseUrl: url.href, processes: [1, 2].map(number => new WarehouseProcess(number, url.href, options)) }
}

/** One process of the warehouse. It is started again whenever it ends, until it is stopped. */
class WarehouseProcess {
  readonly name: string
  readonly #options: WarehouseOptions
  readonly #databaseUrl: string
  #process: GuardedProcess | undefined
  #wanted = false
  #supervision: Promise<void> = Promise.resolve()
  #intent: 'killed' | 'stopped by the run' | undefined

  constructor(number: number, databaseUrl: string, options: WarehouseOptions) {
    this.name = `warehouse-${number}`
    this.#databaseUrl = databaseUrl
    this.#options = options
  }

  /** Starts it, and starts it again whenever it ends. */
  start(): void {
    if (this.#wanted) return
    this.#wanted = true
    this.#supervision = this.#supervision.then(() => this.#supervise())
  }

  /** Sends SIGKILL. It is started again unless it was stopped. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL', 'killed')
  }

  /** Sends SIGTERM, and SIGKILL when it does not end. It is started again unless it was stopped. */
  async terminate(): Promise<void> {
    const timer = setTimeout(() => this.signal('SIGKILL'), stopTimeoutMs)
    await this.#end('SIGTERM', 'stopped by the run').finally(() => clearTimeout(timer))
  }

  /** Sends SIGTERM and does not start it again. */
  async stop(): Promise<void> {
    this.#wanted = false
    await this.terminate()
    await this.#supervision
  }

  /** Waits until its supervision has ended, after the guard has stopped its process. */
  async ended(): Promise<void> {
    this.#wanted = false
    await this.#supervision
  }

  /** Sends a signal to the process that runs now, if one does. */
  signal(signal: NodeJS.Signals): void {
    if (this.#process === undefined) return
    try {
      process.kill(this.#process.pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  async #end(signal: NodeJS.Signals, intent: 'killed' | 'stopped by the run'): Promise<void> {
    const running = this.#process
    if (running === undefined) return
    this.#intent = intent
    this.signal(signal)
    await running.exited
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
      this.#options.onEnd({ replica: this.name, at: new Date(), end, why: this.#intent ?? 'by itself' })
      this.#intent = undefined
      if (this.#wanted) await delay(restartAfterMs)
    }
  }

  #spec() {
    const { dir, kafkaBrokers, gatewayUrl, jwtSecret } = this.#options
    const program = {
      ...{ name: this.name, script, args: [], stage: 5, readyUrl: '' },
      logFile: join(dir, 'logs', `${this.name}.log`),
      env: {
        ...inheritedEnvironment(),
        ...{ FULFILMENT_DATABASE_URL: this.#databaseUrl, FULFILMENT_GROUP: warehouseGroup },
        ...{ KAFKA_BROKERS: kafkaBrokers, GATEWAY_URL: gatewayUrl, JWT_SECRET: jwtSecret },
      },
    }
    return { ...programSpec(program, 'task'), stopTimeoutMs }
  }
}
