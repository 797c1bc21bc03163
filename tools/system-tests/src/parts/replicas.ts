import { dirname, join } from 'node:path'
import { type Guard, localDir, processesOf, startGuard } from '@alipay-checkout/launcher'
import { freePort, isFullyReady, waitUntil } from '@alipay-checkout/test-support'
import { hastyTtlSeconds } from './config.ts'

/** A second order-service, whose orders are due soon, and a second gateway over it. */
export interface Replicas {
  gatewayUrl: string
  urls: string[]
  /** Process ids by name. */
  processes(): Map<string, number>
  stop(): Promise<void>
}

const repositoryRoot = dirname(localDir)
const stopTimeoutMs = 12_000

/**
 * Starts the replicas and waits until they take work. They end with this process, however it ends.
 *
 * @param dir for their logs
 * @param env what all services share
 */
export async function startReplicas(dir: string, env: Record<string, string>): Promise<Replicas> {
  const guard = await startGuard(dir, 'replicas of the system tests', () => {})
  try {
    const ordersUrl = await startReplica(guard, dir, {
      name: 'order-service',
      env: { ...env, ORDER_TTL_SECONDS: String(hastyTtlSeconds) },
      stage: 1,
    })
    const gatewayUrl = await startReplica(guard, dir, {
      name: 'gateway',
      env: { ...env, ORDER_SERVICE_URL: ordersUrl },
      stage: 2,
    })
    return {
      gatewayUrl,
      urls: [ordersUrl, gatewayUrl],
      processes: () => new Map([...processesOf(dir)].map(([name, pid]) => [`second ${name}`, pid])),
      stop: () => guard.stop(),
    }
  } catch (error) {
    await guard.stop()
    throw error
  }
}

/** Starts one on a free port and gives back its address. What stops first has the higher stage. */
async function startReplica(
  guard: Guard,
  dir: string,
  { name, env, stage }: { name: 'order-service' | 'gateway'; env: Record<string, string>; stage: number },
): Promise<string> {
  const port = String(await freePort())
  const { logFile } = await guard.spawn({
    name,
    command: process.execPath,
    args: [join(repositoryRoot, 'services', name, 'src', 'main.ts')],
    cwd: repositoryRoot,
    env: { ...env, HOST: '127.0.0.1', PORT: port, GATEWAY_PORT: port },
    logFile: join(dir, 'logs', `${name}.log`),
    kind: 'server',
    stopSignal: 'SIGTERM',
    stopTimeoutMs,
    stage,
  })
  const url = `http://127.0.0.1:${port}`
  await waitUntil(() => isFullyReady(url), {
    what: `the second ${name} is ready (see ${logFile})`,
    timeoutMs: 30_000,
    everyMs: 50,
  })
  return url
}
