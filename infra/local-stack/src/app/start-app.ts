import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createTopics } from '@alipay-checkout/kafka-topics'
import { StartFailure } from '../failure.ts'
import { type Crash, type Guard, startGuard } from '../guard/start-guard.ts'
import { writeJson } from '../json-file.ts'
import { cacheDir, repositoryRoot } from '../paths.ts'
import { type Log, step } from '../progress.ts'
import { loadSecrets } from '../secrets.ts'
import { choosePorts, isPortFree } from '../servers/ports.ts'
import { runTask, tailOf } from '../servers/run-task.ts'
import { type ServerControl, stages, untilDeath } from '../servers/server.ts'
import type { Stack, StackAddresses } from '../stack.ts'
import { type AppState, appDirOf, appStateFileName } from '../status.ts'
import { waitUntil } from '../wait-until.ts'
import { givenAlipay, simulatedAlipay, simulatedMerchant } from './alipay-settings.ts'
import { gatewayPort, type Parts, type ServiceName, serviceEnvironment, sharedEnvironment } from './environment.ts'
import { isMigrated } from './migrations.ts'
import { portHolder } from './port-holder.ts'

/** What the services are started with. */
export interface AppOptions {
  /** `.local/` of the repository. */
  dir: string
  env: Record<string, string>
  log: Log
  /** What it runs for, told to a second one. */
  label: string
}

/** The running services. */
export interface App {
  state: AppState
  /** Takes single services down and brings them back. */
  services: Record<ServiceName, ServerControl>
  /** Settles when a part ended by itself; the others are then being stopped. */
  crashed: Promise<Crash>
  stop(): Promise<void>
}

const readyTimeoutMs = 60_000
// More than a service gives itself to answer what it has accepted.
const stopTimeoutMs = 12_000
/**
 * What Node is started with for every service. kafkajs asks for a timer in the past now and then; Node rounds it up and
 * warns. A small young generation: what a start leaves behind is collected soon, and a service stays below 200 MB.
 */
export const launcherNodeArguments = [
  '--disable-warning=TimeoutNegativeWarning',
  '--max-semi-space-size=16',
  `--import=${pathToFileURL(join(repositoryRoot, 'packages', 'service-kit', 'src', 'quick-imports.ts'))}`,
]

/** @throws StartFailure naming who holds the gateway's port */
async function requireGatewayPort(env: Record<string, string>): Promise<void> {
  const port = gatewayPort(env)
  if (await isPortFree(port)) return
  const reason = `port ${port} is taken by ${portHolder(port) ?? 'another process'}`
  throw new StartFailure(
    'Starting the gateway',
    reason,
    `Stop it, or choose another port: GATEWAY_PORT=${port + 1} npm start`,
  )
}

/**
 * Starts everything that stands on the servers: the simulator (unless an Alipay is given), migrations, topics, services.
 * Returns once each of them says that it is ready.
 *
 * @param opening the servers, which may still be starting: what does not need them starts meanwhile
 * @throws StartFailure naming the step · DirectoryBusy when the services run already
 */
export async function startApp(options: AppOptions, opening: Promise<Stack>): Promise<App> {
  const { dir, env, log } = options
  const appDir = appDirOf(dir)
  // Whoever is waiting for the servers here sees it too.
  opening.catch(() => {})
  rmSync(join(appDir, appStateFileName), { force: true })
  const guard = await startGuard(appDir, options.label, reason => log(`… ${reason}`))
  try {
    // Only now: the run before, which may have held the port, is gone.
    await requireGatewayPort(env)
    const ports = await choosePorts(appDir, ['simulator', 'order', 'payment', 'inventory'])
    const given = givenAlipay(env)
    const alipay = given ?? (await startSimulator(options, guard, ports.simulator))
    const stack = await opening
    const { addresses } = stack
    const compileCacheDir = join(cacheDir, 'compiled')
    const parts: Parts = { env, addresses, secrets: loadSecrets(dir), ports, alipay, compileCacheDir }
    await step(log, 'Migrations and topics', () =>
      Promise.all([
        makeTopics(addresses.KAFKA_BROKERS ?? ''),
        ...(['order-service', 'payment-service', 'inventory-service'] as const).map(name =>
          migrate(options, guard, name, parts),
        ),
      ]),
    )
    const services = serviceControls(options, guard, parts)
    await startServices(options, services, parts)
    const state = stateOf(parts, given === undefined ? `http://127.0.0.1:${ports.simulator}` : undefined)
    writeJson(join(appDir, appStateFileName), state)
    return { state, services, crashed: guard.crashed, stop: () => guard.stop() }
  } catch (error) {
    await guard.stop()
    throw error
  }
}

async function startSimulator({ dir, env, log }: AppOptions, guard: Guard, port: number) {
  const dataDir = join(dir, 'alipay')
  const url = `http://127.0.0.1:${port}`
  const { appId, sellerId } = simulatedMerchant
  await step(log, `Alipay simulator at ${url}`, () =>
    startNode(guard, {
      name: 'alipay-simulator',
      script: 'packages/alipay-simulator/bin/alipay-simulator.ts',
      args: ['--port', String(port), '--data-dir', dataDir, '--app-id', appId, '--seller-id', sellerId],
      env: { ...env, NODE_COMPILE_CACHE: join(cacheDir, 'compiled') },
      logFile: join(dir, 'logs', 'alipay-simulator.log'),
      stage: stages.simulator,
      readyUrl: `${url}/healthz`,
    }),
  )
  return simulatedAlipay(url, dataDir)
}

async function makeTopics(brokers: string): Promise<void> {
  await createTopics(brokers).catch(error => {
    const remedy = 'Check KAFKA_BROKERS, and that the brokers can be reached from here'
    throw new StartFailure(`Creating the topics at ${brokers}`, (error as Error).message, remedy)
  })
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

async function migrate({ dir, log }: AppOptions, guard: Guard, service: DatabaseService, parts: Parts): Promise<void> {
  const folder = join(repositoryRoot, 'services', service)
  if (await isMigrated(databaseUrlOf(service, parts.addresses), join(folder, 'drizzle'))) return
  const context = { dir, cacheDir, env: serviceEnvironment(service, parts), guard, log }
  await runTask(context, {
    name: `migrate-${service}`,
    command: process.execPath,
    args: [...launcherNodeArguments, join(folder, 'src', 'migrate.ts')],
    step: `Migrating the database of ${service}`,
    remedy: 'Check the database address, or start over with empty data: npm run stack -- reset',
  })
}

async function startServices(
  { log }: AppOptions,
  services: Record<ServiceName, ServerControl>,
  { ports, env }: Parts,
): Promise<void> {
  const named: [ServiceName, number][] = [
    ['inventory-service', ports.inventory],
    ['order-service', ports.order],
    ['payment-service', ports.payment],
    ['gateway', gatewayPort(env)],
  ]
  await Promise.all(
    named.map(([name, port]) => step(log, `${name} at http://127.0.0.1:${port}`, () => services[name].start())),
  )
}

function serviceControls({ dir }: AppOptions, guard: Guard, parts: Parts): Record<ServiceName, ServerControl> {
  const control = (name: ServiceName, port: number): ServerControl => ({
    start: () =>
      startNode(guard, {
        name,
        script: `services/${name}/src/main.ts`,
        args: [],
        env: serviceEnvironment(name, parts),
        logFile: join(dir, 'logs', `${name}.log`),
        stage: name === 'gateway' ? stages.gateway : stages.service,
        readyUrl: `http://127.0.0.1:${port}/readyz`,
      }),
    stop: signal => guard.stopOne(name, signal),
  })
  return {
    'inventory-service': control('inventory-service', parts.ports.inventory),
    'order-service': control('order-service', parts.ports.order),
    'payment-service': control('payment-service', parts.ports.payment),
    gateway: control('gateway', gatewayPort(parts.env)),
  }
}

interface NodeProgram {
  name: string
  /** Relative to the repository. */
  script: string
  args: string[]
  env: Record<string, string>
  logFile: string
  stage: number
  /** Answers 200 when the program takes work. */
  readyUrl: string
}

async function startNode(guard: Guard, program: NodeProgram): Promise<void> {
  const { name, logFile, stage, env } = program
  const remedy = `Look at ${logFile}`
  const fail = (error: Error): never => {
    throw new StartFailure(`Starting ${name}`, `${error.message}\n${tailOf(logFile, 8)}`, remedy)
  }
  const running = await guard
    .spawn({
      name,
      command: process.execPath,
      args: [...launcherNodeArguments, join(repositoryRoot, program.script), ...program.args],
      cwd: repositoryRoot,
      env,
      logFile,
      kind: 'server',
      stopSignal: 'SIGTERM',
      stopTimeoutMs,
      stage,
    })
    .catch(fail)
  const options = { timeoutMs: readyTimeoutMs, everyMs: 60, unless: untilDeath(running, name) }
  await waitUntil(() => isReady(program.readyUrl), options).catch(fail)
}

async function isReady(url: string): Promise<true> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(3000) })
  const text = await answer.text()
  if (answer.ok) return true
  throw new Error(`${answer.status} ${text.slice(0, 300)}`)
}

function stateOf(parts: Parts, simulatorUrl: string | undefined): AppState {
  const environment = sharedEnvironment(parts)
  const { ALIPAY_GATEWAY, ALIPAY_APP_ID, ALIPAY_SELLER_ID } = parts.alipay
  return {
    publicUrl: environment.PUBLIC_URL ?? '',
    gatewayUrl: `http://127.0.0.1:${gatewayPort(parts.env)}`,
    orderServiceUrl: environment.ORDER_SERVICE_URL ?? '',
    paymentServiceUrl: environment.PAYMENT_SERVICE_URL ?? '',
    inventoryServiceUrl: environment.INVENTORY_SERVICE_URL ?? '',
    ...(simulatorUrl === undefined ? {} : { simulatorUrl }),
    alipay: { gateway: ALIPAY_GATEWAY, appId: ALIPAY_APP_ID, sellerId: ALIPAY_SELLER_ID },
    environment,
  }
}
