import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Crash, localDir, processesOf, type RunningSystem, startSystem } from '@alipay-checkout/launcher'
import { announceAddresses, databaseUrlsOf, freePort, openReplicas, type Replicas } from '@alipay-checkout/test-support'
import type { TestProject } from 'vitest/node'
import { hasSecureServers, shortTtlSeconds, testedEnvironment } from './config.ts'
import { isAlive, stillAlive, stillListening } from './leftovers.ts'
import { openControl } from './server-control.ts'
import type { System } from './system.ts'

const prefix = 'system-tests-'

/** Starts the whole system once, and a second order-service and gateway beside it. Returns the teardown. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  removeOldRuns()
  const dir = join(localDir, `${prefix}${process.pid}`)
  const env = testedEnvironment(await freePort(), await freePort())
  const log = (line: string) => console.error(line)
  const running = await startSystem({ dir, env, log, label: 'system tests', isSecure: hasSecureServers() })
  let crash: Crash | undefined
  void running.crashed.then(reported => {
    crash = reported
  })
  let replicas: Replicas | undefined
  const replicaUrls: string[] = []
  const control = await openControl(running)
  const teardown = async () => {
    const second = [...(replicas?.processes() ?? [])].map(([name, pid]) => [`second ${name}`, pid] as const)
    const processes = new Map([...processesOf(dir), ...second])
    const addresses = [...addressesOf(running), ...replicaUrls]
    await control.close()
    await replicas?.stop()
    await running.stop()
    const left = [...stillAlive(processes), ...(await stillListening(addresses))]
    if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`)
    if (crash !== undefined) throw new Error(`${crash.name} ended by itself (${crash.how}), see ${crash.logFile}`)
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    const { stack, state } = running
    announceAddresses({
      postgresAdminUrl: stack.addresses.postgresAdminUrl ?? '',
      kafkaBrokers: stack.addresses.KAFKA_BROKERS ?? '',
      redisUrl: stack.addresses.REDIS_URL ?? '',
      kafkaSecurity: kafkaSecurityIn(state.environment),
      ...(stack.addresses.REDIS_SSL_CA && { redisCa: stack.addresses.REDIS_SSL_CA }),
    })
    replicas = await openReplicas(join(dir, 'replicas'), 'replicas of the system tests')
    const [ordersUrl, gatewayUrl] = await startReplicas(replicas, { ...env, ...state.environment })
    replicaUrls.push(ordersUrl, gatewayUrl)
    project.provide('system', describeSystem(running, dir, { shortTtlGatewayUrl: gatewayUrl, controlUrl: control.url }))
    return teardown
  } catch (error) {
    await teardown()
    throw error
  }
}

/** A second order-service, whose orders expire soon, and a second gateway that calls it. Returns their addresses. */
async function startReplicas(replicas: Replicas, env: Record<string, string>): Promise<[string, string]> {
  const ordersUrl = await replicas.start('order-service', {
    name: 'order-service',
    env: { ...env, ORDER_TTL_SECONDS: String(shortTtlSeconds) },
  })
  const gatewayUrl = await replicas.start('gateway', {
    name: 'gateway',
    env: { ...env, ORDER_SERVICE_URL: ordersUrl, CONSOLE_PORT: '0' },
  })
  return [ordersUrl, gatewayUrl]
}

function describeSystem(
  { stack, state }: RunningSystem,
  dir: string,
  more: Pick<System, 'shortTtlGatewayUrl' | 'controlUrl'>,
): System {
  const { addresses } = stack
  const { gatewayUrl, publicUrl, orderServiceUrl, paymentServiceUrl, inventoryServiceUrl, environment } = state
  return {
    ...more,
    dir,
    ...{ gatewayUrl, publicUrl, orderServiceUrl, paymentServiceUrl, inventoryServiceUrl, environment },
    simulatorUrl: state.simulatorUrl ?? '',
    consoleUrl: state.consoleUrl ?? '',
    databases: databaseUrlsOf(addresses),
    kafkaBrokers: addresses.KAFKA_BROKERS ?? '',
    alipay: {
      appId: state.alipay.appId,
      sellerId: state.alipay.sellerId,
      privateKeyFile: join(dir, 'alipay', 'alipay-private-key.pem'),
    },
  }
}

/** The settings that connect to the brokers, besides their addresses. */
const kafkaSecurityIn = (environment: Record<string, string>) =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => /^KAFKA_(SSL|SASL)/.test(name)))

function addressesOf({ stack, state }: RunningSystem): string[] {
  const { postgresAdminUrl = '', KAFKA_BROKERS = '', REDIS_URL = '' } = stack.addresses
  const { gatewayUrl, consoleUrl = '', orderServiceUrl, paymentServiceUrl, inventoryServiceUrl } = state
  const { simulatorUrl = '' } = state
  const all = [postgresAdminUrl, KAFKA_BROKERS, REDIS_URL, gatewayUrl, orderServiceUrl, paymentServiceUrl]
  return [...all, inventoryServiceUrl, consoleUrl, simulatorUrl].filter(Boolean)
}

/** Removes what killed runs have left. Their processes ended with them. */
function removeOldRuns(): void {
  for (const name of namesIn(localDir).filter(one => one.startsWith(prefix))) {
    if (!isAlive(Number(name.slice(prefix.length)))) rmSync(join(localDir, name), { recursive: true, force: true })
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
