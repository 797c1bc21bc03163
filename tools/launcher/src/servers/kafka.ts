import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type KafkaConnection,
  type KafkaSettings,
  kafkaConnection,
  kafkaOptions,
} from '@alipay-checkout/service-kit/connections'
import { Kafka, logLevel } from 'kafkajs'
import { StartFailure } from '../failure.ts'
import { makeFolder } from '../folder.ts'
import type { ProcessSpec } from '../guard/protocol.ts'
import { sizeOf, tailOf } from '../log-file.ts'
import { remedyFor } from '../remedies.mjs'
import { waitUntil } from '../wait-until.ts'
import type { CertificateFiles } from './certificates.ts'
import { fetchArtifacts, javaCommand, javaEnvironment, requireJava } from './maven.ts'
import { runTask } from './run-task.ts'
import { kindOf, type ServerContext, type ServerControl, stages, untilDeath } from './server.ts'

/** The same version as in docker-compose.yml. */
export const kafkaVersion = '4.1.0'
const slf4jVersion = '1.7.36'
const readyTimeoutMs = 90_000
const remedy = 'Look at the log named above; `npm run stack -- reset` starts over with empty data'

/**
 * Lies in the broker's folder, where Kafka is started, so that the file contains no path: Java reads it as Latin-1, and
 * Kafka splits paths at commas.
 */
const propertiesFileName = 'server.properties'

/** A broker, with its controller, on ports of 127.0.0.1. */
export interface Broker {
  /** Also names its folder, log and process. */
  name: string
  port: number
  controllerPort: number
  /** Where clients are known by their certificates, if the cluster has any. */
  certificatePort: number
  /** Where a proxy is in front: clients use the advertised port, brokers and tools the internal one. */
  behind?: { advertisedPort: number; internalPort: number }
}

/**
 * The brokers of a cluster: one, or three that store every record on at least two.
 *
 * @param ports by the names of `brokerPortNames`
 * @param advertisedPorts ports of proxies, one for each broker
 */
export function clusterOf(
  names: readonly string[],
  ports: Readonly<Record<string, number>>,
  advertisedPorts: readonly number[] = [],
): Broker[] {
  const port = (name: string) => ports[name] ?? 0
  return names.map((name, index) => {
    const advertisedPort = advertisedPorts[index]
    const behind =
      advertisedPort === undefined ? {} : { behind: { advertisedPort, internalPort: port(`${name}Internal`) } }
    const certificatePort = port(`${name}Certificate`)
    return { name, port: port(name), controllerPort: port(`${name}Controller`), certificatePort, ...behind }
  })
}

/** The names of a broker's ports for `choosePorts`. */
export const brokerPortNames = (name: string): string[] =>
  ['', 'Controller', 'Internal', 'Certificate'].map(suffix => `${name}${suffix}`)

/** The address of a broker for tools, which bypasses a proxy. */
export const brokerAddress = ({ port, behind }: Broker): string => `127.0.0.1:${behind?.internalPort ?? port}`

/** What the brokers require of their clients: TLS, and this user with this password, by PLAIN or SCRAM. */
export interface KafkaSecurity {
  certificates: CertificateFiles
  user: string
  password: string
}

/** The settings by which clients reach the brokers. */
export function kafkaAddress(
  cluster: readonly Broker[],
  security?: KafkaSecurity,
): Pick<KafkaSettings, 'KAFKA_BROKERS'> & Record<string, string> {
  const brokers = { KAFKA_BROKERS: cluster.map(brokerAddress).join(',') }
  if (security === undefined) return brokers
  return {
    ...brokers,
    KAFKA_SSL: 'true',
    KAFKA_SSL_CA: security.certificates.ca,
    KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
    KAFKA_SASL_USERNAME: security.user,
    KAFKA_SASL_PASSWORD: security.password,
  }
}

/** A broker and its port. */
export interface BrokerControl extends ServerControl {
  name: string
  port: number
}

/**
 * A cluster of Apache Kafka brokers in KRaft mode (broker and controller in one process) on 127.0.0.1. They may start at
 * the same time: the jars are downloaded once.
 *
 * @param security without it, the brokers take every connection. Not together with proxies.
 */
export function kafkaServers(
  context: ServerContext,
  cluster: readonly Broker[],
  security?: KafkaSecurity,
): BrokerControl[] {
  const clusterId = newClusterId()
  let fetched: Promise<string> | undefined
  const jars = () => {
    fetched ??= kafkaJars(context)
    return fetched
  }
  return cluster.map(broker => {
    const { name, port } = broker
    return { name, port, ...kafkaServer(context, broker, { cluster, clusterId, jars, security }) }
  })
}

async function kafkaJars(context: ServerContext): Promise<string> {
  const name = `kafka-${kafkaVersion}`
  if (!existsSync(join(context.cacheDir, name))) await requireJava(context)
  return fetchArtifacts(context, name, {
    coordinates: [`org.apache.kafka:kafka_2.13:${kafkaVersion}`, `org.slf4j:slf4j-simple:${slf4jVersion}`],
  })
}

function kafkaServer(
  context: ServerContext,
  broker: Broker,
  shared: {
    cluster: readonly Broker[]
    clusterId: string
    jars: () => Promise<string>
    security: KafkaSecurity | undefined
  },
): ServerControl {
  const { name } = broker
  const home = join(context.dir, name)
  const { security } = shared
  const address = kafkaConnection(kafkaAddress([broker], security))

  async function start(): Promise<void> {
    makeFolder(home)
    const jars = await shared.jars()
    writeFileSync(join(home, propertiesFileName), serverProperties(broker, shared.cluster, security), { mode: 0o600 })
    if (security !== undefined) writeCertificates(home, security.certificates)
    if (!existsSync(join(home, 'data', 'meta.properties'))) {
      await format(context, jars, {
        name: `${name}-format`,
        home,
        clusterId: shared.clusterId,
        security,
      })
    }
    const logFile = join(context.dir, 'logs', `${name}.log`)
    const logSize = sizeOf(logFile)
    const spec: ProcessSpec = {
      name,
      command: javaCommand(context.env),
      args: javaArguments(jars, 'kafka.Kafka', [propertiesFileName]),
      cwd: home,
      env: { ...context.env, ...javaEnvironment },
      logFile,
      kind: kindOf(context),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 20_000,
      stage: stages.server,
    }
    const running = await context.guard.spawn(spec).catch(error => failed(error.message))
    await waitUntil(() => answers(address), {
      timeoutMs: readyTimeoutMs,
      everyMs: 100,
      unless: untilDeath(running, 'Kafka'),
    }).catch(error => failed(`${error.message}\n${tailOf(logFile, 15, logSize)}`))
  }

  return { start, stop: signal => context.guard.stopOne(name, signal) }
}

function failed(reason: string): never {
  throw new StartFailure('Starting Kafka', reason, remedyFor(reason, remedy))
}

async function answers(connection: KafkaConnection): Promise<true> {
  const admin = new Kafka({
    ...kafkaOptions(connection),
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    retry: { retries: 0 },
  }).admin()
  try {
    await admin.connect()
    await admin.describeCluster()
    return true
  } finally {
    await admin.disconnect()
  }
}

/** A random id for a new cluster. */
function newClusterId(): string {
  const id = randomBytes(16).toString('base64url')
  // Kafka's tool would parse it as an option.
  return id.startsWith('-') ? newClusterId() : id
}

async function format(
  context: ServerContext,
  jars: string,
  options: { name: string; home: string; clusterId: string; security: KafkaSecurity | undefined },
): Promise<void> {
  const { name, home, clusterId, security } = options
  await runTask(context, {
    name,
    command: javaCommand(context.env),
    args: javaArguments(jars, 'kafka.tools.StorageTool', [
      'format',
      '--config',
      propertiesFileName,
      '--cluster-id',
      clusterId,
      ...(security === undefined ? [] : scramUsers(security)),
    ]),
    cwd: home,
    env: javaEnvironment,
    step: 'Preparing Kafka’s data folder',
    remedy,
  })
}

function javaArguments(jars: string, mainClass: string, args: string[]): string[] {
  return [
    // Small, because the whole system shares a laptop or a CI machine.
    '-Xmx256m',
    '-Xms128m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Djava.awt.headless=true',
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-Dorg.slf4j.simpleLogger.showDateTime=true',
    '-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS',
    '-cp',
    join(jars, '*'),
    mainClass,
    ...args,
  ]
}

/** Users of SCRAM are stored when the data folder is made. */
function scramUsers({ user, password }: KafkaSecurity): string[] {
  const credential = `[name=${user},password=${password}]`
  return ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap(mechanism => ['--add-scram', `${mechanism}=${credential}`])
}

/** The listener that knows clients by their certificates alone, beside the one with user names. */
const certificateListener = 'CERTIFICATE'

/** In the broker's folder, because the properties contain no path. */
function writeCertificates(home: string, { ca, serverCert, serverKey }: CertificateFiles): void {
  const keyStore = `${readFileSync(serverKey, 'utf8')}${readFileSync(serverCert, 'utf8')}`
  writeFileSync(join(home, 'server.pem'), keyStore, { mode: 0o600 })
  copyFileSync(ca, join(home, 'ca.pem'))
}

function securityProperties({ user, password }: KafkaSecurity): string {
  const module = (name: string, rest = '') => `org.apache.kafka.common.security.${name} required${rest};`
  const plain = ` username="${user}" password="${password}" user_${user}="${password}"`
  return `sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=PLAIN
listener.name.sasl_ssl.plain.sasl.jaas.config=${module('plain.PlainLoginModule', plain)}
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=${module('scram.ScramLoginModule')}
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=${module('scram.ScramLoginModule')}
ssl.keystore.type=PEM
ssl.keystore.location=server.pem
ssl.truststore.type=PEM
ssl.truststore.location=ca.pem
listener.name.${certificateListener.toLowerCase()}.ssl.client.auth=required
`
}

function serverProperties(broker: Broker, cluster: readonly Broker[], security?: KafkaSecurity): string {
  const { port, certificatePort, controllerPort, behind } = broker
  const protocol = security === undefined ? 'PLAINTEXT' : 'SASL_SSL'
  const listeners = [`${protocol}://127.0.0.1:${port}`, `CONTROLLER://127.0.0.1:${controllerPort}`]
  const advertised = [`${protocol}://127.0.0.1:${behind?.advertisedPort ?? port}`]
  if (security !== undefined) {
    listeners.push(`${certificateListener}://127.0.0.1:${certificatePort}`)
    advertised.push(`${certificateListener}://127.0.0.1:${certificatePort}`)
  }
  if (behind !== undefined) {
    listeners.push(`INTERNAL://127.0.0.1:${behind.internalPort}`)
    advertised.push(`INTERNAL://127.0.0.1:${behind.internalPort}`)
  }
  const voters = cluster.map((one, index) => `${index + 1}@127.0.0.1:${one.controllerPort}`)
  const replicas = cluster.length
  // With three replicas one broker may fail, and every write is still on two.
  const inSync = Math.max(1, replicas - 1)
  return `process.roles=broker,controller
node.id=${cluster.indexOf(broker) + 1}
controller.quorum.voters=${voters.join(',')}
listeners=${listeners.join(',')}
advertised.listeners=${advertised.join(',')}
listener.security.protocol.map=${protocol}:${protocol},INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT,${certificateListener}:SSL
inter.broker.listener.name=${behind === undefined ? protocol : 'INTERNAL'}
controller.listener.names=CONTROLLER
log.dirs=data
auto.create.topics.enable=false
default.replication.factor=${replicas}
min.insync.replicas=${inSync}
offsets.topic.replication.factor=${replicas}
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=${replicas}
transaction.state.log.min.isr=${inSync}
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=${replicas}
share.coordinator.state.topic.min.isr=${inSync}
group.initial.rebalance.delay.ms=0
num.network.threads=2
num.io.threads=4
log.segment.bytes=134217728
# Allocated on the heap. With the default of 128 MB the heap filled up every few seconds and Kafka paused for 0.1 s.
log.cleaner.dedupe.buffer.size=8388608
${security === undefined ? '' : securityProperties(security)}`
}
