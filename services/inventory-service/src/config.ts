import { commonConfig, loadConfig } from '@alipay-checkout/service-kit'
import Type from 'typebox'

const database = { INVENTORY_DATABASE_URL: Type.String({ pattern: '^postgres(ql)?://' }) }

/** The settings of inventory-service. Throws ConfigError naming what is missing or wrong. */
export function readConfig() {
  return loadConfig(
    Type.Object({ ...commonConfig, ...database, PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 7003 }) }),
    ['SERVICE_TOKEN'],
  )
}

/** What migrating needs: the database alone. */
export function readMigrationConfig() {
  return loadConfig(Type.Object(database))
}
