import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartFailure } from '../failure.ts'
import { repositoryRoot } from '../paths.ts'
import { type Log, step } from '../progress.ts'
import { runTask } from '../servers/run-task.ts'
import type { ServerContext } from '../servers/server.ts'

const folder = join(repositoryRoot, 'apps', 'console')
const built = join(folder, 'dist')
/** Holds the hash of what the console was built from. */
const stampFile = join(built, '.built-from')

/**
 * Builds the console, unless it is built from what is there now. The shop does not need it: a failure is reported, and
 * the console's address then says that it is not built.
 *
 * @returns whether it is built
 */
export async function buildConsole(context: ServerContext): Promise<boolean> {
  const inputs = hashOfInputs()
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === inputs) return true
  // Two builds at a time do not write into each other's folder.
  const target = join(folder, 'node_modules', `.dist-${process.pid}`)
  try {
    await step(context.log, 'Building the console', () => runVite(context, target))
    writeFileSync(join(target, '.built-from'), inputs)
    replaceFolder(target)
    return true
  } catch (error) {
    reportFailure(error, context.log)
    return false
  } finally {
    rmSync(target, { recursive: true, force: true })
  }
}

async function runVite(context: ServerContext, target: string): Promise<void> {
  await runTask(context, {
    name: 'build-console',
    command: process.execPath,
    args: [
      join(folder, 'node_modules', 'vite', 'bin', 'vite.js'),
      'build',
      '--outDir',
      target,
      '--emptyOutDir',
      '--logLevel',
      'warn',
    ],
    cwd: folder,
    env: { NODE_ENV: 'production' },
    step: 'Building the console',
    remedy: 'The shop runs without it. Correct apps/console, and start again',
  })
}

/** Puts the new files in the place of the old ones. */
function replaceFolder(target: string): void {
  const old = `${target}-old`
  if (existsSync(built)) renameSync(built, old)
  renameSync(target, built)
  rmSync(old, { recursive: true, force: true })
}

function reportFailure(error: unknown, log: Log): void {
  log(`✖ The console is not built: ${error instanceof Error ? error.message : String(error)}`)
  if (error instanceof StartFailure) log(`  remedy: ${error.remedy}`)
}

/** A hash over the console's sources and the versions of all packages. */
function hashOfInputs(): string {
  const hash = createHash('sha256')
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(file => !/[/\\](node_modules|dist)[/\\]/.test(file.slice(folder.length)))
    .sort()
  for (const file of [...files, join(repositoryRoot, 'pnpm-lock.yaml')]) {
    hash.update(file.slice(repositoryRoot.length)).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}
