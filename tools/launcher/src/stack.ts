import { join } from 'node:path'
import { inheritedEnvironment } from './config.ts'
import { makeSystemFolder } from './folder.ts'
import { type Crash, startGuard } from './guard/start-guard.ts'
import { writeJson } from './json-file.ts'
import { cacheDir } from './paths.ts'
import { type Log, step } from './progress.ts'
import { loadSecrets, type Secrets } from './secrets.ts'
import { createDatabases, databaseUrl, type ServiceDatabase } from './servers/databases.ts'
import {
  type BrokerControl,
  brokerAddress,
  brokerPortNames,
  clusterOf,
  kafkaServers,
  kafkaVersion,
} from './servers/kafka.ts'
import { choosePorts } from './servers/ports.ts'
import { adminUrl, postgresServer } from './servers/postgres.ts'
import { redisServer } from './servers/redis.ts'
import type { ServerContext, ServerControl } from './servers/server.ts'

/** The three servers that the system stands on. */
export type ServerName = 'postgres' | 'kafka' | 'redis'

/** Where the started servers are reached. What was not asked for is missing. */
export interface StackAddresses {
  /** As superuser: for making databases of one's own. */
  postgresAdminUrl?: string
  ORDER_DATABASE_URL?: string
  PAYMENT_DATABASE_URL?: string
  INVENTORY_DATABASE_URL?: string
  KAFKA_BROKERS?: string
  REDIS_URL?: string
}

/** What to start, and where. */
export interface StackOptions {
  /** Data, logs, chosen ports and generated passwords live here; two stacks need two directories. */
  dir: string
  /** Which servers; all of them by default. */
  only?: readonly ServerName[]
  /** Progress, line by line; silent by default. */
  log?: Log
  /** What the servers inherit; this process' environment by default. */
  env?: Record<string, string>
  /** What it runs for, told to whoever finds the directory in use. */
  label?: string
  /** Gives the start up: what was started by then is stopped. */
  signal?: AbortSignal
  /** For whoever breaks servers on purpose. */
  breakable?: BreakableServers
}

/** Servers that are taken down on purpose: one that ends does not end the others. */
export interface BreakableServers {
  /** Three keep every record on at least two. */
  brokers?: 1 | 3
  /**
   * Brokers tell their clients these ports of 127.0.0.1, one for each broker, where something stands before them. The
   * stack's own addresses lead past it.
   */
  advertisedPorts?: readonly number[]
  /** PostgreSQL's settings that differ from the usual ones. */
  postgres?: Record<string, string>
}

/** A running stack. */
export interface Stack {
  addresses: StackAddresses
  /** Takes single servers down and brings them back. */
  servers: Partial<Record<ServerName, ServerControl>>
  /** Each broker by itself, and the port where clients reach it; `servers.kafka` is all of them. */
  brokers?: readonly BrokerControl[]
  /** Settles when a server ended by itself; everything is then being stopped. */
  crashed: Promise<Crash>
  /** Stops every server and waits until they are gone; the data stays. */
  stop(): Promise<void>
  /** Lets the servers go on after this process. */
  keep(): Promise<void>
}

/** The file with the addresses of a running stack. */
export const addressesFileName = 'addresses.json'

/**
 * Starts real PostgreSQL, Apache Kafka and Redis on free ports of 127.0.0.1, and waits until they answer. They stop with
 * this process, however it ends, unless `keep` is called.
 *
 * @throws DirectoryBusy when a stack runs in this directory · StartFailure when a server cannot be started
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const {
    dir,
    only = ['postgres', 'kafka', 'redis'],
    log = () => {},
    env = inheritedEnvironment(),
    label = 'stack',
  } = options
  makeSystemFolder(dir)
  const guard = await startGuard(dir, label, reason => log(`… ${reason}`))
  const giveUp = () => void guard.stop()
  options.signal?.addEventListener('abort', giveUp)
  try {
    options.signal?.throwIfAborted()
    const { brokers: brokerCount = 1, advertisedPorts, postgres: settings = {} } = options.breakable ?? {}
    const names = brokerCount === 1 ? ['kafka'] : ['kafka-1', 'kafka-2', 'kafka-3']
    const ports = await choosePorts<string>(dir, ['postgres', 'redis', ...names.flatMap(brokerPortNames)], 'servers')
    const { postgres: postgresPort = 0, redis: redisPort = 0 } = ports
    const secrets = loadSecrets(dir)
    const context: ServerContext = { dir, cacheDir, env, guard, log, mayEnd: options.breakable !== undefined }
    const cluster = clusterOf(names, ports, advertisedPorts)
    const brokers = kafkaServers(context, cluster)
    const servers: Partial<Record<ServerName, ServerControl>> = {}
    const addresses: StackAddresses = {}
    const starts: Record<ServerName, () => Promise<void>> = {
      postgres: async () => {
        const password = secrets.POSTGRES_PASSWORD
        servers.postgres = postgresServer(context, { port: postgresPort, password, settings })
        await servers.postgres.start()
        Object.assign(addresses, await makeDatabases(postgresPort, secrets))
      },
      kafka: async () => {
        servers.kafka = together(brokers)
        await servers.kafka.start()
        addresses.KAFKA_BROKERS = cluster.map(brokerAddress).join(',')
      },
      redis: async () => {
        servers.redis = redisServer(context, redisPort)
        await servers.redis.start()
        addresses.REDIS_URL = `redis://127.0.0.1:${redisPort}`
      },
    }
    const titles = {
      postgres: `PostgreSQL 18 at 127.0.0.1:${postgresPort}`,
      kafka: `Apache Kafka ${kafkaVersion} at ${cluster.map(brokerAddress).join(',')}`,
      redis: `Redis at 127.0.0.1:${redisPort}`,
    }
    await Promise.all(only.map(name => step(log, titles[name], starts[name])))
    writeJson(join(dir, addressesFileName), addresses)
    return { addresses, servers, brokers, crashed: guard.crashed, stop: () => guard.stop(), keep: () => guard.keep() }
  } catch (error) {
    await guard.stop()
    throw error
  } finally {
    options.signal?.removeEventListener('abort', giveUp)
  }
}

/** Several servers that are started and stopped as one. */
function together(controls: readonly ServerControl[]): ServerControl {
  return {
    start: async () => void (await Promise.all(controls.map(one => one.start()))),
    stop: async signal => void (await Promise.all(controls.map(one => one.stop(signal)))),
  }
}

/** Makes the services' databases and roles, and gives back their addresses. What is there stays. */
export async function makeDatabases(port: number, secrets: Secrets): Promise<StackAddresses> {
  const postgresAdminUrl = adminUrl(port, secrets.POSTGRES_PASSWORD)
  const databases = {
    ORDER_DATABASE_URL: { database: 'orders', role: 'order_service', password: secrets.ORDER_DATABASE_PASSWORD },
    PAYMENT_DATABASE_URL: {
      database: 'payments',
      role: 'payment_service',
      password: secrets.PAYMENT_DATABASE_PASSWORD,
    },
    INVENTORY_DATABASE_URL: {
      database: 'inventory',
      role: 'inventory_service',
      password: secrets.INVENTORY_DATABASE_PASSWORD,
    },
  } satisfies Record<string, ServiceDatabase>
  await createDatabases(postgresAdminUrl, Object.values(databases))
  const urls = Object.entries(databases).map(([name, database]) => [name, databaseUrl(port, database)])
  return { postgresAdminUrl, ...Object.fromEntries(urls) }
}
