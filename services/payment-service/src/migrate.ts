import { fileURLToPath } from 'node:url'
import { migrateDatabase } from '@alipay-checkout/service-kit/database'
import { readDatabaseUrl } from './config.ts'

await migrateDatabase({
  url: readDatabaseUrl(),
  migrationsFolder: fileURLToPath(new URL('../drizzle', import.meta.url)),
})
