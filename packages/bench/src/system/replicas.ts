import { dirname, join } from 'node:path'
import { type Guard, launcherNodeArguments, localDir, startGuard } from '@alipay-checkout/local-stack'
import { freePort, waitUntil } from '@alipay-checkout/testkit'
import { benchEnvironment } from '../config.ts'
import { type BenchSystem, services } from './bench-system.ts'

export type ServiceName = (typeof services)[number]

/** Further copies of services, beside those of the system. */
export interface Replicas {
  /** Starts one and waits until it takes work. Gives back how long that took, ms, and its address. */
  start(name: ServiceName): Promise<{ startMs: number; url: string }>
  /** Stops what was started. */
  stop(): Promise<void>
}

const repositoryRoot = dirname(localDir)
const stopTimeoutMs = 12_000

/** They end with this process, however it ends. */
export async function openReplicas(system: BenchSystem): Promise<Replicas> {
  const dir = join(system.dir, 'replicas')
  const guard = await startGuard(dir, 'replicas of npm run bench', () => {})
  let count = 0
  return {
    start: name => startReplica(guard, system, { dir, name, label: `${name} ${++count}` }),
    stop: () => guard.stop(),
  }
}

async function startReplica(
  guard: Guard,
  system: BenchSystem,
  { dir, name, label }: { dir: string; name: ServiceName; label: string },
): Promise<{ startMs: number; url: string }> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const keys = join(system.dir, 'alipay')
  const since = performance.now()
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
  await waitUntil(async () => (await fetch(`${url}/readyz`)).ok, {
    what: `${label} is ready (see ${logFile})`,
    timeoutMs: 30_000,
    everyMs: 20,
  })
  return { startMs: Math.round(performance.now() - since), url }
}

/** How long one more of each service takes from being started to taking work, one after the other, ms. */
export async function measureStarts(system: BenchSystem): Promise<Record<string, number>> {
  const replicas = await openReplicas(system)
  try {
    const times: Record<string, number> = {}
    for (const name of services) times[name] = (await replicas.start(name)).startMs
    return times
  } finally {
    await replicas.stop()
  }
}
