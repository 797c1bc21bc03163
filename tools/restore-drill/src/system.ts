import { join } from 'node:path'
import { Replica } from '@alipay-checkout/faults'
import {
  type AppOptions,
  appDirOf,
  choosePorts,
  type Guard,
  migrateAll,
  prepareApp,
  type ServiceInputs,
  type ServiceName,
  type Stack,
  serviceEnvironment,
  startGuard,
  startStack,
} from '@alipay-checkout/launcher'
import { type DatabaseUrls, systemEnvironment } from '@alipay-checkout/test-support'
import { type Cluster, type ClusterName, clusterNames, openCluster } from './cluster.ts'

const label = 'npm run restore-drill'
const behindTheGateway = ['inventory-service', 'payment-service', 'order-service'] as const

/** A system whose servers can be lost one by one. Alipay, which is the simulator, is not lost. */
export interface DrillSystem {
  clusters: Readonly<Record<ClusterName, Cluster>>
  databases: DatabaseUrls
  gatewayUrl: string
  simulatorUrl: string
  serviceUrls: Readonly<Record<'order' | 'payment' | 'inventory', string>>
  jwtSecret: string
  serviceToken: string
  /** Of the Kafka cluster that runs now. */
  kafkaBrokers(): string
  startServices(): Promise<void>
  startGateway(): Promise<void>
  /** Kills all services, and Kafka and Redis, whose data is not used again. */
  loseServicesAndBrokers(): Promise<void>
  /** Starts an empty Kafka cluster with the topics, and an empty Redis. */
  startEmptyBrokers(): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts servers and the simulator, with migrated databases and topics. The services are not started yet.
 *
 * @param options.ttlS how long orders can be paid
 * @throws StartFailure naming the step, after everything that was started has been stopped
 */
export async function openSystem(
  dir: string,
  { ttlS, log }: { ttlS: number; log: (line: string) => void },
): Promise<DrillSystem> {
  const undo: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const one of undo.splice(0).reverse()) await one()
  }
  try {
    return await open(dir, { ttlS, log }, undo, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function open(
  dir: string,
  { ttlS, log }: { ttlS: number; log: (line: string) => void },
  undo: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<DrillSystem> {
  const entries: [ClusterName, Cluster][] = []
  for (const name of clusterNames) {
    const cluster = await openCluster(join(dir, name), name, { log, label, onCrash: () => {} })
    undo.push(() => cluster.stop())
    entries.push([name, cluster])
  }
  const clusters = Object.fromEntries(entries) as Record<ClusterName, Cluster>
  const app = join(dir, 'app')
  const guard = await startGuard(appDirOf(app), label, () => {})
  undo.push(() => guard.stop())
  const { gateway: port } = await choosePorts(appDirOf(app), ['gateway'], 'programs')
  const gatewayUrl = `http://127.0.0.1:${port}`
  const env = systemEnvironment({
    PUBLIC_URL: gatewayUrl,
    ORDER_TTL_SECONDS: String(ttlS),
    ALIPAY_SIMULATOR_TIME_SCALE: '60',
    REFUND_QUERY_AFTER_MS: '1000',
  })
  const options: AppOptions = { dir: app, env, log, label }
  let generation = 0
  const startBrokers = () => {
    generation += 1
    const folder = join(dir, `brokers-${generation}`)
    return startStack({ dir: folder, only: ['kafka', 'redis'], env, log, label, breakable: {} })
  }
  let brokers = await startBrokers()
  undo.push(() => brokers.stop())
  const addressesOf = ({ addresses }: Stack) => ({
    ...addresses,
    ORDER_DATABASE_URL: clusters.orders.url,
    PAYMENT_DATABASE_URL: clusters.payments.url,
    INVENTORY_DATABASE_URL: clusters.inventory.url,
  })
  const opening = Promise.resolve({ ...brokers, addresses: addressesOf(brokers) })
  const prepared = await prepareApp(options, { guard, opening })
  let { inputs } = prepared
  let running: Replica[] = []
  const portOf = (service: ServiceName): number =>
    ({
      gateway: port,
      'order-service': inputs.ports.order,
      'payment-service': inputs.ports.payment,
      'inventory-service': inputs.ports.inventory,
    })[service]

  async function start(services: readonly ServiceName[]): Promise<void> {
    const started = services.map(service => startOne(service, portOf(service), inputs, { dir: app, guard }))
    running.push(...started)
    await Promise.all(started.map(one => one.untilReady()))
  }

  return {
    clusters,
    databases: { orders: clusters.orders.url, payments: clusters.payments.url, inventory: clusters.inventory.url },
    gatewayUrl,
    simulatorUrl: prepared.simulatorUrl ?? '',
    serviceUrls: {
      order: `http://127.0.0.1:${inputs.ports.order}`,
      payment: `http://127.0.0.1:${inputs.ports.payment}`,
      inventory: `http://127.0.0.1:${inputs.ports.inventory}`,
    },
    jwtSecret: inputs.secrets.JWT_SECRET,
    serviceToken: inputs.secrets.SERVICE_TOKEN,
    kafkaBrokers: () => inputs.addresses.KAFKA_BROKERS ?? '',
    startServices: () => start(behindTheGateway),
    startGateway: () => start(['gateway']),
    async loseServicesAndBrokers() {
      await Promise.all(
        running.map(async replica => {
          const ended = replica.ended()
          replica.signal('SIGKILL')
          await ended
        }),
      )
      running = []
      await Promise.all([brokers.servers.kafka?.stop('SIGKILL'), brokers.servers.redis?.stop('SIGKILL')])
      await brokers.stop()
    },
    async startEmptyBrokers() {
      brokers = await startBrokers()
      inputs = { ...inputs, addresses: addressesOf(brokers) }
      await migrateAll(options, guard, inputs)
    },
    async stop() {
      await stop()
      await Promise.all(running.map(replica => replica.ended()))
    },
  }
}

function startOne(
  service: ServiceName,
  port: number,
  inputs: ServiceInputs,
  { dir, guard }: { dir: string; guard: Guard },
): Replica {
  const env = serviceEnvironment(service, inputs)
  const replica = new Replica({ service, number: 1, port, env, dir, guard, onEnd: () => {} })
  replica.start()
  return replica
}
