import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashOfFiles } from '@alipay-checkout/bundles'
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
  const inputs = hashOfFiles(repositoryRoot, ['apps/console', 'pnpm-lock.yaml'])
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
