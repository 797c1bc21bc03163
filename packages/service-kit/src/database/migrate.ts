import { setTimeout as delay } from 'node:timers/promises'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import postgres from 'postgres'

/** How long a statement waits for a lock, ms: requests queue behind a waiting ALTER TABLE. */
const defaultLockTimeoutMs = 5_000
/** Between tries after a lock was not had, ms. */
const pausesMs = [250, 500, 1_000, 2_000]
const lockNotAvailable = '55P03'
/** Between looks whether another run is done, ms. */
const turnEveryMs = 200

/**
 * Brings a database to the newest schema. Two that start at once take turns (advisory lock). Running it again changes
 * nothing. New migrations share a transaction, except one with CONCURRENTLY in it, which runs by itself outside of any.
 * A lock that is not had within 5 s is tried for five times. The rules: docs/operations/migrations.md.
 *
 * @throws Error naming what held it up, or the statement's own error; nothing of its transaction has changed then
 */
export async function migrateDatabase(options: {
  url: string
  migrationsFolder: string
  lockTimeoutMs?: number
  log?: (line: string) => void
}): Promise<void> {
  const { lockTimeoutMs = defaultLockTimeoutMs, log = console.error } = options
  const migrations = readMigrationFiles({ migrationsFolder: options.migrationsFolder })
  const sql = postgres(options.url, { max: 1, onnotice: () => {}, connect_timeout: 10 })
  try {
    await takeTurn(sql)
    for (const step of stepsOf(await newOnes(sql, migrations))) {
      if (step.concurrent) await runAlone(sql, step.migrations)
      else await runTogether(sql, step.migrations, { lockTimeoutMs, log })
    }
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** Looks again and again: a session that waits for the lock would hold up CREATE INDEX CONCURRENTLY of the one that has it. */
async function takeTurn(sql: postgres.Sql): Promise<void> {
  const lock = () => sql`select pg_try_advisory_lock(hashtext('alipay-checkout migrations')) as taken`
  while (!(await lock())[0]?.taken) await delay(turnEveryMs)
}

/** Migrations that are not recorded yet, where drizzle records them. */
async function newOnes(sql: postgres.Sql, migrations: readonly MigrationMeta[]): Promise<MigrationMeta[]> {
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
    if (last && !concurrent && !last.concurrent) last.migrations.push(migration)
    else steps.push({ concurrent, migrations: [migration] })
  }
  return steps
}

const withoutComments = (statement: string) => statement.replaceAll(/--[^\n]*/g, '')

/** It waits for the transactions that were open when it began, so without a time-out, which would leave an invalid index. */
async function runAlone(sql: postgres.Sql, migrations: readonly MigrationMeta[]): Promise<void> {
  await sql`set lock_timeout = 0`
  for (const migration of migrations) {
    for (const statement of migration.sql) if (!(await isBuilt(sql, statement))) await sql.unsafe(statement)
    await record(sql, migration)
  }
}

/**
 * Whether a run that was killed before it recorded this has built its index. One that such a run left half built is
 * removed.
 */
async function isBuilt(sql: postgres.Sql, statement: string): Promise<boolean> {
  const creation = /^\s*create (?:unique )?index concurrently (?:if not exists )?"?(\w+)/i
  const name = creation.exec(withoutComments(statement))?.[1]
  if (name === undefined) return false
  const [index] = await sql`select indisvalid as "isValid" from pg_index where indexrelid = to_regclass(${`"${name}"`})`
  if (index && !index.isValid) await sql`drop index concurrently ${sql(name)}`
  return index?.isValid === true
}

async function runTogether(
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
        const advice = 'Nothing has changed. Run it again when no long transaction, dump or index build is open.'
        throw new Error(`A migration did not get its lock in ${attempt + 1} tries. ${advice}`, { cause: error })
      }
      log(`A migration did not get its lock within ${lockTimeoutMs} ms; trying again`)
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
