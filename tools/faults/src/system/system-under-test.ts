import { join } from 'node:path'
import {
  appDirOf,
  type Crash,
  choosePorts,
  type Guard,
  migrateAll,
  type PreparedApp,
  prepareApp,
  type ServiceInputs,
  type ServiceName,
  type Stack,
  serviceEnvironment,
  simulatedCertificates,
  startGuard,
  startStack,
} from '@alipay-checkout/launcher'
import { type DatabaseUrls, databaseUrlsOf } from '@alipay-checkout/test-support'
import { faultsEnvironment } from '../config.ts'
import type { NetworkTarget } from '../fault.ts'
import { Replica, type ReplicaEnd } from './replica.ts'
import { type SupervisedServers, superviseServers } from './servers.ts'
import { openTcpProxy, type TcpProxy } from './tcp-proxy.ts'
import { openVolume, type Volume } from './volume.ts'
import { openWarehouse, type Warehouse } from './warehouse.ts'

/**
 * The whole system with two replicas of each service, and a way to break each component. Of payment-service's replicas
 * the first has Alipay's public key, and the second certificates.
 */
export interface SystemUnderTest {
  dir: string
  replicas: readonly Replica[]
  servers: SupervisedServers
  /** The example of `examples/fulfilment`, which ships the paid orders. */
  warehouse: Warehouse
  /** Proxies between the services and the servers that they call. */
  networks: Readonly<Record<NetworkTarget, readonly TcpProxy[]>>
  /** Distribute connections over a service's replicas. */
  balancers: Readonly<Record<ServiceName, TcpProxy>>
  /** PostgreSQL's disk, or why it cannot be filled. */
  disk: { volume: Volume } | { reason: string }
  gatewayUrls: readonly string[]
  simulatorUrl: string
  jwtSecret: string
  serviceToken: string
  /** These addresses lead past the proxies. */
  databases: DatabaseUrls
  postgresAdminUrl: string
  kafkaBrokers: string
  redisUrl: string
  /** Every end of a replica's process so far. */
  ends: readonly ReplicaEnd[]
  /** Servers that ended without being crashed by this run. */
  serverEnds: readonly string[]
  /** Applies the migrations and topics of a checkout to the running system. */
  migrate(root: string): Promise<void>
  /** Settles when a component ended that no fault affects, such as the simulator. */
  crashed: Promise<Crash>
  /** Stops everything. `keep` leaves databases and logs where they are. */
  stop(options: { keep: boolean }): Promise<void>
}

export interface SystemOptions {
  /** For everything; nothing may be in it. */
  dir: string
  brokers: 1 | 3
  /** How long it will be loaded. */
  seconds: number
  /** Whether PostgreSQL's disk is to be filled. */
  fillsDisk: boolean
  /** The checkout whose migrations and services are started; this repository by default. */
  root?: string
  /** Names the command in the message to a second one in this folder. */
  label?: string
  log: (line: string) => void
}

/** Several times what a run writes; the write-ahead log is kept short. */
const diskSizeMb = 1_536
const smallLog = { max_wal_size: '192MB', min_wal_size: '80MB' }
const services = ['inventory-service', 'order-service', 'payment-service', 'gateway'] as const satisfies ServiceName[]

/**
 * Starts it, and returns once every replica is ready. It ends with this process, however that ends.
 *
 * @throws StartFailure naming the step, after everything that was started has been stopped
 */
export async function startSystemUnderTest(options: SystemOptions): Promise<SystemUnderTest> {
  const { dir, log } = options
  const undo: (() => Promise<unknown>)[] = []
  const stopAll = async () => {
    for (const one of undo.splice(0).reverse()) await one()
  }
  try {
    const disk = options.fillsDisk ? await tryVolume(dir) : { reason: 'not requested' }
    let keepDisk = false
    if ('volume' in disk) undo.push(() => disk.volume.remove({ keep: keepDisk }))
    const proxies = await openProxies(options.brokers)
    undo.push(() => Promise.all(proxies.all.map(proxy => proxy.close())))
    const { stack, app, guard, migrate } = await startServersAndSimulator(options, proxies, undo)
    for (const [index, { port }] of (stack.brokers ?? []).entries()) proxies.networks.kafka[index]?.setTargets([port])
    const inputs = throughProxies(app.inputs, proxies)
    const ends: ReplicaEnd[] = []
    const replicas = await makeReplicas({
      ...{ dir, inputs, guard, proxies, root: options.root },
      onEnd: end => ends.push(end),
    })
    const serverEnds: string[] = []
    const servers = superviseServers(dir, stack, name => serverEnds.push(name))
    undo.push(() => servers.stop())
    const since = performance.now()
    for (const replica of replicas) replica.start()
    await Promise.all(replicas.map(replica => replica.untilReady()))
    log(`✔ ${replicas.length} replicas (${((performance.now() - since) / 1000).toFixed(1)} s)`)
    const { postgresAdminUrl = '', KAFKA_BROKERS: kafkaBrokers = '', REDIS_URL: redisUrl = '' } = stack.addresses
    const warehouse = await openWarehouse({
      ...{ dir, guard, postgresAdminUrl },
      kafkaBrokers: inputs.addresses.KAFKA_BROKERS ?? '',
      gatewayUrl: urlOf(proxies.balancers.gateway),
      jwtSecret: inputs.secrets.JWT_SECRET,
      onEnd: end => ends.push(end),
    })
    for (const process of warehouse.processes) process.start()
    return {
      ...{ dir, replicas, servers, networks: proxies.networks, balancers: proxies.balancers, disk, ends, serverEnds },
      ...{ warehouse, postgresAdminUrl, kafkaBrokers, redisUrl },
      gatewayUrls: replicas.filter(({ service }) => service === 'gateway').map(({ url }) => url),
      simulatorUrl: app.simulatorUrl ?? '',
      jwtSecret: inputs.secrets.JWT_SECRET,
      serviceToken: inputs.secrets.SERVICE_TOKEN,
      databases: databaseUrlsOf(stack.addresses),
      migrate,
      crashed: Promise.race([guard.crashed, stack.crashed]),
      async stop({ keep }) {
        keepDisk = keep
        await stopAll()
        await Promise.all([...replicas, ...warehouse.processes].map(process => process.ended()))
      },
    }
  } catch (error) {
    await stopAll()
    throw error
  }
}

async function tryVolume(dir: string): Promise<SystemUnderTest['disk']> {
  try {
    return { volume: await openVolume(join(dir, 'postgres'), join(dir, 'volume'), diskSizeMb) }
  } catch (error) {
    return { reason: `PostgreSQL can not be given a disk of its own here: ${(error as Error).message}` }
  }
}

interface Proxies {
  all: TcpProxy[]
  networks: Record<NetworkTarget, TcpProxy[]>
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

async function startServersAndSimulator(
  { dir, brokers, log, seconds, fillsDisk, root, label = 'npm run faults' }: SystemOptions,
  { balancers, networks }: Proxies,
  undo: (() => Promise<unknown>)[],
): Promise<{ stack: Stack; app: PreparedApp; guard: Guard; migrate: SystemUnderTest['migrate'] }> {
  const env = faultsEnvironment(urlOf(balancers.gateway), seconds)
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
  const options = { dir, env, log, label, topics }
  const app = await prepareApp(root === undefined ? options : { ...options, root }, { guard, opening })
  const migrate = (newer: string) => migrateAll({ ...options, root: newer }, guard, app.inputs)
  return { stack: await opening, app, guard, migrate }
}

/** The services' settings with the proxies' addresses. Points the proxies at the servers. */
function throughProxies(inputs: ServiceInputs, { networks, balancers }: Proxies): ServiceInputs {
  const { addresses } = inputs
  const through = (address: string | undefined, [proxy]: readonly TcpProxy[]): string => {
    const url = new URL(address ?? '')
    proxy?.setTargets([Number(url.port)])
    url.port = String(proxy?.port)
    return url.href
  }
  return {
    ...inputs,
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
  inputs: ServiceInputs
  guard: Guard
  proxies: Proxies
  root: string | undefined
  onEnd: (end: ReplicaEnd) => void
}): Promise<Replica[]> {
  const { dir, inputs, guard, proxies, root, onEnd } = options
  const numbers = [1, 2] as const
  const names = services.flatMap(service => numbers.map(number => `${service}-${number}`))
  const ports = await choosePorts(appDirOf(dir), names, 'programs')
  const { ALIPAY_PUBLIC_KEY: _key, ...common } = inputs.alipay
  const withCertificates = { ...inputs, alipay: { ...common, ...simulatedCertificates(join(dir, 'alipay')) } }
  return services.flatMap(service => {
    const own = numbers.map(number => {
      const env = serviceEnvironment(service, number === 1 ? inputs : withCertificates)
      return new Replica({ service, number, port: ports[`${service}-${number}`] ?? 0, env, root, dir, guard, onEnd })
    })
    proxies.balancers[service].setTargets(own.map(({ port }) => port))
    return own
  })
}
