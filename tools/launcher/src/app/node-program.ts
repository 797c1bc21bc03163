import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundleOf } from '@alipay-checkout/bundles'
import { StartFailure } from '../failure.ts'
import type { ProcessSpec } from '../guard/protocol.ts'
import type { Guard } from '../guard/start-guard.ts'
import { sizeOf, tailOf } from '../log-file.ts'
import { repositoryRoot } from '../paths.ts'
import { readReadiness } from '../readiness.ts'
import { remedyFor } from '../remedies.mjs'
import { stages, untilDeath } from '../servers/server.ts'
import { waitUntil } from '../wait-until.ts'
import type { ServiceName } from './environment.ts'

const readyTimeoutMs = 60_000
/** How long the start waits for optional dependencies of a program that is ready, ms. */
const degradedTimeoutMs = 20_000
// Longer than a service takes at most to answer its accepted requests.
const stopTimeoutMs = 12_000
/**
 * Node's options for every service, the same as in infra/docker/run-node.sh. docs/performance.md explains each.
 *
 * @param root the checkout whose program is started
 */
export const nodeArgumentsOf = (root: string): string[] => [
  '--max-semi-space-size=16',
  '--heap-growing-percent=40',
  '--initial-old-space-size=48',
  '--no-allocation-site-pretenuring',
  `--import=${pathToFileURL(join(root, 'packages', 'service-kit', 'src', 'quick-imports.ts'))}`,
]

/** Node's options for the services of this repository. */
export const launcherNodeArguments = nodeArgumentsOf(repositoryRoot)

/** A program of this repository, or of another checkout of it, that serves HTTP. */
export interface NodeProgram {
  name: string
  /** The folder of the checkout; this repository by default. */
  root?: string
  /** Relative to the checkout. */
  script: string
  args: string[]
  /** Further options for Node. */
  nodeArguments?: string[]
  env: Record<string, string>
  logFile: string
  stage: number
  /** Answers 200 when the program is ready. */
  readyUrl: string
}

interface StartedProgram extends NodeProgram {
  /** Receives a warning about missing optional dependencies. */
  log: (line: string) => void
}

/** How the guard starts a program. @param kind `task` if the other processes continue when the program ends */
export function programSpec(program: NodeProgram, kind: ProcessSpec['kind'] = 'server'): ProcessSpec {
  const { name, root = repositoryRoot, env, logFile, stage } = program
  return {
    name,
    command: process.execPath,
    args: [...nodeArgumentsOf(root), ...(program.nodeArguments ?? []), join(root, program.script), ...program.args],
    cwd: root,
    env,
    logFile,
    kind,
    stopSignal: 'SIGTERM',
    stopTimeoutMs,
    stage,
  }
}

/**
 * The file that runs a program: its bundle, which this repository always has at a start, or its source in a checkout of a
 * version without bundles.
 */
export function fileOf(program: string, root = repositoryRoot): string {
  const bundle = bundleOf(program)
  return root === repositoryRoot || existsSync(join(root, bundle)) ? bundle : program
}

/** What runs a service. @param root the checkout */
export const serviceScript = (name: ServiceName, root?: string): string => fileOf(`services/${name}/src/main.ts`, root)

/** The gateway stops before the services that it calls. */
export const stageOf = (name: ServiceName): number => (name === 'gateway' ? stages.gateway : stages.service)

/**
 * Starts a program and waits until it is ready. For dependencies that it reports as degraded (Kafka, Redis, other
 * services) it waits 20 s and then logs a warning.
 *
 * @throws StartFailure with the last lines of the log
 */
export async function startNode(guard: Guard, program: StartedProgram): Promise<void> {
  const { name, logFile } = program
  const logSize = sizeOf(logFile)
  const fail = (error: Error): never => {
    const reason = `${error.message}\n${tailOf(logFile, 8, logSize)}`
    throw new StartFailure(`Starting ${name}`, reason, remedyFor(reason, `Look at ${logFile}`))
  }
  const running = await guard.spawn(programSpec(program)).catch(fail)
  const options = { timeoutMs: readyTimeoutMs, everyMs: 60, unless: untilDeath(running, name) }
  let degraded = await waitUntil(() => degradedOf(program.readyUrl), options).catch(fail)
  if (degraded.length === 0) return
  const whole = async () => {
    degraded = await degradedOf(program.readyUrl)
    return degraded.length === 0 || undefined
  }
  // If the program ends meanwhile, the guard stops and reports everything.
  await waitUntil(whole, { ...options, timeoutMs: degradedTimeoutMs }).catch(() =>
    program.log(`⚠ ${name} is ready without: ${degraded.join(', ')}. See ${logFile}`),
  )
}

/** The missing dependencies of a program that is ready. @throws Error while it is not ready */
async function degradedOf(readyUrl: string): Promise<string[]> {
  const { httpStatus, degraded, ...rest } = await readReadiness(readyUrl)
  if (httpStatus !== 200) throw new Error(`${httpStatus} ${JSON.stringify(rest).slice(0, 300)}`)
  return degraded
}
