import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { createLogger, type Database, migrateDatabase, openDatabase } from '@alipay-checkout/service-kit'
import { sql } from 'drizzle-orm'

export const silent = createLogger('inventory-service', 'silent')

export interface TestDatabase extends Database {
  /** Closes the pool and drops the database. */
  drop(): Promise<void>
}

/** A migrated database of the test's own, on the server of TEST_POSTGRES_ADMIN_URL. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const adminUrl = addressOf('TEST_POSTGRES_ADMIN_URL')
  const name = `inventory_test_${randomBytes(6).toString('hex')}`
  await asAdmin(`create database ${name}`)
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  await migrateDatabase({ url: url.href, migrationsFolder: fileURLToPath(new URL('../drizzle', import.meta.url)) })
  const database = openDatabase({ url: url.href, name: 'inventory-test' })
  return {
    ...database,
    async drop() {
      await database.close()
      await asAdmin(`drop database ${name} with (force)`)
    },
  }

  async function asAdmin(statement: string): Promise<void> {
    const admin = openDatabase({ url: adminUrl, name: 'inventory-test-admin', poolSize: 1 })
    try {
      await admin.db.execute(sql.raw(statement))
    } finally {
      await admin.close()
    }
  }
}

/** Where a server that the tests need is; throws naming what is not set. */
export function addressOf(name: 'TEST_POSTGRES_ADMIN_URL' | 'TEST_KAFKA_BROKERS'): string {
  const address = process.env[name]
  if (!address) throw new Error(`${name} is not set: the tests need the address of a running server`)
  return address
}
