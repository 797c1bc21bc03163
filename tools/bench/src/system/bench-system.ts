import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type AuditReport, audit } from '@alipay-checkout/audit'
import { processesOf, readLocalDir, startSystem } from '@alipay-checkout/launcher'
import { freePort, isFullyReady, waitUntil } from '@alipay-checkout/test-support'
import postgres from 'postgres'
import { benchEnvironment } from '../config.ts'
import type { LoadJobs } from '../load/worker.ts'
import { startWorker, type WorkerProcess } from '../worker-process.ts'
import { type Books, readBooks, readOutboxes, readUnitsSold } from './books.ts'
import { type Supply, stockUp } from './products.ts'

/** What the system is made of; their CPU time is what an order costs. */
export const systemParts = [
  'gateway',
  'order-service',
  'payment-service',
  'inventory-service',
  'postgres',
  'kafka',
  'redis',
] as const

export const services = ['gateway', 'order-service', 'payment-service', 'inventory-service'] as const
/** What stands still while the floor is measured. */
const paused = [...services, 'alipay-simulator'] as const

export const databaseNames = ['orders', 'payments', 'inventory'] as const

/** Where further copies of services keep their logs. */
export function replicasDir(dir: string): string {
  return join(dir, 'replicas')
}

/** A system of its own under measurement, and the load for it. */
export interface BenchSystem {
  dir: string
  gatewayUrl: string
  simulatorUrl: string
  /** What services and clients share: addresses and secrets. */
  environment: Record<string, string>
  databases: { orders: string; payments: string; inventory: string }
  /** The address of a database on the same server, as superuser. */
  adminUrlOf(database: string): string
  /** As superuser, for looking at the server. Ends with every restart of it and comes back. */
  sql: postgres.Sql
  load: WorkerProcess<LoadJobs>
  /** Process ids by name, the load generator's too. */
  processes(): Map<string, number>
  /** Puts products on sale and waits until they can be ordered. */
  stockUp(supply: Supply): Promise<void>
  /** Stops the services and the simulator where they are, until `resume`: they use no CPU and keep what they have learned. */
  pause(): void
  /** Lets them go on, and waits until each takes work. */
  resume(): Promise<void>
  /** Stops PostgreSQL and starts it again; resolves when the services take work again. */
  restartPostgres(): Promise<void>
  /** Stops each service and starts it again, one after the other. Gives back how long each took until it took work, ms. */
  restartServices(): Promise<Record<string, number>>
  books(): Promise<Books>
  /** Waits until so many units are sold, the last step of an order. Gives back how long that took, ms. */
  untilSold(units: number): Promise<number>
  /** @param alipay whether Alipay's books are compared too: not where payments were made up without it */
  audit(options: { alipay: boolean }): Promise<AuditReport>
  stop(): Promise<void>
}

/**
 * Makes as many segments of the log of changes as PostgreSQL will fill between two checkpoints: a database that has been
 * through one uses the old ones again, whereas a new one stops all commits for some 60 ms with each that it makes.
 */
async function makeWalSegments(sql: postgres.Sql): Promise<void> {
  const [row] = await sql<{ segments: number }[]>`
    select (pg_size_bytes(current_setting('max_wal_size')) / 2 / pg_size_bytes(current_setting('wal_segment_size')))::int
      as segments`
  for (let made = 0; made < row!.segments; made++) {
    // Without a change there would be no new one.
    await sql`select pg_logical_emit_message(false, 'bench', '')`
    await sql`select pg_switch_wal()`
  }
  // The next ones are made of these.
  await sql`checkpoint`
}

/** Starts everything, in a folder of its own that is removed at the end. It ends with this process, however it ends. */
export async function startBenchSystem({
  connections,
  log,
}: {
  /** Requests that the load may have under way at the gateway. */
  connections: number
  log: (line: string) => void
}): Promise<BenchSystem> {
  const dir = join(readLocalDir(), 'bench')
  rmSync(dir, { recursive: true, force: true })
  const system = await startSystem({ dir, env: benchEnvironment(await freePort()), log, label: 'npm run bench' })
  const { gatewayUrl, simulatorUrl = '', environment } = system.state
  const { addresses, servers } = system.stack
  const databases = {
    orders: addresses.ORDER_DATABASE_URL ?? '',
    payments: addresses.PAYMENT_DATABASE_URL ?? '',
    inventory: addresses.INVENTORY_DATABASE_URL ?? '',
  }
  const postgresAdminUrl = addresses.postgresAdminUrl ?? ''
  const sql = postgres(postgresAdminUrl, { max: 2, onnotice: () => {} })
  await makeWalSegments(sql)
  const load = startWorker<LoadJobs>(new URL('../load/worker.ts', import.meta.url))
  const jwtSecret = environment.JWT_SECRET ?? ''

  const processes = () => new Map([...processesOf(dir), ...processesOf(replicasDir(dir)), ['load generator', load.pid]])
  const signal = (name: NodeJS.Signals) => {
    const running = processes()
    for (const part of paused) process.kill(running.get(part)!, name)
  }
  const untilReady = async () => {
    const urls = [gatewayUrl, ...['ORDER', 'PAYMENT', 'INVENTORY'].map(name => environment[`${name}_SERVICE_URL`])]
    for (const url of urls) {
      await waitUntil(() => isFullyReady(String(url)), { what: `${url} takes work`, timeoutMs: 60_000, everyMs: 100 })
    }
  }
  let isPaused = false

  const it: BenchSystem = {
    dir,
    gatewayUrl,
    simulatorUrl,
    environment,
    databases,
    adminUrlOf(database) {
      const url = new URL(postgresAdminUrl)
      url.pathname = `/${database}`
      return String(url)
    },
    sql,
    load,
    processes,
    stockUp: supply => stockUp({ gatewayUrl, jwtSecret }, supply),
    pause() {
      isPaused = true
      signal('SIGSTOP')
    },
    async resume() {
      signal('SIGCONT')
      isPaused = false
      await untilReady()
    },
    async restartPostgres() {
      await servers.postgres?.stop()
      await servers.postgres?.start()
      await untilReady()
    },
    async restartServices() {
      const times: Record<string, number> = {}
      for (const name of services) {
        await system.services[name].stop()
        const since = performance.now()
        await system.services[name].start()
        times[name] = Math.round(performance.now() - since)
      }
      return times
    },
    books: () => readBooks(databases),
    async untilSold(units) {
      const since = performance.now()
      await waitUntil(async () => (await readUnitsSold(databases.inventory)) >= units, {
        what: `${units} units are sold`,
        timeoutMs: 60_000,
      })
      return performance.now() - since
    },
    async audit({ alipay }) {
      const areEmpty = async () => (await readOutboxes(databases)) === 0
      // What stays there is for the audit to name.
      await waitUntil(areEmpty, { what: 'the outboxes are empty', timeoutMs: 5000 }).catch(() => {})
      return audit({
        databases,
        settleSeconds: 0,
        ...(alipay && { simulatorUrl }),
        kafkaBrokers: addresses.KAFKA_BROKERS,
      })
    },
    async stop() {
      if (isPaused) signal('SIGCONT')
      await load.stop()
      await sql.end({ timeout: 5 })
      await system.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
  try {
    await load.ask('open', { gatewayUrl, simulatorUrl, jwtSecret, connections, redisUrl: addresses.REDIS_URL ?? '' })
    return it
  } catch (error) {
    await it.stop()
    throw error
  }
}
