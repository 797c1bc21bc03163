import { join } from 'node:path'
import {
  type NodeProgram,
  processesOf,
  programSpec,
  type ServiceName,
  serviceScript,
  stageOf,
  startGuard,
  waitUntil,
} from '@alipay-checkout/launcher'
import { freePort } from './free-port.ts'
import { isFullyReady } from './readiness.ts'

export interface ReplicaOptions {
  service: ServiceName
  /** Its process and its log file are called so. */
  name: string
  port: number
  /** Its settings, but for its port. */
  env: Record<string, string>
  /** The checkout whose code it runs; this repository by default. */
  root?: string | undefined
  /** Holds its log file. */
  dir: string
  /** For Node itself, beside what the launcher gives to every service. */
  nodeArguments?: readonly string[]
}

/** How one more process of a service is started. */
export function replicaProgram(options: ReplicaOptions): NodeProgram {
  const { service, name, port, env, root, dir, nodeArguments = [] } = options
  return {
    name,
    ...(root === undefined ? {} : { root }),
    script: serviceScript(service, root),
    args: [],
    nodeArguments: [...nodeArguments],
    env: { ...env, HOST: '127.0.0.1', PORT: String(port), GATEWAY_PORT: String(port) },
    logFile: join(dir, 'logs', `${name}.log`),
    stage: stageOf(service),
    readyUrl: `http://127.0.0.1:${port}/readyz`,
  }
}

/** Further processes of services, beside a system that the launcher has started. */
export interface Replicas {
  /** Starts one on a free port, waits until it is fully ready, and returns its address. */
  start(service: ServiceName, options: { name: string; env: Record<string, string> }): Promise<string>
  /** Process ids by name. */
  processes(): Map<string, number>
  stop(): Promise<void>
}

const readyTimeoutMs = 120_000

/**
 * Prepares a place for replicas. They end with this process, however it ends.
 *
 * @param dir for their logs; a folder of its own
 * @param label what they run for
 */
export async function openReplicas(dir: string, label: string): Promise<Replicas> {
  const guard = await startGuard(dir, label, () => {})
  return {
    async start(service, { name, env }) {
      const port = await freePort()
      const { logFile } = await guard.spawn(programSpec(replicaProgram({ service, name, port, env, dir })))
      const url = `http://127.0.0.1:${port}`
      await waitUntil(() => isFullyReady(url), {
        what: `${name} is ready (see ${logFile})`,
        timeoutMs: readyTimeoutMs,
        everyMs: 50,
      })
      return url
    },
    processes: () => processesOf(dir),
    stop: () => guard.stop(),
  }
}
