import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleOf, ensureBundles } from '@alipay-checkout/bundles'
import { launcherNodeArguments, type ServiceName, waitUntil } from '@alipay-checkout/launcher'
import { inheritedEnvironment } from './config.ts'
import { freePort } from './free-port.ts'
import { isFullyReady } from './readiness.ts'

const repositoryRoot = fileURLToPath(new URL('../../..', import.meta.url))

/** A program that a test has started. */
export interface TestProcess {
  pid: number
  /** Both outputs so far: the last 64 KiB. */
  output(): string
  /** Settles when it has ended: with its exit code, or the signal that ended it. */
  exited: Promise<number | NodeJS.Signals>
  /** Sends SIGTERM, waits until it has ended, and sends SIGKILL after `timeoutMs` (15 s). */
  stop(options?: { timeoutMs?: number }): Promise<number | NodeJS.Signals>
  /** Sends SIGKILL, or another signal, without waiting. */
  kill(signal?: NodeJS.Signals): void
}

/** A service that is ready. */
export interface TestService extends TestProcess {
  /** Its address, without a path. */
  url: string
}

const outputMaxChars = 64 * 1024
const alive = new Set<ChildProcess>()
let killsAtExit = false

/**
 * Starts a TypeScript program with this Node, and with the options that services run with.
 *
 * @param entry its file: absolute, or from the repository's root
 * @param options.env its environment, beside what Node itself needs
 */
export function startProcess(
  entry: string,
  options: { args?: readonly string[]; env?: Record<string, string>; cwd?: string } = {},
): TestProcess {
  const { args = [], env = {}, cwd = repositoryRoot } = options
  const file = join(entry.startsWith('/') ? '/' : repositoryRoot, entry)
  const child = spawn(process.execPath, [...launcherNodeArguments, file, ...args], {
    cwd,
    env: { ...inheritedEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (!killsAtExit) process.once('exit', killAll)
  killsAtExit = true
  alive.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => {
      output = `${output}${text}`.slice(-outputMaxChars)
    })
  }
  const exited = new Promise<number | NodeJS.Signals>(resolve => {
    child.once('error', error => {
      output += error.message
      resolve(-1)
    })
    child.once('close', (code, signal) => resolve(code ?? signal ?? -1))
  }).finally(() => alive.delete(child))
  return {
    pid: child.pid ?? -1,
    output: () => output,
    exited,
    async stop({ timeoutMs = 15_000 } = {}) {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
      try {
        return await exited
      } finally {
        clearTimeout(timer)
      }
    },
    kill: (signal = 'SIGKILL') => void child.kill(signal),
  }
}

/**
 * Starts a service on a free port and waits until `/readyz` answers 200 and names nothing as degraded.
 *
 * @param options.env its settings: database, brokers, secrets. PORT, GATEWAY_PORT and HOST are set unless they are given.
 * @param options.entry its program; by default the bundle of today's sources
 * @throws Error with the end of its output when it ends, or is not ready after `timeoutMs` (120 s); it is gone then
 */
export async function startService(
  service: ServiceName,
  options: { env: Record<string, string>; entry?: string; timeoutMs?: number },
): Promise<TestService> {
  const port = options.env.GATEWAY_PORT ?? options.env.PORT ?? String(await freePort())
  const env = { NODE_ENV: 'test', LOG_LEVEL: 'info', HOST: '127.0.0.1', PORT: port, GATEWAY_PORT: port, ...options.env }
  const running = startProcess(options.entry ?? (await bundledProgram(`services/${service}/src/main.ts`)), { env })
  const url = `http://127.0.0.1:${port}`
  await untilReady(running, url, service, options.timeoutMs ?? 120_000)
  return { ...running, url }
}

/**
 * The bundle of a program as its sources are now: what production runs.
 *
 * @param program `services/payment-service/src/main.ts`
 * @returns its file, from the repository's root
 */
export async function bundledProgram(program: string): Promise<string> {
  await ensureBundles(repositoryRoot)
  return bundleOf(program)
}

/**
 * Runs a program to its end, e.g. a service's `src/migrate.ts`.
 *
 * @returns what it printed
 * @throws Error with what it printed when its exit code is not 0
 */
export async function runToEnd(entry: string, options: Parameters<typeof startProcess>[1] = {}): Promise<string> {
  const running = startProcess(entry, options)
  const outcome = await running.exited
  if (outcome !== 0) throw new Error(`${entry} ended with ${outcome}:\n${running.output()}`)
  return running.output()
}

async function untilReady(running: TestProcess, url: string, service: string, timeoutMs: number): Promise<void> {
  let ended: number | NodeJS.Signals | undefined
  void running.exited.then(outcome => {
    ended = outcome
  })
  try {
    await waitUntil(
      async () => {
        if (ended !== undefined) return true
        return isFullyReady(url)
      },
      { what: `${service} is ready`, timeoutMs, everyMs: 50 },
    )
    if (ended !== undefined) throw new Error(`${service} ended with ${ended} while starting`)
  } catch (error) {
    running.kill()
    await running.exited
    throw new Error(`${(error as Error).message}\n${running.output().slice(-4000)}`)
  }
}

function killAll(): void {
  for (const child of alive) child.kill('SIGKILL')
}
