import { setTimeout as delay } from 'node:timers/promises'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import type postgres from 'postgres'
import { openPostgres } from '../connections/postgres.ts'
import { requireSessions } from './require-sessions.ts'

/** How long a statement waits for a lock, ms: requests queue behind a waiting ALTER TABLE. */
const defaultLockTimeoutMs = 5_000
/** Pauses between attempts to get a lock, ms. */
const pausesMs = [250, 500, 1_000, 2_000]
const lockNotAvailable = '55P03'
/** Between checks whether another run has ended, ms. */
const turnEveryMs = 200

/**
 * Migrates a database to the newest schema. Runs at the same time take turns (advisory lock), and a second run changes
 * nothing. New migrations share a transaction, except those with CONCURRENTLY, which run outside of one, and those that
 * validate a constraint, which begin another. A lock that is not acquired within 5 s is tried five times. The rules: docs/operations/migrations.md.
 *
 * @throws Error saying what blocked it, or the statement's own error; its transaction is rolled back then
 */
export async function migrateDatabase(options: {
  url: string
  migrationsFolder: string
  lockTimeoutMs?: number
  log?: (line: string) => void
}): Promise<void> {
  const { lockTimeoutMs = defaultLockTimeoutMs, log = console.error } = options
  const migrations = readMigrationFiles({ migrationsFolder: options.migrationsFolder })
  await refusePooler(options.url)
  const sql = openPostgres(options.url, { max: 1, onnotice: () => {}, connect_timeout: 10 })
  try {
    await takeTurn(sql)
    for (const step of stepsOf(await newMigrations(sql, migrations))) {
      if (step.concurrent) await runConcurrent(sql, step.migrations)
      else await runInTransaction(sql, step.migrations, { lockTimeoutMs, log })
    }
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** The lock below is held by a session, from its first migration to its last. */
async function refusePooler(url: string): Promise<void> {
  const sql = openPostgres(url, { max: 2, onnotice: () => {}, connect_timeout: 10 })
  try {
    await requireSessions(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** Polls for the lock, because a session that waits for it would block CREATE INDEX CONCURRENTLY of the one that has it. */
async function takeTurn(sql: postgres.Sql): Promise<void> {
  const lock = () => sql`select pg_try_advisory_lock(hashtext('alipay-checkout migrations')) as taken`
  while (!(await lock())[0]?.taken) await delay(turnEveryMs)
}

/** Migrations that are not recorded in drizzle's table yet. */
async function newMigrations(sql: postgres.Sql, migrations: readonly MigrationMeta[]): Promise<MigrationMeta[]> {
  await sql`create schema if not exists drizzle`
  await sql`
    create table if not exists drizzle.__drizzle_migrations (
      id serial primary key, hash text not null, created_at bigint)`
  const [last] = await sql`select max(created_at) as at from drizzle.__drizzle_migrations`
  return migrations.filter(({ folderMillis }) => folderMillis > Number(last?.at ?? 0))
}

interface Step {
  concurrent: boolean
  migrations: MigrationMeta[]
}

function stepsOf(migrations: readonly MigrationMeta[]): Step[] {
  const steps: Step[] = []
  for (const migration of migrations) {
    const concurrent = migration.sql.some(statement => /\bconcurrently\b/i.test(withoutComments(statement)))
    const last = steps.at(-1)
    // Validating reads the whole table: the locks of the migrations before, such as of ADD CONSTRAINT, are released first.
    const validates = migration.sql.some(statement => /\bvalidate constraint\b/i.test(withoutComments(statement)))
    if (last && !concurrent && !last.concurrent && !validates) last.migrations.push(migration)
    else steps.push({ concurrent, migrations: [migration] })
  }
  return steps
}

const withoutComments = (statement: string) => statement.replaceAll(/--[^\n]*/g, '')

/** CONCURRENTLY waits for open transactions, so without a lock timeout, which would leave an invalid index. */
async function runConcurrent(sql: postgres.Sql, migrations: readonly MigrationMeta[]): Promise<void> {
  await sql`set lock_timeout = 0`
  for (const migration of migrations) {
    for (const statement of migration.sql) if (!(await isBuilt(sql, statement))) await sql.unsafe(statement)
    await record(sql, migration)
  }
}

/**
 * Whether a run that was killed before it recorded this migration has built its index. An invalid index of such a run is
 * dropped.
 */
async function isBuilt(sql: postgres.Sql, statement: string): Promise<boolean> {
  const creation = /^\s*create (?:unique )?index concurrently (?:if not exists )?"?(\w+)/i
  const name = creation.exec(withoutComments(statement))?.[1]
  if (name === undefined) return false
  const [index] = await sql`select indisvalid as "isValid" from pg_index where indexrelid = to_regclass(${`"${name}"`})`
  if (index && !index.isValid) await sql`drop index concurrently ${sql(name)}`
  return index?.isValid === true
}

async function runInTransaction(
  sql: postgres.Sql,
  migrations: readonly MigrationMeta[],
  { lockTimeoutMs, log }: { lockTimeoutMs: number; log: (line: string) => void },
): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await sql.begin(async tx => {
        await tx.unsafe(`set local lock_timeout = ${lockTimeoutMs}`)
        for (const migration of migrations) {
          for (const statement of migration.sql) await tx.unsafe(statement)
          await record(tx, migration)
        }
      })
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== lockNotAvailable) throw error
      const pauseMs = pausesMs[attempt]
      if (pauseMs === undefined) {
        const advice = 'Nothing has changed. Run it again when no long transaction, dump or index build is running.'
        throw new Error(`A migration did not acquire its lock in ${attempt + 1} attempts. ${advice}`, { cause: error })
      }
      log(`A migration did not acquire its lock within ${lockTimeoutMs} ms; trying again`)
      await delay(pauseMs)
    }
  }
}

async function record(
  sql: postgres.Sql | postgres.TransactionSql,
  { hash, folderMillis }: MigrationMeta,
): Promise<void> {
  await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`
}
