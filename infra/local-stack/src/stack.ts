import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { inheritedEnvironment } from './config.ts'
import { type Crash, startGuard } from './guard/start-guard.ts'
import { writeJson } from './json-file.ts'
import { cacheDir } from './paths.ts'
import { type Log, step } from './progress.ts'
import { loadSecrets, type Secrets } from './secrets.ts'
import { createDatabases, databaseUrl, type ServiceDatabase } from './servers/databases.ts'
import { kafkaServer, kafkaVersion } from './servers/kafka.ts'
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
}

/** A running stack. */
export interface Stack {
  addresses: StackAddresses
  /** Takes single servers down and brings them back. */
  servers: Partial<Record<ServerName, ServerControl>>
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
  mkdirSync(dir, { recursive: true })
  const guard = await startGuard(dir, label, reason => log(`… ${reason}`))
  const giveUp = () => void guard.stop()
  options.signal?.addEventListener('abort', giveUp)
  try {
    options.signal?.throwIfAborted()
    const ports = await choosePorts(dir, ['postgres', 'kafka', 'kafkaController', 'redis'])
    const secrets = loadSecrets(dir)
    const context: ServerContext = { dir, cacheDir, env, guard, log }
    const servers: Partial<Record<ServerName, ServerControl>> = {}
    const addresses: StackAddresses = {}
    const starts: Record<ServerName, () => Promise<void>> = {
      postgres: async () => {
        servers.postgres = postgresServer(context, ports.postgres, secrets.POSTGRES_PASSWORD)
        await servers.postgres.start()
        Object.assign(addresses, await makeDatabases(ports.postgres, secrets))
      },
      kafka: async () => {
        servers.kafka = kafkaServer(context, ports)
        await servers.kafka.start()
        addresses.KAFKA_BROKERS = `127.0.0.1:${ports.kafka}`
      },
      redis: async () => {
        servers.redis = redisServer(context, ports.redis)
        await servers.redis.start()
        addresses.REDIS_URL = `redis://127.0.0.1:${ports.redis}`
      },
    }
    const titles = {
      postgres: `PostgreSQL 18 at 127.0.0.1:${ports.postgres}`,
      kafka: `Apache Kafka ${kafkaVersion} at 127.0.0.1:${ports.kafka}`,
      redis: `Redis at 127.0.0.1:${ports.redis}`,
    }
    await Promise.all(only.map(name => step(log, titles[name], starts[name])))
    writeJson(join(dir, addressesFileName), addresses)
    return { addresses, servers, crashed: guard.crashed, stop: () => guard.stop(), keep: () => guard.keep() }
  } catch (error) {
    await guard.stop()
    throw error
  } finally {
    options.signal?.removeEventListener('abort', giveUp)
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
