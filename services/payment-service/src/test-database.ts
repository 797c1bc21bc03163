import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { createLogger, type Database, migrateDatabase, openDatabase } from '@alipay-checkout/service-kit'
import { sql } from 'drizzle-orm'

export const silent = createLogger('payment-service', 'silent')

export interface TestDatabase extends Database {
  readonly url: string
  /** Closes the pool and drops the database. */
  drop(): Promise<void>
}

/** A migrated database of the test's own, on the server of TEST_POSTGRES_ADMIN_URL. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const adminUrl = addressOf('TEST_POSTGRES_ADMIN_URL')
  const name = `payment_test_${randomBytes(6).toString('hex')}`
  await asAdmin(`create database ${name}`)
  const address = new URL(adminUrl)
  address.pathname = `/${name}`
  const url = address.href
  await migrateDatabase({ url, migrationsFolder: fileURLToPath(new URL('../drizzle', import.meta.url)) })
  const database = openDatabase({ url, name: 'payment-test' })
  return {
    ...database,
    url,
    async drop() {
      await database.close()
      await asAdmin(`drop database ${name} with (force)`)
    },
  }

  async function asAdmin(statement: string): Promise<void> {
    const admin = openDatabase({ url: adminUrl, name: 'payment-test-admin', poolSize: 1 })
    try {
      await admin.db.execute(sql.raw(statement))
    } finally {
      await admin.close()
    }
  }
}

/** Where a server that the tests need is; throws naming what is not set. */
export function addressOf(name: 'TEST_POSTGRES_ADMIN_URL' | 'TEST_KAFKA_BROKERS' | 'TEST_REDIS_URL'): string {
  const address = process.env[name]
  if (!address) throw new Error(`${name} is not set: the tests need the address of a running server`)
  return address
}
