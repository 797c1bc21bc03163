import { execFile } from 'node:child_process'
import { chownSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Stack, startStack, waitUntil } from '@alipay-checkout/launcher'
import { systemEnvironment } from '@alipay-checkout/test-support'
import postgres from 'postgres'

const run = promisify(execFile)

/** The databases, each in a PostgreSQL cluster of its own, as on machines of their own. */
export const clusterNames = ['orders', 'payments', 'inventory'] as const
export type ClusterName = (typeof clusterNames)[number]

const settingOf = {
  orders: 'ORDER_DATABASE_URL',
  payments: 'PAYMENT_DATABASE_URL',
  inventory: 'INVENTORY_DATABASE_URL',
} as const

/** A segment of WAL is archived when it is full, and at the latest after this time, s: what can be lost. */
const archiveTimeoutS = 5
const archivedTimeoutMs = 120_000
const recoveredTimeoutMs = 120_000
const small = { shared_buffers: '64MB', max_connections: '60', min_wal_size: '80MB', max_wal_size: '512MB' }

/** A PostgreSQL cluster with continuous archiving. */
export interface Cluster {
  readonly name: ClusterName
  /** The service's database. */
  readonly url: string
  /** Takes a base backup while it runs. Replaces an earlier one. */
  backUp(): Promise<void>
  /** The time of its clock, and the name of the segment of WAL that is being written. */
  readMoment(): Promise<Moment>
  /** Ends the segment that is being written, and waits until all that is written is archived. */
  archiveNow(): Promise<void>
  /** Waits until a later segment than this is archived: a restore can then reach its moment. */
  untilArchived(moment: Moment): Promise<void>
  /** Kills the server and deletes its data. The archive and the base backup are elsewhere. */
  lose(): Promise<void>
  /** Restores the base backup, and replays the archived WAL up to this time. */
  restore(target: Date): Promise<void>
  stop(): Promise<void>
}

export interface Moment {
  at: Date
  segment: string
}

/**
 * Starts a cluster in a folder of its own.
 *
 * @throws StartFailure naming the step
 */
export async function openCluster(
  dir: string,
  name: ClusterName,
  options: { log: (line: string) => void; label: string; onCrash: (name: string) => void },
): Promise<Cluster> {
  const home = join(dir, 'postgres')
  const [data, archive, backup] = ['data', 'archive', 'backup'].map(part => join(home, part)) as [
    string,
    string,
    string,
  ]
  // PostgreSQL may run as another user, who owns `home`, and so makes the archive's folder itself.
  const archiving = {
    archive_mode: 'on',
    archive_timeout: `${archiveTimeoutS}s`,
    archive_command: `mkdir -p "${archive}" && test ! -f "${archive}/%f" && cp "%p" "${archive}/%f"`,
  }
  const start = (settings: Record<string, string>) =>
    startStack({
      ...{ dir, only: ['postgres'] as const, env: systemEnvironment({}), label: options.label, log: options.log },
      breakable: { postgres: { ...small, ...settings } },
    })
  let stack: Stack = await start(archiving)
  const { postgresAdminUrl = '', [settingOf[name]]: url = '' } = stack.addresses
  const asAdmin = async <T>(work: (sql: postgres.Sql) => Promise<T>): Promise<T> => {
    const sql = postgres(postgresAdminUrl, { max: 1, onnotice: () => {} })
    try {
      return await work(sql)
    } finally {
      await sql.end({ timeout: 5 })
    }
  }
  /** Waits until the last segment that was archived is late enough. */
  const untilArchives = async (isEnough: (last: string) => boolean): Promise<void> => {
    await waitUntil(
      () =>
        asAdmin(async sql => {
          const [row] = await sql<{ last: string | null; failed: number }[]>`
            select last_archived_wal as last, failed_count::int as failed from pg_stat_archiver`
          return isEnough(row?.last ?? '') || Promise.reject(new Error(JSON.stringify(row)))
        }),
      { what: `the WAL of ${name} is archived`, timeoutMs: archivedTimeoutMs, everyMs: 250 },
    )
  }
  // The control of a process that was ended on purpose does not report it.
  stack.crashed.then(() => options.onCrash(name))

  return {
    name,
    url,
    backUp: () => asAdmin(sql => takeBaseBackup(sql, data, backup)),
    readMoment: () =>
      asAdmin(async sql => {
        const [row] = await sql<Moment[]>`
          select clock_timestamp() as at, pg_walfile_name(pg_current_wal_lsn()) as segment`
        return row as Moment
      }),
    async archiveNow() {
      const segment = await asAdmin(async sql => {
        const [row] = await sql<{ segment: string }[]>`select pg_walfile_name(pg_switch_wal()) as segment`
        return row?.segment ?? ''
      })
      await untilArchives(last => last >= segment)
    },
    untilArchived: ({ segment }) => untilArchives(last => last > segment),
    async lose() {
      await stack.servers.postgres?.stop('SIGKILL')
      await stack.stop()
      rmSync(data, { recursive: true, force: true })
    },
    async restore(target) {
      await run('cp', ['-a', backup, data])
      writeFileSync(join(data, 'recovery.signal'), '')
      stack = await start({
        archive_mode: 'off',
        restore_command: `cp "${archive}/%f" "%p"`,
        recovery_target_time: target.toISOString().replace('T', ' ').replace('Z', '+00'),
        recovery_target_action: 'promote',
        // Connections are accepted once the target is reached.
        hot_standby: 'off',
      })
      await waitUntil(
        () =>
          asAdmin(async sql => {
            const [row] = await sql<{ recovering: boolean }[]>`select pg_is_in_recovery() as recovering`
            return row?.recovering === false
          }),
        { what: `${name} is restored`, timeoutMs: recoveredTimeoutMs, everyMs: 250 },
      )
    },
    stop: () => stack.stop(),
  }
}

/**
 * PostgreSQL's low-level base backup: the packages have no pg_basebackup. Both functions need one session. Files that
 * PostgreSQL deletes while they are copied are of no account: the WAL since the start has what changed.
 */
async function takeBaseBackup(sql: postgres.Sql, data: string, backup: string): Promise<void> {
  rmSync(backup, { recursive: true, force: true })
  await sql`select pg_backup_start('restore drill', true)`
  await run('cp', ['-a', data, backup]).catch((error: Error & { stderr?: string }) => {
    const lines = (error.stderr ?? '').trim().split('\n')
    if (!lines.every(line => line.includes('No such file or directory'))) throw error
  })
  const [stop] = await sql<{ labelfile: string }[]>`select labelfile from pg_backup_stop(true)`
  for (const entry of readdirSync(join(backup, 'pg_wal'))) {
    if (entry !== 'archive_status') rmSync(join(backup, 'pg_wal', entry), { recursive: true, force: true })
  }
  rmSync(join(backup, 'postmaster.pid'), { force: true })
  const label = join(backup, 'backup_label')
  writeFileSync(label, stop?.labelfile ?? '')
  const { uid, gid } = statSync(data)
  if (process.getuid?.() === 0) chownSync(label, uid, gid)
}
