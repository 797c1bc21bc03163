import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { StartFailure } from '../failure.ts'
import { waitUntil } from '../wait-until.ts'
import { fetchJars, javaCommand, requireJava } from './maven.ts'
import { runTask, tailOf } from './run-task.ts'
import { type ServerContext, type ServerControl, stages, untilDeath } from './server.ts'

/** The version that is started, and that the containers use as well. */
export const kafkaVersion = '4.1.0'
const slf4jVersion = '1.7.36'
const readyTimeoutMs = 90_000
const remedy = 'Look at the log named above; `npm run stack -- reset` starts over with empty data'

/**
 * One Apache Kafka broker in KRaft mode (broker and controller in one process) on 127.0.0.1.
 *
 * @param ports where clients and where the controller listen
 */
export function kafkaServer(context: ServerContext, ports: { kafka: number; kafkaController: number }): ServerControl {
  const home = join(context.dir, 'kafka')
  const properties = join(home, 'server.properties')
  const brokers = [`127.0.0.1:${ports.kafka}`]

  async function start(): Promise<void> {
    mkdirSync(home, { recursive: true })
    if (!existsSync(join(context.cacheDir, `kafka-${kafkaVersion}`))) await requireJava(context)
    const jars = await fetchJars(context, `kafka-${kafkaVersion}`, {
      coordinates: [`org.apache.kafka:kafka_2.13:${kafkaVersion}`, `org.slf4j:slf4j-simple:${slf4jVersion}`],
    })
    writeFileSync(properties, serverProperties(home, ports))
    if (!existsSync(join(home, 'data', 'meta.properties'))) await format(context, jars, properties)
    const running = await context.guard
      .spawn({
        name: 'kafka',
        command: javaCommand(context.env),
        args: javaArguments(jars, 'kafka.Kafka', [properties]),
        cwd: home,
        env: context.env,
        logFile: join(context.dir, 'logs', 'kafka.log'),
        kind: 'server',
        stopSignal: 'SIGTERM',
        stopTimeoutMs: 20_000,
        stage: stages.server,
      })
      .catch(error => {
        throw new StartFailure('Starting Kafka', error.message, 'Install Java 17 or newer, or set JAVA_HOME')
      })
    await waitUntil(() => answers(brokers), {
      timeoutMs: readyTimeoutMs,
      everyMs: 100,
      unless: untilDeath(running, 'Kafka'),
    }).catch(error => {
      throw new StartFailure('Starting Kafka', `${error.message}\n${tailOf(running.logFile)}`, remedy)
    })
  }

  return { start, stop: signal => context.guard.stopOne('kafka', signal) }
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

async function format(context: ServerContext, jars: string, properties: string): Promise<void> {
  const id = randomBytes(16)
  // Kafka's tool takes an id that begins with a dash for an option.
  id[0] = (id[0] as number) & 0x7f
  const clusterId = id.toString('base64url')
  await runTask(context, {
    name: 'kafka-format',
    command: javaCommand(context.env),
    args: javaArguments(jars, 'kafka.tools.StorageTool', ['format', '--config', properties, '--cluster-id', clusterId]),
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

function serverProperties(home: string, ports: { kafka: number; kafkaController: number }): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${ports.kafkaController}
listeners=PLAINTEXT://127.0.0.1:${ports.kafka},CONTROLLER://127.0.0.1:${ports.kafkaController}
advertised.listeners=PLAINTEXT://127.0.0.1:${ports.kafka}
controller.listener.names=CONTROLLER
log.dirs=${join(home, 'data')}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
num.network.threads=2
num.io.threads=4
log.segment.bytes=134217728
`
}
