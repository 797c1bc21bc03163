import { fileURLToPath } from 'node:url'
import { createLogger } from '@alipay-checkout/service-kit'
import { type Database, openDatabase } from '@alipay-checkout/service-kit/database'
import { createTestDatabase } from '@alipay-checkout/test-support'

export const silent = createLogger('payment-service', 'silent')

export interface PaymentDatabase extends Database {
  /** Closes the pool and drops the database. */
  drop(): Promise<void>
}

/** A database of the test's own with payment's tables, and a pool to it. */
export async function openTestDatabase(): Promise<PaymentDatabase> {
  const migrationsFolder = fileURLToPath(new URL('../drizzle', import.meta.url))
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
