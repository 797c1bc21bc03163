import { randomBytes } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { StartFailure } from '../failure.ts'
import { makeFolder } from '../folder.ts'
import type { ProcessSpec } from '../guard/protocol.ts'
import { sizeOf, tailOf } from '../log-file.ts'
import { remedyFor } from '../remedies.mjs'
import { waitUntil } from '../wait-until.ts'
import { fetchJars, javaCommand, javaEnvironment, requireJava } from './maven.ts'
import { runTask } from './run-task.ts'
import { kindOf, type ServerContext, type ServerControl, stages, untilDeath } from './server.ts'

/** The version that is started, and that the containers use as well. */
export const kafkaVersion = '4.1.0'
const slf4jVersion = '1.7.36'
const readyTimeoutMs = 90_000
const remedy = 'Look at the log named above; `npm run stack -- reset` starts over with empty data'

/**
 * In the broker's folder, where Kafka is started, so that no file of settings names a path: Java reads those as Latin-1, and
 * Kafka takes a comma for the end of a path.
 */
const propertiesFileName = 'server.properties'

/** One broker of a cluster, each with a controller in it, and where it listens on 127.0.0.1. */
export interface Broker {
  /** Also the name of its folder, log and process. */
  name: string
  port: number
  controllerPort: number
  /** Something stands before the port: clients are told this one, and brokers and tools use the one behind it. */
  behind?: { advertisedPort: number; internalPort: number }
}

/**
 * The brokers of a cluster for the given names: one, or three that keep every record on at least two.
 *
 * @param ports by name, from `brokerPortNames`
 * @param advertisedPorts one for each broker where something stands before it
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
    return { name, port: port(name), controllerPort: port(`${name}Controller`), ...behind }
  })
}

/** What the ports of a broker are called where they are chosen. */
export const brokerPortNames = (name: string): string[] => [name, `${name}Controller`, `${name}Internal`]

/** Where tools reach a broker: past whatever stands before it. */
export const brokerAddress = ({ port, behind }: Broker): string => `127.0.0.1:${behind?.internalPort ?? port}`

/** One of the brokers, and the port where clients reach it. */
export interface BrokerControl extends ServerControl {
  name: string
  port: number
}

/**
 * A cluster of Apache Kafka brokers in KRaft mode (broker and controller in one process) on 127.0.0.1. They may be
 * started at the same time: their jars are fetched once.
 */
export function kafkaServers(context: ServerContext, cluster: readonly Broker[]): BrokerControl[] {
  const clusterId = newClusterId()
  let fetched: Promise<string> | undefined
  const jars = () => {
    fetched ??= kafkaJars(context)
    return fetched
  }
  return cluster.map(broker => {
    const { name, port } = broker
    return { name, port, ...kafkaServer(context, broker, { cluster, clusterId, jars }) }
  })
}

async function kafkaJars(context: ServerContext): Promise<string> {
  const name = `kafka-${kafkaVersion}`
  if (!existsSync(join(context.cacheDir, name))) await requireJava(context)
  return fetchJars(context, name, {
    coordinates: [`org.apache.kafka:kafka_2.13:${kafkaVersion}`, `org.slf4j:slf4j-simple:${slf4jVersion}`],
  })
}

function kafkaServer(
  context: ServerContext,
  broker: Broker,
  shared: { cluster: readonly Broker[]; clusterId: string; jars: () => Promise<string> },
): ServerControl {
  const { name } = broker
  const home = join(context.dir, name)
  const brokers = [brokerAddress(broker)]

  async function start(): Promise<void> {
    makeFolder(home)
    const jars = await shared.jars()
    writeFileSync(join(home, propertiesFileName), serverProperties(broker, shared.cluster))
    if (!existsSync(join(home, 'data', 'meta.properties'))) {
      await format(context, jars, { name: `${name}-format`, home, clusterId: shared.clusterId })
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
    await waitUntil(() => answers(brokers), {
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

async function answers(brokers: string[]): Promise<true> {
  const admin = new Kafka({
    brokers,
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

/** A name for a new cluster, unlike any other. */
function newClusterId(): string {
  const id = randomBytes(16).toString('base64url')
  // Kafka's tool would take it for one of its options.
  return id.startsWith('-') ? newClusterId() : id
}

async function format(
  context: ServerContext,
  jars: string,
  { name, home, clusterId }: { name: string; home: string; clusterId: string },
): Promise<void> {
  await runTask(context, {
    name,
    command: javaCommand(context.env),
    args: javaArguments(jars, 'kafka.tools.StorageTool', [
      'format',
      '--config',
      propertiesFileName,
      '--cluster-id',
      clusterId,
    ]),
    cwd: home,
    env: javaEnvironment,
    step: 'Preparing Kafka’s data folder',
    remedy,
  })
}

function javaArguments(jars: string, mainClass: string, args: string[]): string[] {
  return [
    // Small on purpose: the whole system shares a laptop or a CI machine.
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

function serverProperties(broker: Broker, cluster: readonly Broker[]): string {
  const { port, controllerPort, behind } = broker
  const listeners = [`PLAINTEXT://127.0.0.1:${port}`, `CONTROLLER://127.0.0.1:${controllerPort}`]
  const advertised = [`PLAINTEXT://127.0.0.1:${behind?.advertisedPort ?? port}`]
  if (behind !== undefined) {
    listeners.push(`INTERNAL://127.0.0.1:${behind.internalPort}`)
    advertised.push(`INTERNAL://127.0.0.1:${behind.internalPort}`)
  }
  const voters = cluster.map((one, index) => `${index + 1}@127.0.0.1:${one.controllerPort}`)
  const copies = cluster.length
  // With three copies one broker may be away, and a write is still never on one alone.
  const inSync = Math.max(1, copies - 1)
  return `process.roles=broker,controller
node.id=${cluster.indexOf(broker) + 1}
controller.quorum.voters=${voters.join(',')}
listeners=${listeners.join(',')}
advertised.listeners=${advertised.join(',')}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=${behind === undefined ? 'PLAINTEXT' : 'INTERNAL'}
controller.listener.names=CONTROLLER
log.dirs=data
auto.create.topics.enable=false
default.replication.factor=${copies}
min.insync.replicas=${inSync}
offsets.topic.replication.factor=${copies}
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=${copies}
transaction.state.log.min.isr=${inSync}
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=${copies}
share.coordinator.state.topic.min.isr=${inSync}
group.initial.rebalance.delay.ms=0
num.network.threads=2
num.io.threads=4
log.segment.bytes=134217728
# Of the heap, always; with the 128 MB of the default, it was full again every few seconds and Kafka stood still for 0.1 s.
log.cleaner.dedupe.buffer.size=8388608
`
}
