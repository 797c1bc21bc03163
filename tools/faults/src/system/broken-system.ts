import { join } from 'node:path'
import {
  appDirOf,
  type Crash,
  choosePorts,
  type Guard,
  type Parts,
  type PreparedApp,
  prepareApp,
  type ServiceName,
  type Stack,
  serviceEnvironment,
  startGuard,
  startStack,
} from '@alipay-checkout/launcher'
import { systemEnvironment } from '../config.ts'
import type { NetworkTarget } from '../fault.ts'
import { Replica, type ReplicaEnd } from './replica.ts'
import { type BrokenServers, superviseServers } from './servers.ts'
import { openTcpProxy, type TcpProxy } from './tcp-proxy.ts'
import { openVolume, type Volume } from './volume.ts'

/** The whole system, two of everything of ours, with something to break at each place. */
export interface BrokenSystem {
  dir: string
  replicas: readonly Replica[]
  servers: BrokenServers
  /** What stands between the services and what they call. */
  networks: Readonly<Record<NetworkTarget, readonly TcpProxy[]>>
  /** What deals connections out to a service's replicas. */
  balancers: Readonly<Record<ServiceName, TcpProxy>>
  /** PostgreSQL's disk, where it can be filled; else why not. */
  disk: { volume: Volume } | { reason: string }
  gatewayUrls: readonly string[]
  simulatorUrl: string
  jwtSecret: string
  serviceToken: string
  /** Past everything that is broken. */
  databases: { orders: string; payments: string; inventory: string }
  postgresAdminUrl: string
  kafkaBrokers: string
  redisUrl: string
  /** Every process of a replica that has ended so far. */
  ends: readonly ReplicaEnd[]
  /** Servers that ended without being crashed from here. */
  serverEnds: readonly string[]
  /** Settles when something ended that nobody breaks, such as the simulator. */
  crashed: Promise<Crash>
  /** Stops everything. `keep` leaves databases and logs where they are. */
  stop(options: { keep: boolean }): Promise<void>
}

export interface BrokenSystemOptions {
  /** For everything; nothing may be in it. */
  dir: string
  brokers: 1 | 3
  /** How long it will be loaded. */
  seconds: number
  /** Whether PostgreSQL's disk is to be filled. */
  fillsDisk: boolean
  log: (line: string) => void
}

/** What a run writes goes in several times over; its write-ahead log is kept short. */
const diskSizeMb = 1_536
const smallLog = { max_wal_size: '192MB', min_wal_size: '80MB' }
const services = ['inventory-service', 'order-service', 'payment-service', 'gateway'] as const satisfies ServiceName[]

/**
 * Starts it, and returns once every replica takes work. It ends with this process, however that ends.
 *
 * @throws StartFailure naming the step, after everything that was started has been stopped
 */
export async function startBrokenSystem(options: BrokenSystemOptions): Promise<BrokenSystem> {
  const { dir, log } = options
  const undo: (() => Promise<unknown>)[] = []
  const stopAll = async () => {
    for (const one of undo.splice(0).reverse()) await one()
  }
  try {
    const disk = options.fillsDisk ? await tryVolume(dir) : { reason: 'not asked for' }
    let keepDisk = false
    if ('volume' in disk) undo.push(() => disk.volume.remove({ keep: keepDisk }))
    const proxies = await openProxies(options.brokers)
    undo.push(() => Promise.all(proxies.all.map(proxy => proxy.close())))
    const { stack, app, guard } = await startGround(options, proxies, undo)
    for (const [index, { port }] of (stack.brokers ?? []).entries()) proxies.networks.kafka[index]?.leadTo([port])
    const parts = behindProxies(app.parts, proxies)
    const ends: ReplicaEnd[] = []
    const replicas = await makeReplicas({ dir, parts, guard, proxies, onEnd: end => ends.push(end) })
    const serverEnds: string[] = []
    const servers = superviseServers(dir, stack, name => serverEnds.push(name))
    undo.push(() => servers.stop())
    const since = performance.now()
    for (const replica of replicas) replica.start()
    await Promise.all(replicas.map(replica => replica.untilReady()))
    log(`✔ ${replicas.length} replicas (${((performance.now() - since) / 1000).toFixed(1)} s)`)
    const { ORDER_DATABASE_URL = '', PAYMENT_DATABASE_URL = '', INVENTORY_DATABASE_URL = '' } = stack.addresses
    const { postgresAdminUrl = '', KAFKA_BROKERS: kafkaBrokers = '', REDIS_URL: redisUrl = '' } = stack.addresses
    return {
      ...{ dir, replicas, servers, networks: proxies.networks, balancers: proxies.balancers, disk, ends, serverEnds },
      ...{ postgresAdminUrl, kafkaBrokers, redisUrl },
      gatewayUrls: replicas.filter(({ service }) => service === 'gateway').map(({ url }) => url),
      simulatorUrl: app.simulatorUrl ?? '',
      jwtSecret: parts.secrets.JWT_SECRET,
      serviceToken: parts.secrets.SERVICE_TOKEN,
      databases: { orders: ORDER_DATABASE_URL, payments: PAYMENT_DATABASE_URL, inventory: INVENTORY_DATABASE_URL },
      crashed: Promise.race([guard.crashed, stack.crashed]),
      async stop({ keep }) {
        keepDisk = keep
        await stopAll()
        await Promise.all(replicas.map(replica => replica.gone()))
      },
    }
  } catch (error) {
    await stopAll()
    throw error
  }
}

async function tryVolume(dir: string): Promise<BrokenSystem['disk']> {
  try {
    return { volume: await openVolume(join(dir, 'postgres'), join(dir, 'volume'), diskSizeMb) }
  } catch (error) {
    return { reason: `PostgreSQL can not be given a disk of its own here: ${(error as Error).message}` }
  }
}

interface Proxies {
  all: TcpProxy[]
  networks: Record<NetworkTarget, TcpProxy[]>
  /** Deal connections out to a service's replicas, as the address of a service does in production. */
  balancers: Record<ServiceName, TcpProxy>
}

async function openProxies(brokers: number): Promise<Proxies> {
  const several = (count: number) => Promise.all(Array.from({ length: count }, () => openTcpProxy()))
  const [[orders, payments, inventory, redis], kafka, balancing] = await Promise.all([
    several(4),
    several(brokers),
    several(services.length),
  ])
  const only = (proxy: TcpProxy | undefined) => (proxy === undefined ? [] : [proxy])
  const networks = {
    orders: only(orders),
    payments: only(payments),
    inventory: only(inventory),
    redis: only(redis),
    kafka,
  }
  const balancers = Object.fromEntries(services.map((service, index) => [service, balancing[index]]))
  return {
    all: [...Object.values(networks).flat(), ...balancing],
    networks,
    balancers: balancers as Record<ServiceName, TcpProxy>,
  }
}

const urlOf = (proxy: TcpProxy | undefined) => `http://127.0.0.1:${proxy?.port}`

async function startGround(
  { dir, brokers, log, seconds, fillsDisk }: BrokenSystemOptions,
  { balancers, networks }: Proxies,
  undo: (() => Promise<unknown>)[],
): Promise<{ stack: Stack; app: PreparedApp; guard: Guard }> {
  const env = systemEnvironment(urlOf(balancers.gateway), seconds)
  const label = 'npm run faults'
  const advertisedPorts = networks.kafka.map(({ port }) => port)
  const breakable = { brokers, advertisedPorts, postgres: fillsDisk ? smallLog : {} }
  const opening = startStack({ dir, env, log, label, breakable })
  opening.catch(() => {})
  undo.push(() =>
    opening.then(
      stack => stack.stop(),
      () => {},
    ),
  )
  const guard = await startGuard(appDirOf(dir), label, () => {})
  undo.push(() => guard.stop())
  const topics = { replicationFactor: brokers }
  const app = await prepareApp({ dir, env, log, label, topics }, { guard, opening })
  return { stack: await opening, app, guard }
}

/** What the services are told: the way through the proxies, which learn here where to lead. */
function behindProxies(parts: Parts, { networks, balancers }: Proxies): Parts {
  const { addresses } = parts
  const through = (address: string | undefined, [proxy]: readonly TcpProxy[]): string => {
    const url = new URL(address ?? '')
    proxy?.leadTo([Number(url.port)])
    url.port = String(proxy?.port)
    return url.href
  }
  return {
    ...parts,
    addresses: {
      ORDER_DATABASE_URL: through(addresses.ORDER_DATABASE_URL, networks.orders),
      PAYMENT_DATABASE_URL: through(addresses.PAYMENT_DATABASE_URL, networks.payments),
      INVENTORY_DATABASE_URL: through(addresses.INVENTORY_DATABASE_URL, networks.inventory),
      REDIS_URL: through(addresses.REDIS_URL, networks.redis),
      KAFKA_BROKERS: networks.kafka.map(({ port }) => `127.0.0.1:${port}`).join(','),
    },
    ports: {
      order: balancers['order-service'].port,
      payment: balancers['payment-service'].port,
      inventory: balancers['inventory-service'].port,
    },
  }
}

async function makeReplicas(options: {
  dir: string
  parts: Parts
  guard: Guard
  proxies: Proxies
  onEnd: (end: ReplicaEnd) => void
}): Promise<Replica[]> {
  const { dir, parts, guard, proxies, onEnd } = options
  const numbers = [1, 2] as const
  const names = services.flatMap(service => numbers.map(number => `${service}-${number}`))
  const ports = await choosePorts(appDirOf(dir), names, 'programs')
  return services.flatMap(service => {
    const env = serviceEnvironment(service, parts)
    const own = numbers.map(
      number => new Replica({ service, number, port: ports[`${service}-${number}`] ?? 0, env, dir, guard, onEnd }),
    )
    proxies.balancers[service].leadTo(own.map(({ port }) => port))
    return own
  })
}
