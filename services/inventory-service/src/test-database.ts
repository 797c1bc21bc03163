import { fileURLToPath } from 'node:url'
import { createLogger } from '@alipay-checkout/service-kit'
import { type Database, openDatabase } from '@alipay-checkout/service-kit/database'
import { createTestDatabase } from '@alipay-checkout/test-support'

export const silent = createLogger('inventory-service', 'silent')

export interface InventoryDatabase extends Database {
  /** Closes the pool and drops the database. */
  drop(): Promise<void>
}

/** A database of the test's own with inventory's tables, and a pool to it. */
export async function openTestDatabase(): Promise<InventoryDatabase> {
  const migrationsFolder = fileURLToPath(new URL('../drizzle', import.meta.url))
  const { url, drop } = await createTestDatabase('inventory_test', { migrationsFolder })
  const database = openDatabase({ url, name: 'inventory-test' })
  return {
    ...database,
    async drop() {
      await database.close()
      await drop()
    },
  }
}
