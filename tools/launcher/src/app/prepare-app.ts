import { join } from 'node:path'
import { createTopics, type TopicOptions } from '@alipay-checkout/kafka-topics'
import { readKafkaConnection } from '@alipay-checkout/service-kit/connections'
import { openPostgres } from '@alipay-checkout/service-kit/postgres'
import { StartFailure } from '../failure.ts'
import type { Guard } from '../guard/start-guard.ts'
import { readJson } from '../json-file.ts'
import { cacheDir, repositoryRoot } from '../paths.ts'
import { type Log, step } from '../progress.ts'
import { loadSecrets } from '../secrets.ts'
import { choosePorts } from '../servers/ports.ts'
import { runTask } from '../servers/run-task.ts'
import { stages } from '../servers/server.ts'
import type { Stack, StackAddresses } from '../stack.ts'
import { appDirOf } from '../status.ts'
import { givenAlipay, simulatedAlipay, simulatedMerchant } from './alipay-settings.ts'
import { bundle } from './bundle.ts'
import { type ServiceInputs, type ServiceName, serviceEnvironment } from './environment.ts'
import { fileOf, nodeArgumentsOf, startNode } from './node-program.ts'

/** How the services are started. */
export interface AppOptions {
  /** The system's folder. */
  dir: string
  env: Record<string, string>
  log: Log
  /** Names the run in the message to a second one in this folder. */
  label: string
  /** Whether the servers that are started accept only encrypted connections with a password. */
  isSecure?: boolean
  /** Partitions and replication of the topics. */
  topics?: TopicOptions
  /** The checkout whose migrations and topics are applied at the start; this repository by default. */
  root?: string
  /** Whether the console is served although CONSOLE_PORT is not set: at port 8090, or a free one if that is taken. */
  hasConsole?: boolean
}

/** What the services need before they start. */
export interface PreparedApp {
  inputs: ServiceInputs
  /** Missing where a real Alipay is configured. */
  simulatorUrl?: string
}

/**
 * Bundles the programs if their sources have changed, starts the simulator (unless a real Alipay is configured), migrates
 * the databases and creates the topics.
 *
 * @param servers.opening the servers, which may still be starting: the simulator starts meanwhile
 * @throws StartFailure naming the step
 */
export async function prepareApp(
  options: AppOptions,
  { guard, opening }: { guard: Guard; opening: Promise<Stack> },
): Promise<PreparedApp> {
  const { dir, env } = options
  const ports = await choosePorts(appDirOf(dir), ['simulator', 'order', 'payment', 'inventory'], 'programs')
  await bundle(options.log)
  const given = givenAlipay(env)
  const alipay = given ?? (await startSimulator(options, guard, ports.simulator))
  const { addresses } = await opening
  const compileCacheDir = join(cacheDir, 'compiled')
  const inputs: ServiceInputs = { env, addresses, secrets: loadSecrets(dir), ports, alipay, compileCacheDir }
  await migrateAll(options, guard, inputs)
  return given === undefined ? { inputs, simulatorUrl: `http://127.0.0.1:${ports.simulator}` } : { inputs }
}

/**
 * Migrates the databases and creates the topics, as the checkout `options.root` has them.
 *
 * @throws StartFailure naming the step
 */
export async function migrateAll(options: AppOptions, guard: Guard, inputs: ServiceInputs): Promise<void> {
  await step(options.log, 'Migrations and topics', () =>
    Promise.all([
      makeTopics(options, guard, inputs),
      ...(['order-service', 'payment-service', 'inventory-service'] as const).map(name =>
        migrate(options, guard, name, inputs),
      ),
    ]),
  )
}

async function startSimulator({ dir, env, log }: AppOptions, guard: Guard, port: number) {
  const dataDir = join(dir, 'alipay')
  const url = `http://127.0.0.1:${port}`
  const { appId, sellerId, miniAppId } = simulatedMerchant
  await step(log, `Alipay simulator at ${url}`, () =>
    startNode(guard, {
      name: 'alipay-simulator',
      script: fileOf('tools/alipay-simulator/bin/alipay-simulator.ts'),
      args: [
        '--port',
        String(port),
        '--data-dir',
        dataDir,
        '--app-id',
        appId,
        '--seller-id',
        sellerId,
        '--mini-app-id',
        miniAppId,
      ],
      env: { ...env, NODE_COMPILE_CACHE: join(cacheDir, 'compiled') },
      logFile: join(dir, 'logs', 'alipay-simulator.log'),
      stage: stages.simulator,
      readyUrl: `${url}/healthz`,
      log,
    }),
  )
  return simulatedAlipay(url, dataDir, env)
}

async function makeTopics(
  { dir, log, env, root = repositoryRoot, topics = {} }: AppOptions,
  guard: Guard,
  { addresses }: ServiceInputs,
): Promise<void> {
  const title = `Creating the topics at ${addresses.KAFKA_BROKERS}`
  const remedy = 'Check KAFKA_BROKERS, and that the brokers can be reached from here'
  if (root === repositoryRoot) {
    const create = async () => createTopics(readKafkaConnection({ ...addresses }), topics)
    await create().catch(error => {
      throw new StartFailure(title, (error as Error).message, remedy)
    })
    return
  }
  const { replicationFactor = 1 } = topics
  await runTask(
    { dir, cacheDir, env, guard, log },
    {
      name: 'topics',
      command: process.execPath,
      args: [...nodeArgumentsOf(root), join(root, 'packages', 'kafka-topics', 'src', 'cli.ts')],
      env: { KAFKA_BROKERS: addresses.KAFKA_BROKERS ?? '', TOPIC_REPLICATION_FACTOR: String(replicationFactor) },
      step: title,
      remedy,
    },
  )
}

type DatabaseService = Exclude<ServiceName, 'gateway'>

function databaseUrlOf(service: DatabaseService, addresses: StackAddresses): string {
  const urls: Record<DatabaseService, string | undefined> = {
    'order-service': addresses.ORDER_DATABASE_URL,
    'payment-service': addresses.PAYMENT_DATABASE_URL,
    'inventory-service': addresses.INVENTORY_DATABASE_URL,
  }
  return urls[service] ?? ''
}

async function migrate(
  { dir, log, root = repositoryRoot }: AppOptions,
  guard: Guard,
  service: DatabaseService,
  inputs: ServiceInputs,
): Promise<void> {
  const migrations = join(root, 'services', service, 'drizzle')
  if (await isMigrated(databaseUrlOf(service, inputs.addresses), migrations)) return
  const program = `services/${service}/src/migrate.ts`
  const context = { dir, cacheDir, env: serviceEnvironment(service, inputs), guard, log }
  await runTask(context, {
    name: `migrate-${service}`,
    command: process.execPath,
    args: [...nodeArgumentsOf(root), join(root, fileOf(program, root))],
    step: `Migrating the database of ${service}`,
    remedy: 'Check the database address, or start over with empty data: npm run stack -- reset',
  })
}

/**
 * Whether a database has the newest migration of a folder, by the time that the migrator records. Saves the start of a
 * process for each service at every start but the first.
 *
 * @param folder holds the service's migrations and their journal
 * @returns false where that can't be determined: the migration itself then reports an invalid address
 */
export async function isMigrated(url: string, folder: string): Promise<boolean> {
  const journal = readJson<{ entries: { when: number }[] }>(join(folder, 'meta', '_journal.json'))
  const newest = journal?.entries.at(-1)?.when
  if (newest === undefined || !URL.canParse(url)) return false
  try {
    const sql = openPostgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} })
    try {
      const [row] = await sql`select max(created_at)::bigint as last from drizzle.__drizzle_migrations`
      return Number(row?.last ?? 0) >= newest
    } finally {
      await sql.end({ timeout: 1 })
    }
  } catch {
    return false
  }
}
