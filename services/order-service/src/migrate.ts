import { fileURLToPath } from 'node:url'
import { migrateDatabase } from '@alipay-checkout/service-kit/database'
import { readMigrationConfig } from './config.ts'

await migrateDatabase({
  url: readMigrationConfig().ORDER_DATABASE_URL,
  migrationsFolder: fileURLToPath(new URL('../drizzle', import.meta.url)),
})
