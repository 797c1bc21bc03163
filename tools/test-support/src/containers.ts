import { GenericContainer, getContainerRuntimeClient, ImageName, type StartedTestContainer, Wait } from 'testcontainers'
import type { StackAddresses, StartedStack } from './config.ts'
import { freePort } from './free-port.ts'

// The tags of docker-compose.yml; a test compares them.
export const images = { postgres: 'postgres:18', kafka: 'apache/kafka:4.1.0', redis: 'redis:7' } as const

const kafkaPort = 9094
/** Images are there by then, but a busy machine is slow. */
const startupTimeoutMs = 120_000

/**
 * Why containers cannot be used, or undefined when they can: a daemon answers, and each image is there or can be pulled.
 */
export async function whyNoContainers(): Promise<string | undefined> {
  try {
    const client = await getContainerRuntimeClient()
    for (const name of Object.values(images)) {
      const image = ImageName.fromString(name)
      await client.image.pull(image)
      // A pull that was refused half-way ends without an error.
      if (!(await client.image.exists(image))) return `the image ${name} cannot be pulled`
    }
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/**
 * Starts PostgreSQL, Kafka and Redis in containers, all with empty data. They are removed by `stop`, and by the reaper
 * container of testcontainers when this process ends without having called it.
 */
export async function startContainers(): Promise<StartedStack> {
  const started: StartedTestContainer[] = []
  const stop = async () => {
    await Promise.all(started.map(container => container.stop({ timeout: 0 })))
  }
  const begin = async (container: Promise<StartedTestContainer>) => {
    const running = await container
    started.push(running)
    return running
  }
  const outcomes = await Promise.allSettled([begin(startPostgres()), begin(startKafka()), begin(startRedis())])
  const failed = outcomes.find(outcome => outcome.status === 'rejected')
  if (failed !== undefined) {
    await stop()
    throw failed.reason
  }
  const [postgres, kafka, redis] = outcomes.map(outcome => (outcome as { value: StartedTestContainer }).value)
  const at = (container: StartedTestContainer | undefined, port: number) =>
    `${container?.getHost()}:${container?.getMappedPort(port)}`
  const addresses: StackAddresses = {
    postgresAdminUrl: `postgres://postgres:${password}@${at(postgres, 5432)}/postgres`,
    kafkaBrokers: at(kafka, kafkaPort),
    redisUrl: `redis://${at(redis, 6379)}`,
  }
  return { addresses, kind: 'docker', stop }
}

/** Protects nothing: the server holds test data and listens on this machine only as long as the tests run. */
const password = 'test'

function startPostgres(): Promise<StartedTestContainer> {
  return (
    new GenericContainer(images.postgres)
      .withEnvironment({ POSTGRES_PASSWORD: password })
      // Every package's tests have databases and pools of their own. The data need not survive a crash.
      .withCommand(['postgres', '-c', 'max_connections=300', '-c', 'fsync=off'])
      .withTmpFs({ '/var/lib/postgresql': 'rw' })
      .withExposedPorts(5432)
      // The first start happens twice: once for the set-up, when only the socket inside is open.
      .withWaitStrategy(Wait.forAll([Wait.forListeningPorts(), Wait.forLogMessage(/ready to accept connections/, 2)]))
      .withStartupTimeout(startupTimeoutMs)
      .start()
  )
}

async function startKafka(): Promise<StartedTestContainer> {
  // Clients are sent to the advertised address, which therefore must be known before the container is started.
  const port = await freePort()
  const host = (await getContainerRuntimeClient()).info.containerRuntime.host
  return new GenericContainer(images.kafka)
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_LISTENERS: `INTERNAL://:9092,EXTERNAL://:${kafkaPort},CONTROLLER://:9093`,
      KAFKA_ADVERTISED_LISTENERS: `INTERNAL://localhost:9092,EXTERNAL://${host}:${port}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_INTER_BROKER_LISTENER_NAME: 'INTERNAL',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '8',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_HEAP_OPTS: '-Xms128m -Xmx256m',
    })
    .withExposedPorts({ container: kafkaPort, host: port })
    .withWaitStrategy(Wait.forAll([Wait.forListeningPorts(), Wait.forLogMessage(/Kafka Server started/)]))
    .withStartupTimeout(startupTimeoutMs)
    .start()
}

function startRedis(): Promise<StartedTestContainer> {
  return new GenericContainer(images.redis)
    .withCommand(['redis-server', '--appendonly', 'yes', '--maxmemory-policy', 'noeviction'])
    .withExposedPorts(6379)
    .withStartupTimeout(startupTimeoutMs)
    .start()
}
