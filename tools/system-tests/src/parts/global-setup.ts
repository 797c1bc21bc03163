import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Crash, localDir, processesOf, type RunningSystem, startSystem } from '@alipay-checkout/launcher'
import { freePort } from '@alipay-checkout/test-support'
import type { TestProject } from 'vitest/node'
import { announceServers, systemEnvironment } from './config.ts'
import { isAlive, stillAlive, stillListening } from './leftovers.ts'
import { type Replicas, startReplicas } from './replicas.ts'
import { openControl } from './servers.ts'
import type { System } from './system.ts'

const prefix = 'system-tests-'

/** Starts the whole system once, and a second order-service and gateway beside it. Gives back the teardown. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  removeOldRuns()
  const dir = join(localDir, `${prefix}${process.pid}`)
  const env = systemEnvironment(await freePort())
  const log = (line: string) => console.error(line)
  const running = await startSystem({ dir, env, log, label: 'system tests' })
  let crash: Crash | undefined
  void running.crashed.then(told => {
    crash = told
  })
  let replicas: Replicas | undefined
  const control = await openControl(running.stack.servers)
  const teardown = async () => {
    const processes = new Map([...processesOf(dir), ...(replicas?.processes() ?? [])])
    const addresses = [...addressesOf(running), ...(replicas?.urls ?? [])]
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
    announceServers({
      postgresAdminUrl: stack.addresses.postgresAdminUrl ?? '',
      kafkaBrokers: stack.addresses.KAFKA_BROKERS ?? '',
      redisUrl: stack.addresses.REDIS_URL ?? '',
    })
    replicas = await startReplicas(join(dir, 'replicas'), { ...env, ...state.environment })
    project.provide('system', doorsOf(running, dir, { hastyGatewayUrl: replicas.gatewayUrl, controlUrl: control.url }))
    return teardown
  } catch (error) {
    await teardown()
    throw error
  }
}

function doorsOf(
  { stack, state }: RunningSystem,
  dir: string,
  more: Pick<System, 'hastyGatewayUrl' | 'controlUrl'>,
): System {
  const { addresses } = stack
  const { gatewayUrl, publicUrl, orderServiceUrl, paymentServiceUrl, inventoryServiceUrl, environment } = state
  return {
    ...more,
    dir,
    ...{ gatewayUrl, publicUrl, orderServiceUrl, paymentServiceUrl, inventoryServiceUrl, environment },
    simulatorUrl: state.simulatorUrl ?? '',
    databases: {
      orders: addresses.ORDER_DATABASE_URL ?? '',
      payments: addresses.PAYMENT_DATABASE_URL ?? '',
      inventory: addresses.INVENTORY_DATABASE_URL ?? '',
    },
    kafkaBrokers: addresses.KAFKA_BROKERS ?? '',
    alipay: {
      appId: state.alipay.appId,
      sellerId: state.alipay.sellerId,
      privateKeyFile: join(dir, 'alipay', 'alipay-private-key.pem'),
    },
  }
}

function addressesOf({ stack, state }: RunningSystem): string[] {
  const { postgresAdminUrl = '', KAFKA_BROKERS = '', REDIS_URL = '' } = stack.addresses
  const { gatewayUrl, orderServiceUrl, paymentServiceUrl, inventoryServiceUrl, simulatorUrl = '' } = state
  const all = [postgresAdminUrl, KAFKA_BROKERS, REDIS_URL, gatewayUrl, orderServiceUrl, paymentServiceUrl]
  return [...all, inventoryServiceUrl, simulatorUrl].filter(Boolean)
}

/** What runs that were killed have left. Their processes ended with them; nobody needs their data. */
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
