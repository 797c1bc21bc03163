import { randomBytes } from 'node:crypto'
import { openPostgres } from '@alipay-checkout/service-kit/postgres'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import type postgres from 'postgres'
import { testStack } from './stack.ts'

/** An empty or migrated database of its own for one test file. */
export interface TestDatabase {
  url: string
  /** Drops it and its remaining connections. */
  drop(): Promise<void>
}

/**
 * Makes a database.
 *
 * @param prefix begins its name: lower-case letters, digits and underscores
 * @param options.migrationsFolder a service's `drizzle/`: the database then has that service's tables
 */
export async function createTestDatabase(
  prefix: string,
  options: { migrationsFolder?: string } = {},
): Promise<TestDatabase> {
  const { postgresAdminUrl } = await testStack()
  const name = `${prefix}_${randomBytes(6).toString('hex')}`
  await run(postgresAdminUrl, sql => sql`create database ${sql(name)}`)
  const url = new URL(postgresAdminUrl)
  url.pathname = `/${name}`
  const database: TestDatabase = {
    url: url.href,
    drop: () => run(postgresAdminUrl, sql => sql`drop database if exists ${sql(name)} with (force)`),
  }
  const { migrationsFolder } = options
  if (migrationsFolder === undefined) return database
  try {
    await run(database.url, async sql => {
      // Outside of any transaction, because an index that is built CONCURRENTLY can't be in one.
      for (const migration of readMigrationFiles({ migrationsFolder })) {
        for (const statement of migration.sql) await sql.unsafe(statement)
      }
    })
    return database
  } catch (error) {
    await database.drop()
    throw error
  }
}

async function run(url: string, work: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = openPostgres(url, { max: 1, onnotice: () => {} })
  try {
    await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
