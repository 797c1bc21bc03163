import { fileURLToPath } from 'node:url'
import { createLogger } from '@alipay-checkout/service-kit'
import { type Database, openDatabase } from '@alipay-checkout/service-kit/database'
import { createTestDatabase, waitUntil } from '@alipay-checkout/test-support'

export const silent = createLogger('payment-service', 'silent')

export const migrationsFolder = fileURLToPath(new URL('../drizzle', import.meta.url))

export interface PaymentDatabase extends Database {
  /** Closes the pool and drops the database. */
  drop(): Promise<void>
}

/** Creates a database with payment-service's tables, and opens a pool of connections to it. */
export async function openTestDatabase(): Promise<PaymentDatabase> {
  const { url, drop } = await createTestDatabase('payment_test', { migrationsFolder })
  const database = openDatabase({ url, name: 'payment-test' })
  return {
    ...database,
    async drop() {
      await database.close()
      await drop()
    },
  }
}

/** Deletes all rows of these tables, in this sequence. `truncate` takes 150 ms, because it creates new files. */
export async function deleteRows({ client }: Database, tables: readonly string[]): Promise<void> {
  await client.unsafe(tables.map(table => `delete from ${table}`).join(';'))
}

/** Resolves once a transaction waits for a lock of another one. */
export async function untilLockWait({ client }: Database): Promise<void> {
  await waitUntil(
    async () => {
      const [row] = await client`
        select count(*)::integer as waiting from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`
      return row?.waiting > 0
    },
    { what: 'another transaction waits for a lock' },
  )
}
