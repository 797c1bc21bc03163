import { commonConfig, loadConfig } from '@alipay-checkout/service-kit'
import Type from 'typebox'

// Nothing here needs Redis: no timers, no hints.
const { REDIS_URL: _unused, ...common } = commonConfig
const database = { INVENTORY_DATABASE_URL: Type.String({ pattern: '^postgres(ql)?://' }) }

/** inventory-service's settings, from the environment. Throws ConfigError naming what is missing or wrong. */
export function readConfig(env?: NodeJS.ProcessEnv) {
  return loadConfig(
    Type.Object({ ...common, ...database, PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 7003 }) }),
    ['SERVICE_TOKEN'],
    env,
  )
}

/** What migrating needs: the database alone. */
export function readMigrationConfig(env?: NodeJS.ProcessEnv) {
  return loadConfig(Type.Object(database), [], env)
}
