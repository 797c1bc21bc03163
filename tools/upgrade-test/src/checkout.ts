import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Migration } from './compare-migrations.ts'
import type { EventTypeName } from './roll-order.ts'

const run = promisify(execFile)
const outputMaxBytes = 64 * 1024 * 1024

/** A revision of this repository in a folder, with its packages. */
export interface Checkout {
  /** For people: the short commit id and its subject, or `the working tree`. */
  name: string
  /** Its folder. */
  root: string
}

/** The services that have migrations. */
export const migratedServices = ['order-service', 'payment-service', 'inventory-service'] as const

interface CheckoutOptions {
  /** The repository. */
  repository: string
  /** For the checkout; must not exist. */
  folder: string
  signal: AbortSignal
}

/**
 * Writes a revision into a folder, without touching the repository's own files or its list of worktrees.
 *
 * @throws Error with a sentence where git has no such revision
 */
export async function checkOut(revision: string, { repository, folder, signal }: CheckoutOptions): Promise<Checkout> {
  const git = (...args: string[]) => run('git', ['-C', repository, ...args], { signal, maxBuffer: outputMaxBytes })
  const { stdout } = await git('log', '-1', '--format=%h %s', `${revision}^{commit}`, '--').catch(error => {
    signal.throwIfAborted()
    throw new Error(`there is no revision ${revision} in ${repository}: ${lastLine(error)}`)
  })
  mkdirSync(folder, { recursive: true })
  const archive = `${folder}.tar`
  try {
    await git('archive', '--format=tar', `--output=${archive}`, revision)
    await run('tar', ['-xf', archive, '-C', folder], { signal })
  } finally {
    rmSync(archive, { force: true })
  }
  return { name: stdout.trim(), root: folder }
}

/** Copies the working tree, without what git ignores, so that changes to it during the run do not matter. */
export async function copyWorkingTree({ repository, folder, signal }: CheckoutOptions): Promise<Checkout> {
  const list = ['-C', repository, 'ls-files', '--cached', '--others', '--exclude-standard', '-z']
  const { stdout } = await run('git', list, { signal, maxBuffer: outputMaxBytes }).catch(error => {
    signal.throwIfAborted()
    throw new Error(`git can't list the files of ${repository}: ${lastLine(error)}`)
  })
  for (const path of stdout.split('\0').filter(one => one !== '' && existsSync(join(repository, one)))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    cpSync(join(repository, path), join(folder, path))
  }
  return { name: 'the working tree', root: folder }
}

/** Installs a checkout's packages with the pnpm that it names, as infra/bootstrap.mjs does, and bundles its programs. */
export async function installPackages({ root, name }: Checkout, signal: AbortSignal): Promise<void> {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { packageManager: string }
  const args = ['-y', packageManager, 'install', '--frozen-lockfile', '--prefer-offline']
  // CI=true: pnpm asks no questions.
  const options = { cwd: root, env: { ...process.env, CI: 'true' }, signal, maxBuffer: outputMaxBytes }
  await run('npx', args, options).catch(error => {
    signal.throwIfAborted()
    throw new Error(`the packages of ${name} can't be installed: ${lastLine(error)}`)
  })
  const bundler = join(root, 'tools', 'bundles', 'src', 'cli.ts')
  // Older versions run from their sources.
  if (!existsSync(bundler)) return
  await run(process.execPath, [bundler, root], options).catch(error => {
    signal.throwIfAborted()
    throw new Error(`the programs of ${name} can't be bundled: ${lastLine(error)}`)
  })
}

/** A service's migrations, in the order of its journal. */
export function readMigrations({ root }: Checkout, service: string): Migration[] {
  const folder = join(root, 'services', service, 'drizzle')
  const journal = join(folder, 'meta', '_journal.json')
  if (!existsSync(journal)) return []
  const { entries } = JSON.parse(readFileSync(journal, 'utf8')) as { entries: { tag: string }[] }
  return entries.map(({ tag }) => ({ tag, sql: readFileSync(join(folder, `${tag}.sql`), 'utf8') }))
}

/** The event types of a checkout, from its own code. */
export async function readEventTypes({ root }: Checkout, signal: AbortSignal): Promise<EventTypeName[]> {
  const contracts = pathToFileURL(join(root, 'packages', 'contracts', 'src', 'index.ts')).href
  const script = `import { eventTypes } from ${JSON.stringify(contracts)}
    console.log(JSON.stringify([...eventTypes.values()].map(({ name, topic }) => ({ name, topic }))))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: root, signal })
  return JSON.parse(stdout) as EventTypeName[]
}

function lastLine(error: { stderr?: string; stdout?: string; message: string }): string {
  const text = error.stderr?.trim() || error.stdout?.trim() || error.message
  return text.split('\n').slice(-5).join('\n')
}
