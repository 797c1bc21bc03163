import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
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
/** How long a program that takes work may be without something optional before it counts as started, ms. */
const degradedTimeoutMs = 20_000
// More than a service gives itself to answer what it has accepted.
const stopTimeoutMs = 12_000
/**
 * What Node is started with for every service; the image's entry point says the same. A young generation of 16 MB:
 * with half of it an order cost up to a fifth more CPU. What is old is collected early, since Node would let garbage
 * grow to 100 MB first. Nothing is made in the old generation because others from the same place in the code lived
 * long: under load all that it refers to would grow old with it.
 */
export const launcherNodeArguments = [
  '--max-semi-space-size=16',
  '--heap-growing-percent=40',
  '--initial-old-space-size=48',
  '--no-allocation-site-pretenuring',
  `--import=${pathToFileURL(join(repositoryRoot, 'packages', 'service-kit', 'src', 'quick-imports.ts'))}`,
]

/** A program of ours that serves HTTP. */
export interface NodeProgram {
  name: string
  /** Relative to the repository. */
  script: string
  args: string[]
  /** For Node itself, beside what every program gets. */
  nodeArguments?: string[]
  env: Record<string, string>
  logFile: string
  stage: number
  /** Answers 200 when the program takes work. */
  readyUrl: string
}

interface StartedProgram extends NodeProgram {
  /** Is told what the program starts without. */
  log: (line: string) => void
}

/** How the guard is to start it; `kind: 'task'` where its end is not the end of everything. */
export function programSpec(program: NodeProgram, kind: ProcessSpec['kind'] = 'server'): ProcessSpec {
  const { name, env, logFile, stage } = program
  return {
    name,
    command: process.execPath,
    args: [
      ...launcherNodeArguments,
      ...(program.nodeArguments ?? []),
      join(repositoryRoot, program.script),
      ...program.args,
    ],
    cwd: repositoryRoot,
    env,
    logFile,
    kind,
    stopSignal: 'SIGTERM',
    stopTimeoutMs,
    stage,
  }
}

/** Where a service starts. */
export const serviceScript = (name: ServiceName): string => `services/${name}/src/main.ts`

/**
 * What Node is started with for this service beside that; docker-compose.yml says the same. Alipay's SDK is large, and
 * payment-service spends its time in signing rather than in making garbage: half the young generation saves it 16 MB and
 * costs it a thirtieth of its CPU.
 */
export const serviceNodeArguments = (name: ServiceName): string[] =>
  name === 'payment-service' ? ['--max-semi-space-size=8'] : []

/** The gateway stops before what it calls. */
export const stageOf = (name: ServiceName): number => (name === 'gateway' ? stages.gateway : stages.service)

/**
 * Starts a program and waits until it is ready. It waits for what the program names as degraded too (Kafka, Redis, other
 * services), so that events flow, but only for 20 s: then a line says what is missing.
 *
 * @throws StartFailure with the end of its log
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
  // A program that ends meanwhile ends everything, and the guard reports it.
  await waitUntil(whole, { ...options, timeoutMs: degradedTimeoutMs }).catch(() =>
    program.log(`⚠ ${name} takes work without: ${degraded.join(', ')}. See ${logFile}`),
  )
}

/** What a ready program works without. @throws Error while it is not ready */
async function degradedOf(readyUrl: string): Promise<string[]> {
  const { httpStatus, degraded, ...rest } = await readReadiness(readyUrl)
  if (httpStatus !== 200) throw new Error(`${httpStatus} ${JSON.stringify(rest).slice(0, 300)}`)
  return degraded
}
