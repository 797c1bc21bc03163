import { openSync, readdirSync, readFileSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildConsole } from '../app/build-console.ts'
import { bundle } from '../app/bundle.ts'
import { runningGuard } from '../guard/lock.ts'
import { startGuard } from '../guard/start-guard.ts'
import { readJson } from '../json-file.ts'
import { cacheDir, repositoryRoot } from '../paths.ts'
import { stages } from '../servers/server.ts'
import { readStackKind } from '../settings.ts'
import { startStack } from '../stack.ts'
import { addCounts, type Counts, describeCounts } from '../test-counts.ts'
import type { Command, CommandContext } from './command.ts'

const reporter = fileURLToPath(new URL('../test-count-reporter.ts', import.meta.url))
const stackPrefix = 'test-stack-'

interface Run {
  title: string
  tasks: string[]
  /** How many packages at the same time. */
  concurrency: number
  isTest: boolean
}

/**
 * Checks of the whole repository, then the tests. Those of the whole system run beside those of the packages, because
 * they mostly wait for processes and pauses.
 */
const rounds: Run[][] = [
  [
    {
      title: 'Checks',
      tasks: ['check:types', 'check:imports', 'check:format', 'check:dead-code'],
      concurrency: 2,
      isTest: false,
    },
  ],
  [
    // Each starts a whole system: two at once leave too little of two cores for either.
    { title: 'System tests', tasks: ['test:system', 'test:secure'], concurrency: 1, isTest: true },
    { title: 'Tests', tasks: ['test'], concurrency: 2, isTest: true },
  ],
]

/**
 * `npm test`: every check and every test, on its own servers. Arguments are passed to turbo, e.g. `--filter=gateway`; the
 * checks are then skipped.
 */
export const testCommand: Command = async context => {
  const { dir, env, args, log, print } = context
  removeOldTestStacks(dir)
  const testDir = join(dir, `${stackPrefix}${process.pid}`)
  const reportDir = join(testDir, 'reports')
  context.onStop(async () => rmSync(testDir, { recursive: true, force: true }))
  // With TEST_STACK=docker each package starts its own containers.
  const stack =
    readStackKind(env, 'TEST_STACK') === 'docker'
      ? undefined
      : await startStack({ dir: testDir, env, log, label: 'npm test' })
  const testEnv = {
    ...withoutSettings(env),
    TEST_REPORT_DIR: reportDir,
    ...(stack === undefined
      ? {}
      : {
          TEST_POSTGRES_ADMIN_URL: stack.addresses.postgresAdminUrl ?? '',
          TEST_KAFKA_BROKERS: stack.addresses.KAFKA_BROKERS ?? '',
          TEST_REDIS_URL: stack.addresses.REDIS_URL ?? '',
        }),
  }
  const failed: string[] = []
  try {
    await Promise.all([buildConsoleFirst(join(testDir, 'console'), context), bundle(log)])
    for (const round of rounds) {
      const runs = round.filter(run => run.isTest || args.length === 0)
      await Promise.all(
        runs.map(async run => {
          const since = performance.now()
          const code = await runTurbo(join(testDir, run.title), { ...context, env: testEnv }, run)
          log(`${code === 0 ? '✔' : '✖'} ${run.title} (${((performance.now() - since) / 1000).toFixed(1)} s)`)
          if (code !== 0) failed.push(run.title)
        }),
      )
    }
  } finally {
    await stack?.stop()
  }
  const counts = collectCounts(reportDir)
  rmSync(testDir, { recursive: true, force: true })
  if (failed.length > 0) print(`not passed: ${failed.join(', ')}`)
  print(describeCounts(counts))
  return failed.length === 0 && counts.failed === 0 && counts.passed > 0 ? 0 : 1
}

/** Builds the console for the tests that open it in a browser, before several of them would. */
async function buildConsoleFirst(dir: string, { env, log }: CommandContext): Promise<void> {
  const guard = await startGuard(dir, 'npm test', () => {})
  await buildConsole({ dir, cacheDir, env, guard, log }).finally(() => guard.stop())
}

/** Without the settings of the user's own system: tests would order there, or pay at a real Alipay. */
function withoutSettings(env: Record<string, string>): Record<string, string> {
  const example = readFileSync(join(repositoryRoot, '.env.example'), 'utf8')
  const names = new Set([...example.matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name))
  names.delete('TEST_STACK')
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.has(name)))
}

/** Runs turbo under a guard, so that no test continues after the launcher was killed. */
async function runTurbo(dir: string, context: CommandContext, { tasks, concurrency, isTest }: Run): Promise<number> {
  const guard = await startGuard(dir, 'npm test', () => {})
  const logFile = join(dir, 'turbo.log')
  rmSync(logFile, { force: true })
  const counting = ['--', '--reporter=default', `--reporter=${reporter}`]
  const running = await guard.spawn({
    name: 'turbo',
    command: join(repositoryRoot, 'node_modules', '.bin', 'turbo'),
    args: [
      'run',
      ...tasks,
      `--concurrency=${concurrency}`,
      '--continue=always',
      '--output-logs=full',
      '--no-update-notifier',
      ...context.args,
      ...(isTest ? counting : []),
    ],
    cwd: repositoryRoot,
    env: { ...context.env, TURBO_TELEMETRY_DISABLED: '1', NODE_COMPILE_CACHE: join(cacheDir, 'compiled') },
    logFile,
    kind: 'task',
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 20_000,
    stage: stages.task,
  })
  const copy = copyAsItGrows(logFile)
  const { code } = await running.exited
  copy.stop()
  await guard.stop()
  return code ?? 1
}

/** Copies a growing file to stdout in whole lines, because two runs may write at the same time. */
function copyAsItGrows(file: string): { stop(): void } {
  const descriptor = openSync(file, 'r')
  const buffer = Buffer.alloc(64 * 1024)
  let unfinished = Buffer.alloc(0)
  const copy = () => {
    for (;;) {
      const length = readSync(descriptor, buffer)
      if (length === 0) return
      const read = Buffer.concat([unfinished, buffer.subarray(0, length)])
      const end = read.lastIndexOf('\n') + 1
      process.stdout.write(read.subarray(0, end))
      unfinished = read.subarray(end)
    }
  }
  const timer = setInterval(copy, 100)
  return {
    stop() {
      clearInterval(timer)
      copy()
      process.stdout.write(unfinished)
    },
  }
}

function collectCounts(dir: string): Counts {
  return addCounts(reportFiles(dir).flatMap(file => readJson<Counts>(join(dir, file)) ?? []))
}

function reportFiles(dir: string): string[] {
  try {
    return readdirSync(dir).filter(file => file.endsWith('.json'))
  } catch {
    return []
  }
}

/** Deletes the data of test runs that were killed. */
function removeOldTestStacks(dir: string): void {
  for (const name of namesIn(dir).filter(one => one.startsWith(stackPrefix))) {
    if (runningGuard(join(dir, name)) === undefined) rmSync(join(dir, name), { recursive: true, force: true })
  }
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}
