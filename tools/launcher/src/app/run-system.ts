import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { StartFailure } from '../failure.ts'
import { type Crash, type Guard, startGuard } from '../guard/start-guard.ts'
import { writeJson } from '../json-file.ts'
import { openStack, requireLocalStack } from '../open-stack.ts'
import { cacheDir } from '../paths.ts'
import { step } from '../progress.ts'
import { remedyFor } from '../remedies.mjs'
import { findFreePort, isPortFree, listenError } from '../servers/ports.ts'
import type { ServerControl } from '../servers/server.ts'
import type { Stack } from '../stack.ts'
import { type AppState, appDirOf, appStateFileName } from '../status.ts'
import { givenAlipay } from './alipay-settings.ts'
import { buildConsole } from './build-console.ts'
import {
  consolePort,
  gatewayPort,
  type ServiceInputs,
  type ServiceName,
  serviceEnvironment,
  sharedEnvironment,
} from './environment.ts'
import { serviceScript, stageOf, startNode } from './node-program.ts'
import { portHolder } from './port-holder.ts'
import { type AppOptions, prepareApp } from './prepare-app.ts'
import { seedCatalogue } from './seed.ts'
import { tokenSettingsOf } from './token.ts'

const consolePortDefault = 8090

/** The running services. */
interface App {
  state: AppState
  /** Stop and start single services. */
  services: Record<ServiceName, ServerControl>
  /** Resolves when a program ended unexpectedly; the others are then being stopped. */
  crashed: Promise<Crash>
  stop(): Promise<void>
}

/** The settings with the console's port, chosen after an earlier run has stopped. */
async function withConsolePort({ env, hasConsole = false }: AppOptions): Promise<Record<string, string>> {
  if (env.CONSOLE_PORT || !hasConsole) return env
  const port = (await isPortFree(consolePortDefault)) ? consolePortDefault : await findFreePort('programs')
  return { ...env, CONSOLE_PORT: String(port) }
}

/** @throws StartFailure naming the process on one of the gateway's ports, or why the port can't be used */
async function requireGatewayPorts(env: Record<string, string>): Promise<void> {
  await requirePort('GATEWAY_PORT', gatewayPort(env))
  const port = consolePort(env)
  if (port !== undefined) await requirePort('CONSOLE_PORT', port)
}

async function requirePort(setting: 'GATEWAY_PORT' | 'CONSOLE_PORT', port: number): Promise<void> {
  const code = await listenError(port)
  if (code === undefined) return
  if (code !== 'EADDRINUSE') {
    const reason = `port ${port} can’t be listened on: listen ${code}`
    throw new StartFailure('Starting the gateway', reason, remedyFor(reason, `Choose another port: ${setting}`))
  }
  const reason = `port ${port} is taken by ${portHolder(port) ?? 'another process'}`
  throw new StartFailure(
    'Starting the gateway',
    reason,
    `Stop it, or choose another port: ${setting}=${port + 1} npm start`,
  )
}

/**
 * Starts the simulator (unless a real Alipay is configured) and the services, after migrations and topics, and waits until
 * each is ready.
 *
 * @param opening the servers, which may still be starting: the simulator starts meanwhile
 * @throws StartFailure naming the step · DirectoryBusy when the services run already
 */
async function startApp(given: AppOptions, opening: Promise<Stack>): Promise<App> {
  const { dir, log } = given
  const appDir = appDirOf(dir)
  // A failure before the first await of `opening` must not count as unhandled.
  opening.catch(() => {})
  rmSync(join(appDir, appStateFileName), { force: true })
  const guard = await startGuard(appDir, given.label, reason => log(`… ${reason}`))
  try {
    // Checked after the guard has stopped an earlier run, which may have used the port.
    const env = await withConsolePort(given)
    await requireGatewayPorts(env)
    const options = { ...given, env }
    const consoleBuilt = buildConsole({ dir: given.dir, cacheDir, env, guard, log })
    const { inputs, simulatorUrl } = await prepareApp(options, { guard, opening })
    const services = serviceControls(options, guard, inputs)
    await startServices(options, services, inputs)
    await consoleBuilt
    const state = stateOf(inputs, simulatorUrl)
    writeJson(join(appDir, appStateFileName), state)
    return { state, services, crashed: guard.crashed, stop: () => guard.stop() }
  } catch (error) {
    await guard.stop()
    throw error
  }
}

async function startServices(
  { log }: AppOptions,
  services: Record<ServiceName, ServerControl>,
  { ports, env }: ServiceInputs,
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

function serviceControls(
  { dir, log }: AppOptions,
  guard: Guard,
  inputs: ServiceInputs,
): Record<ServiceName, ServerControl> {
  const control = (name: ServiceName, port: number): ServerControl => ({
    start: () =>
      startNode(guard, {
        name,
        script: serviceScript(name),
        args: [],
        env: { ...serviceEnvironment(name, inputs), LOCAL_DIR: dir },
        logFile: join(dir, 'logs', `${name}.log`),
        stage: stageOf(name),
        readyUrl: `http://127.0.0.1:${port}/readyz`,
        log,
      }),
    stop: signal => guard.stopOne(name, signal),
  })
  return {
    'inventory-service': control('inventory-service', inputs.ports.inventory),
    'order-service': control('order-service', inputs.ports.order),
    'payment-service': control('payment-service', inputs.ports.payment),
    gateway: control('gateway', gatewayPort(inputs.env)),
  }
}

function stateOf(inputs: ServiceInputs, simulatorUrl: string | undefined): AppState {
  const environment = sharedEnvironment(inputs)
  const { ALIPAY_GATEWAY, ALIPAY_APP_ID, ALIPAY_SELLER_ID } = inputs.alipay
  return {
    publicUrl: environment.PUBLIC_URL ?? '',
    gatewayUrl: `http://127.0.0.1:${gatewayPort(inputs.env)}`,
    ...consoleUrlOf(inputs.env),
    orderServiceUrl: environment.ORDER_SERVICE_URL ?? '',
    paymentServiceUrl: environment.PAYMENT_SERVICE_URL ?? '',
    inventoryServiceUrl: environment.INVENTORY_SERVICE_URL ?? '',
    ...(simulatorUrl === undefined ? {} : { simulatorUrl }),
    alipay: { gateway: ALIPAY_GATEWAY, appId: ALIPAY_APP_ID, sellerId: ALIPAY_SELLER_ID },
    environment,
  }
}

function consoleUrlOf(env: Record<string, string>): { consoleUrl?: string } {
  const port = consolePort(env)
  return port === undefined ? {} : { consoleUrl: env.CONSOLE_URL ?? `http://127.0.0.1:${port}` }
}

/** Running servers and services, with products on sale. */
export interface RunningSystem {
  stack: Stack
  state: AppState
  /** Stop and start single services. */
  services: App['services']
  /** Resolves when a server or service ended unexpectedly. */
  crashed: Promise<Crash>
  /** Stops the services, then the servers that were started for them. */
  stop(): Promise<void>
}

/**
 * Starts the whole system and puts the sample catalogue on sale.
 *
 * @throws StartFailure naming the step, after everything that was started has been stopped
 */
export async function startSystem(options: AppOptions): Promise<RunningSystem> {
  const { dir, env, log, label, isSecure = false } = options
  // Reports invalid settings before anything is started.
  givenAlipay(env)
  requireLocalStack(env)
  const aborted = new AbortController()
  // After the abort, the servers' own failure is a consequence and is not reported.
  const serverLog = (line: string) => aborted.signal.aborted || log(line)
  const opening = openStack({ dir, env, log: serverLog, label, isSecure, signal: aborted.signal })
  const app = await startApp(options, opening).catch(async error => {
    aborted.abort()
    await opening.then(
      stack => stack.stop(),
      () => {},
    )
    throw error
  })
  const stack = await opening
  const stop = async () => {
    await app.stop()
    await stack.stop()
  }
  const tokens = tokenSettingsOf(app.state.environment)
  try {
    if (tokens !== undefined) {
      const note = (added: number) => (added === 0 ? 'nothing to add' : `${added} products added`)
      await step(log, 'Sample catalogue', () => seedCatalogue(app.state.gatewayUrl, tokens), note)
    }
  } catch (error) {
    await stop()
    throw error
  }
  return { stack, state: app.state, services: app.services, crashed: Promise.race([app.crashed, stack.crashed]), stop }
}
