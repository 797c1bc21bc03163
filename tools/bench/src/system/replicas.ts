import { dirname, join } from 'node:path'
import { type Guard, launcherNodeArguments, localDir, startGuard } from '@alipay-checkout/launcher'
import { freePort, isFullyReady, waitUntil } from '@alipay-checkout/test-support'
import { benchEnvironment } from '../config.ts'
import { type BenchSystem, replicasDir, type services } from './bench-system.ts'

export type ServiceName = (typeof services)[number]

/** Further copies of services, beside those of the system. */
export interface Replicas {
  /** Starts one and waits until it takes work. Gives back its address. */
  start(name: ServiceName): Promise<string>
  /** How many of these were started. */
  count(name: ServiceName): number
  /** Stops what was started. */
  stop(): Promise<void>
}

const repositoryRoot = dirname(localDir)
const stopTimeoutMs = 12_000

/** They end with this process, however it ends. */
export async function openReplicas(system: BenchSystem): Promise<Replicas> {
  const dir = replicasDir(system.dir)
  const guard = await startGuard(dir, 'replicas of npm run bench', () => {})
  const started = new Map<ServiceName, number>()
  const count = (name: ServiceName) => started.get(name) ?? 0
  return {
    async start(name) {
      started.set(name, count(name) + 1)
      // The system's own is the first.
      return startReplica(guard, system, { dir, name, label: `${name} ${count(name) + 1}` })
    },
    count,
    stop: () => guard.stop(),
  }
}

async function startReplica(
  guard: Guard,
  system: BenchSystem,
  { dir, name, label }: { dir: string; name: ServiceName; label: string },
): Promise<string> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const keys = join(system.dir, 'alipay')
  const { logFile } = await guard.spawn({
    name: label,
    command: process.execPath,
    args: [...launcherNodeArguments, join(repositoryRoot, 'services', name, 'src', 'main.ts')],
    cwd: repositoryRoot,
    env: {
      ...benchEnvironment(port),
      ...system.environment,
      ...(name === 'payment-service' && {
        ALIPAY_PRIVATE_KEY: join(keys, 'app-private-key.pem'),
        ALIPAY_PUBLIC_KEY: join(keys, 'alipay-public-key.pem'),
      }),
      NODE_ENV: 'development',
      NODE_COMPILE_CACHE: join(localDir, 'cache', 'compiled'),
      HOST: '127.0.0.1',
      PORT: String(port),
      GATEWAY_PORT: String(port),
    },
    logFile: join(dir, 'logs', `${label.replace(' ', '-')}.log`),
    kind: 'server',
    stopSignal: 'SIGTERM',
    stopTimeoutMs,
    stage: 1,
  })
  await waitUntil(() => isFullyReady(url), {
    what: `${label} is ready (see ${logFile})`,
    timeoutMs: 30_000,
    everyMs: 20,
  })
  return url
}
