import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type AuditReport, audit } from '@alipay-checkout/audit'
import { processesOf, type RunningSystem, readLocalDir, startSystem } from '@alipay-checkout/launcher'
import {
  call,
  type DatabaseUrls,
  databaseUrlsOf,
  freePort,
  isFullyReady,
  jwt,
  readOutboxes,
  systemEnvironment,
  waitUntil,
  withDatabase,
} from '@alipay-checkout/test-support'
import postgres from 'postgres'
import { closedLoop } from '../load/closed-loop.ts'
import type { WorkerJobs } from '../worker.ts'
import { startWorker, type WorkerProcess } from '../worker-process.ts'

export const services = ['gateway', 'order-service', 'payment-service', 'inventory-service'] as const
/** What one unit of every product costs, fen. */
export const priceFen = 100
/** Lines that one order may have. */
const linesMax = 100
/** More units than an order may have: the refusal shows that order-service has the product. */
const tooManyUnits = 1_000_000

/** The system under measurement, in a folder of its own, and the process that loads it. */
export class BenchSystem {
  readonly databases: DatabaseUrls
  readonly worker: WorkerProcess<WorkerJobs>
  readonly #system: RunningSystem
  readonly #dir: string
  /** As superuser. Reconnects when PostgreSQL was restarted. */
  readonly #sql: postgres.Sql

  private constructor(system: RunningSystem, dir: string) {
    this.#system = system
    this.#dir = dir
    this.databases = databaseUrlsOf(system.stack.addresses)
    this.#sql = postgres(this.adminUrlOf('postgres'), { max: 2, onnotice: () => {} })
    this.worker = startWorker<WorkerJobs>(new URL('../worker.ts', import.meta.url))
  }

  /**
   * Starts everything. It ends with this process, even by kill -9.
   *
   * @param connections requests that the load may have under way
   */
  static async start({ connections, log }: { connections: number; log: (line: string) => void }): Promise<BenchSystem> {
    const dir = join(readLocalDir(), 'bench')
    rmSync(dir, { recursive: true, force: true })
    const env = systemEnvironment({ GATEWAY_PORT: String(await freePort()), LOG_LEVEL: 'warn' })
    const started = new BenchSystem(await startSystem({ dir, env, log, label: 'npm run bench' }), dir)
    const { gatewayUrl, environment } = started.#system.state
    const { JWT_SECRET: jwtSecret = '', REDIS_URL: redisUrl = '' } = environment
    const { simulatorUrl } = started
    try {
      await started.#createWalSegments()
      await started.worker.run('openShop', { gatewayUrl, simulatorUrl, jwtSecret, connections, redisUrl })
      return started
    } catch (error) {
      await started.stop()
      throw error
    }
  }

  get simulatorUrl(): string {
    return this.#system.state.simulatorUrl ?? ''
  }

  /** The merchant of the simulator, and the simulator's key. */
  get notifySigner() {
    const { appId, sellerId } = this.#system.state.alipay
    return { privateKeyFile: join(this.#dir, 'alipay', 'alipay-private-key.pem'), appId, sellerId }
  }

  /** The address of a database for the superuser. */
  adminUrlOf(database: string): string {
    const url = new URL(this.#system.stack.addresses.postgresAdminUrl ?? '')
    url.pathname = `/${database}`
    return String(url)
  }

  async createDatabase(name: string): Promise<string> {
    await this.#sql`create database ${this.#sql(name)}`
    return this.adminUrlOf(name)
  }

  /** Bytes that PostgreSQL has written to its write-ahead log. */
  async walPosition(): Promise<number> {
    const [row] = await this.#sql<{ position: string }[]>`select pg_current_wal_lsn() - '0/0'::pg_lsn as position`
    return Number(row!.position)
  }

  async checkpoint(): Promise<void> {
    await this.#sql`checkpoint`
  }

  /** Process ids by name, the worker included. */
  processes(): Map<string, number> {
    return new Map([...processesOf(this.#dir), ['worker', this.worker.pid]])
  }

  /** Suspends services and simulator: they use no CPU time and keep their state. */
  pause(): void {
    this.#signal('SIGSTOP')
  }

  /** Continues what `pause` suspended, and waits until each service is ready. */
  async resume(): Promise<void> {
    this.#signal('SIGCONT')
    const { gatewayUrl, orderServiceUrl, paymentServiceUrl, inventoryServiceUrl } = this.#system.state
    for (const url of [gatewayUrl, orderServiceUrl, paymentServiceUrl, inventoryServiceUrl]) {
      await waitUntil(() => isFullyReady(url), { what: `${url} is ready`, timeoutMs: 60_000, everyMs: 100 })
    }
  }

  #signal(signal: NodeJS.Signals): void {
    const running = this.processes()
    for (const name of [...services, 'alipay-simulator']) {
      const pid = running.get(name)
      if (pid !== undefined) process.kill(pid, signal)
    }
  }

  /** Puts products on sale and waits until they can be ordered. */
  async putOnSale(skus: readonly string[], unitsEach: number): Promise<void> {
    const { gatewayUrl, environment } = this.#system.state
    const token = jwt('bench', { role: 'admin', secret: environment.JWT_SECRET ?? '' })
    const admin = `${gatewayUrl}/api/admin`
    const load = { count: skus.length, concurrency: 10 }
    const { failures } = await closedLoop(load, async index => {
      const sku = skus[index]!
      await call('PUT', `${admin}/products/${sku}`, { token, body: { title: `Bench ${sku}`, priceFen } })
      const body = { delta: unitsEach, reason: 'bench' }
      await call('POST', `${admin}/stock/${sku}/adjustments`, { token, body })
    })
    if (failures.length > 0) throw new Error(`products could not be put on sale: ${failures[0]}`)
    for (let from = 0; from < skus.length; from += linesMax) {
      const items = skus.slice(from, from + linesMax).map(sku => ({ sku, quantity: tooManyUnits }))
      const isKnown = () =>
        call('POST', `${gatewayUrl}/api/orders`, { token, body: { items } }).then(
          () => false,
          error => error.problem === 'too-many-units' || Promise.reject(error),
        )
      await waitUntil(isKnown, { what: 'the products can be ordered', timeoutMs: 30_000 })
    }
  }

  /** Waits until so many units are sold: the last step of an order. */
  async untilSold(units: number): Promise<void> {
    await withDatabase(this.databases.inventory, sql =>
      waitUntil(
        async () => {
          const [row] = await sql`select coalesce(sum(sold), 0) >= ${units} as reached from stock_levels`
          return row?.reached
        },
        { what: `${units} units are sold`, timeoutMs: 60_000 },
      ),
    )
  }

  /** @param options.alipay whether Alipay's trades are compared too */
  async audit({ alipay }: { alipay: boolean }): Promise<AuditReport> {
    const areEmpty = async () => (await readOutboxes(this.databases)) === 0
    // If events remain, the audit reports them.
    await waitUntil(areEmpty, { what: 'the outboxes are empty', timeoutMs: 5_000 }).catch(() => {})
    const { KAFKA_BROKERS: kafkaBrokers } = this.#system.stack.addresses
    const { simulatorUrl } = this
    return audit({ databases: this.databases, settleSeconds: 0, ...(alipay && { simulatorUrl }), kafkaBrokers })
  }

  async stop(): Promise<void> {
    // A suspended service would not stop.
    this.#signal('SIGCONT')
    await this.worker.stop()
    await this.#sql.end({ timeout: 5 })
    await this.#system.stop()
    rmSync(this.#dir, { recursive: true, force: true })
  }

  /**
   * Creates as many WAL segments as PostgreSQL fills between two checkpoints, which it reuses later, as in a database that
   * has run for a while. The creation of a segment stops all commits for about 60 ms.
   */
  async #createWalSegments(): Promise<void> {
    const [row] = await this.#sql<{ segments: number }[]>`
      select (pg_size_bytes(current_setting('max_wal_size')) / 2
        / pg_size_bytes(current_setting('wal_segment_size')))::int as segments`
    for (let created = 0; created < row!.segments; created++) {
      // A switch needs a change before it.
      await this.#sql`select pg_logical_emit_message(false, 'bench', '')`
      await this.#sql`select pg_switch_wal()`
    }
    await this.checkpoint()
  }
}
