import { join } from 'node:path'
import { inheritedEnvironment } from './config.ts'
import { makeSystemFolder } from './folder.ts'
import { type Crash, startGuard } from './guard/start-guard.ts'
import { writeJson } from './json-file.ts'
import { cacheDir } from './paths.ts'
import { type Log, step } from './progress.ts'
import { loadSecrets } from './secrets.ts'
import { type CertificateFiles, clientName, issueCertificates } from './servers/certificates.ts'
import { createDatabases, databaseUrl, serviceDatabases } from './servers/databases.ts'
import {
  type BrokerControl,
  brokerAddress,
  brokerPortNames,
  clusterOf,
  kafkaAddress,
  kafkaServers,
  kafkaVersion,
} from './servers/kafka.ts'
import { choosePorts } from './servers/ports.ts'
import { adminUrl, postgresServer, withTls } from './servers/postgres.ts'
import { redisAddress, redisServer } from './servers/redis.ts'
import type { ServerContext, ServerControl } from './servers/server.ts'

/** The servers that the system needs. */
export type ServerName = 'postgres' | 'kafka' | 'redis'

/** Addresses of the started servers, and what is needed to connect to them, by the names of the settings. */
export interface StackAddresses {
  /** Of the superuser, who may create further databases. */
  postgresAdminUrl?: string
  ORDER_DATABASE_URL?: string
  PAYMENT_DATABASE_URL?: string
  INVENTORY_DATABASE_URL?: string
  KAFKA_BROKERS?: string
  KAFKA_SSL?: string
  KAFKA_SSL_CA?: string
  KAFKA_SSL_CERT?: string
  KAFKA_SSL_KEY?: string
  KAFKA_SASL_MECHANISM?: string
  KAFKA_SASL_USERNAME?: string
  KAFKA_SASL_PASSWORD?: string
  REDIS_URL?: string
  REDIS_SSL_CA?: string
}

/** What to start, and where. */
export interface StackOptions {
  /** Holds data, logs, ports and generated passwords. Each stack needs its own. */
  dir: string
  /** The servers to start; all by default. */
  only?: readonly ServerName[]
  /** Progress, line by line; silent by default. */
  log?: Log
  /** Environment of the servers; that of this process by default. */
  env?: Record<string, string>
  /** Names the run in the message to a second one in this directory. */
  label?: string
  /** Aborts the start: servers that were started are stopped. */
  signal?: AbortSignal
  /** For tests that stop and kill servers. */
  breakable?: BreakableServers
  /** Starts servers that accept only encrypted connections with a password, as managed ones do. */
  isSecure?: boolean
}

/** Servers of which one may end without the others being stopped. */
export interface BreakableServers {
  /** Three keep every record on at least two. */
  brokers?: 1 | 3
  /**
   * Ports of proxies on 127.0.0.1, one for each broker, which the brokers advertise to their clients. The addresses of the
   * stack bypass the proxies.
   */
  advertisedPorts?: readonly number[]
  /** PostgreSQL settings that override the defaults. */
  postgres?: Record<string, string>
}

/** A running stack. */
export interface Stack {
  addresses: StackAddresses
  /** Stop and start single servers. Empty for servers that were not started here. */
  servers: Partial<Record<ServerName, ServerControl>>
  /** Of servers that were started with `isSecure`. */
  security?: StackSecurity
  /** Each broker and its port; `servers.kafka` is all brokers. */
  brokers?: readonly BrokerControl[]
  /** Resolves when a server ended unexpectedly; the others are then being stopped. */
  crashed: Promise<Crash>
  /** Stops every server and waits for it; the data stays. */
  stop(): Promise<void>
  /** Lets the servers outlive this process. */
  keep(): Promise<void>
}

/** What clients of secure servers may use besides the addresses. */
export interface StackSecurity {
  certificates: CertificateFiles
  /** Brokers that know their clients by certificate, without SASL. */
  certificateBrokers: string
}

/** The file with the addresses of a running stack. */
export const addressesFileName = 'addresses.json'

/**
 * Starts PostgreSQL, Apache Kafka and Redis on free ports of 127.0.0.1 and waits until they answer. They stop when this
 * process ends, even by kill -9, unless `keep` is called.
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
    const certificates = options.isSecure ? await issueCertificates(dir) : undefined
    const kafkaSecurity = certificates && { certificates, user: clientName, password: secrets.KAFKA_PASSWORD }
    const redisSecurity = certificates && { certificates, user: clientName, password: secrets.REDIS_PASSWORD }
    const brokers = kafkaServers(context, cluster, kafkaSecurity)
    const servers: Partial<Record<ServerName, ServerControl>> = {}
    const addresses: StackAddresses = {}
    const starts: Record<ServerName, () => Promise<void>> = {
      postgres: async () => {
        const password = secrets.POSTGRES_PASSWORD
        servers.postgres = postgresServer(context, { port: postgresPort, password, settings, certificates })
        await servers.postgres.start()
        const databases = serviceDatabases(secrets)
        addresses.postgresAdminUrl = adminUrl(postgresPort, password, certificates)
        await createDatabases(addresses.postgresAdminUrl, Object.values(databases))
        for (const [name, one] of Object.entries(databases)) {
          addresses[name as keyof typeof databases] = withTls(databaseUrl(postgresPort, one), certificates)
        }
      },
      kafka: async () => {
        servers.kafka = allOf(brokers)
        await servers.kafka.start()
        Object.assign(addresses, kafkaAddress(cluster, kafkaSecurity))
      },
      redis: async () => {
        servers.redis = redisServer(context, redisPort, redisSecurity)
        await servers.redis.start()
        Object.assign(addresses, redisAddress(redisPort, redisSecurity))
      },
    }
    const titles = {
      postgres: `PostgreSQL 18 at 127.0.0.1:${postgresPort}`,
      kafka: `Apache Kafka ${kafkaVersion} at ${cluster.map(brokerAddress).join(',')}`,
      redis: `Redis at 127.0.0.1:${redisPort}`,
    }
    await Promise.all(only.map(name => step(log, titles[name], starts[name])))
    writeJson(join(dir, addressesFileName), addresses)
    const certificateBrokers = cluster.map(({ certificatePort }) => `127.0.0.1:${certificatePort}`).join(',')
    return {
      addresses,
      servers,
      brokers,
      ...(certificates && { security: { certificates, certificateBrokers } }),
      crashed: guard.crashed,
      stop: () => guard.stop(),
      keep: () => guard.keep(),
    }
  } catch (error) {
    await guard.stop()
    throw error
  } finally {
    options.signal?.removeEventListener('abort', giveUp)
  }
}

/** Several servers as one. */
function allOf(controls: readonly ServerControl[]): ServerControl {
  return {
    start: async () => void (await Promise.all(controls.map(one => one.start()))),
    stop: async signal => void (await Promise.all(controls.map(one => one.stop(signal)))),
  }
}
