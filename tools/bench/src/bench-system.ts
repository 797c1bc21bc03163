import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type AuditReport, audit } from '@alipay-checkout/audit'
import { processesOf, type RunningSystem, readLocalDir, type ServiceName, startSystem } from '@alipay-checkout/launcher'
import {
  type DatabaseUrls,
  databaseUrlsOf,
  freePort,
  isFullyReady,
  jwt,
  openReplicas,
  readOutboxes,
  send,
  shopClient,
  systemEnvironment,
  waitUntil,
  withDatabase,
} from '@alipay-checkout/test-support'
import type { Sql } from 'postgres'
import { closedLoop } from './load/closed-loop.ts'
import { type Method, openShop, type Shop, type ShopAddress } from './load/shop.ts'

export const services = ['gateway', 'order-service', 'payment-service', 'inventory-service'] as const
/** What one unit of every product costs, fen. */
export const priceFen = 100

interface StartOptions {
  connections: number
  method: Method
  log: (line: string) => void
  name?: string
  environment?: Readonly<Record<string, string>>
}

/** A second process of each service. */
export interface SecondReplicas {
  /** Its calls go to the second gateway, which calls the other second processes. */
  shop: Shop
  /** Process ids, by the names of the services. */
  processes: ReadonlyMap<string, number>
  stop(): Promise<void>
}

/** The system under measurement, in a folder of its own, and the shop that loads it. */
export class BenchSystem {
  readonly databases: DatabaseUrls
  readonly shop: Shop
  readonly simulatorUrl: string
  readonly #system: RunningSystem
  readonly #dir: string
  readonly #address: ShopAddress

  private constructor(
    system: RunningSystem,
    { dir, address, shop }: { dir: string; address: ShopAddress; shop: Shop },
  ) {
    this.#system = system
    this.#dir = dir
    this.#address = address
    this.shop = shop
    this.simulatorUrl = system.state.simulatorUrl ?? ''
    this.databases = databaseUrlsOf(system.stack.addresses)
  }

  /**
   * Starts everything. It ends with this process, even by kill -9.
   *
   * @param options.connections requests that the load may have under way
   * @param options.name of a system beside the first
   * @param options.environment settings of its processes beside the usual ones
   */
  static async start({ connections, method, log, name, environment: more }: StartOptions): Promise<BenchSystem> {
    const dir = join(readLocalDir(), name === undefined ? 'bench' : `bench-${name}`)
    rmSync(dir, { recursive: true, force: true })
    const env = { ...benchEnvironment(await freePort()), ...more }
    const system = await startSystem({ dir, env, log, label: 'npm run bench' })
    try {
      await withDatabase(system.stack.addresses.postgresAdminUrl ?? '', createWalSegments)
      const { gatewayUrl, simulatorUrl = '', environment, alipay } = system.state
      const { JWT_SECRET: jwtSecret = '', REDIS_URL: redisUrl = '', QUOTE_SECRET: quoteSecret = '' } = environment
      const merchant = { ...alipay, privateKeyFile: join(dir, 'alipay', 'alipay-private-key.pem') }
      const secrets = { jwtSecret, quoteSecret }
      const address = { gatewayUrl, simulatorUrl, redisUrl, ...secrets, connections, method, alipay: merchant }
      return new BenchSystem(system, { dir, address, shop: await openShop(address) })
    } catch (error) {
      await system.stop()
      throw error
    }
  }

  /** Starts a second process of each service beside the first. */
  async startSecondReplicas(): Promise<SecondReplicas> {
    const { environment } = this.#system.state
    const keys = join(this.#dir, 'alipay')
    const replicas = await openReplicas(join(this.#dir, 'replicas'), 'second replicas of npm run bench')
    const start = (service: ServiceName, more: Record<string, string> = {}) =>
      replicas.start(service, {
        name: service,
        env: { ...benchEnvironment(0), ...environment, ...more },
      })
    try {
      const [ORDER_SERVICE_URL, PAYMENT_SERVICE_URL, INVENTORY_SERVICE_URL] = await Promise.all([
        start('order-service'),
        start('payment-service', {
          ALIPAY_PRIVATE_KEY: join(keys, 'app-private-key.pem'),
          ALIPAY_PUBLIC_KEY: join(keys, 'alipay-public-key.pem'),
        }),
        start('inventory-service'),
      ])
      const gatewayUrl = await start('gateway', { ORDER_SERVICE_URL, PAYMENT_SERVICE_URL, INVENTORY_SERVICE_URL })
      const shop = await openShop({ ...this.#address, gatewayUrl })
      const stop = async () => {
        await shop.close()
        await replicas.stop()
      }
      return { shop, processes: replicas.processes(), stop }
    } catch (error) {
      await replicas.stop()
      throw error
    }
  }

  /** The address of a database for the superuser. */
  adminUrlOf(database: string): string {
    const url = new URL(this.#system.stack.addresses.postgresAdminUrl ?? '')
    url.pathname = `/${database}`
    return String(url)
  }

  /** Creates a database and returns its address for the superuser. */
  async createDatabase(name: string): Promise<string> {
    await this.#asAdmin(sql => sql`create database ${sql(name)}`)
    return this.adminUrlOf(name)
  }

  /** Bytes that PostgreSQL has written to its write-ahead log. */
  async walPosition(): Promise<number> {
    const [row] = await this.#asAdmin(
      sql => sql<{ position: string }[]>`select pg_current_wal_lsn() - '0/0'::pg_lsn as position`,
    )
    return Number(row!.position)
  }

  async checkpoint(): Promise<void> {
    await this.#asAdmin(sql => sql`checkpoint`)
  }

  #asAdmin<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return withDatabase(this.adminUrlOf('postgres'), work)
  }

  /** Process ids by name. */
  processes(): Map<string, number> {
    return processesOf(this.#dir)
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
    const admin = jwt('bench', { role: 'admin', secret: environment.JWT_SECRET ?? '' })
    const client = shopClient((method, path, options) => send(method, `${gatewayUrl}${path}`, options))
    const { failures } = await closedLoop({ count: skus.length, concurrency: 10 }, async index => {
      const sku = skus[index]!
      const product = await client.putProduct(admin, sku, { title: `Bench ${sku}`, priceFen })
      const adjustment = await client.adjustStock(admin, sku, { delta: unitsEach, reason: 'bench' })
      const refused = [product, adjustment].find(({ status }) => status > 299)
      if (refused !== undefined) throw new Error(`${sku}: ${refused.status} ${refused.text.slice(0, 200)}`)
    })
    if (failures.length > 0) throw new Error(`products could not be put on sale: ${failures[0]}`)
    await client.untilOrderable(admin, skus)
  }

  /** Returns how to GET a path after `/api/admin/` with the token of an owner. It throws for other answers than 200. */
  readAsStaff() {
    const { gatewayUrl, environment } = this.#system.state
    const token = jwt('bench', { role: 'admin', secret: environment.JWT_SECRET ?? '' })
    return async <T>(path: string): Promise<T> => {
      const { status, text } = await send('GET', `${gatewayUrl}/api/admin/${path}`, { token })
      if (status !== 200) throw new Error(`${path} answered ${status}: ${text.slice(0, 200)}`)
      return JSON.parse(text) as T
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

  async audit(): Promise<AuditReport> {
    const areEmpty = async () => (await readOutboxes(this.databases)) === 0
    // If events remain, the audit reports them.
    await waitUntil(areEmpty, { what: 'the outboxes are empty', timeoutMs: 5_000 }).catch(() => {})
    const { databases, simulatorUrl } = this
    return audit({
      databases,
      settleSeconds: 0,
      simulatorUrl,
      kafka: { brokers: this.#system.stack.addresses.KAFKA_BROKERS ?? '' },
    })
  }

  async stop(): Promise<void> {
    // A suspended service would not stop.
    this.#signal('SIGCONT')
    await this.shop.close()
    await this.#system.stop()
    rmSync(this.#dir, { recursive: true, force: true })
  }
}

function benchEnvironment(port: number): Record<string, string> {
  return systemEnvironment({ GATEWAY_PORT: String(port), CONSOLE_PORT: '0', LOG_LEVEL: 'warn' })
}

/**
 * Creates as many WAL segments as PostgreSQL fills between two checkpoints, which it reuses later, as in a database that
 * has run for a while. The creation of a segment stops all commits for about 60 ms.
 */
async function createWalSegments(sql: Sql): Promise<void> {
  const [row] = await sql<{ segments: number }[]>`
    select (pg_size_bytes(current_setting('max_wal_size')) / 2
      / pg_size_bytes(current_setting('wal_segment_size')))::int as segments`
  for (let created = 0; created < row!.segments; created++) {
    // A switch needs a change before it.
    await sql`select pg_logical_emit_message(false, 'bench', '')`
    await sql`select pg_switch_wal()`
  }
  await sql`checkpoint`
}
