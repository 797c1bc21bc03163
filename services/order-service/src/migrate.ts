import { fileURLToPath } from 'node:url'
import { migrateDatabase } from '@alipay-checkout/service-kit/database'
import { readConfig } from './config.ts'

await migrateDatabase({
  url: readConfig().ORDER_DATABASE_URL,
  migrationsFolder: fileURLToPath(new URL('../drizzle', import.meta.url)),
})
