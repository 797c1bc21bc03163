import { commonConfig, loadConfig } from '@alipay-checkout/service-kit'
import Type from 'typebox'

// inventory-service needs no Redis, because it has no timers and sends no hints.
const { REDIS_URL: _url, REDIS_SSL_CA: _ca, ...common } = commonConfig
const database = {
  INVENTORY_DATABASE_URL: Type.String({
    pattern: '^postgres(ql)?://',
    description: 'PostgreSQL database of inventory-service. Its role should own this database and open no other.',
    examples: ['postgres://inventory_service:password@127.0.0.1:5432/inventory'],
  }),
}

export const configSchema = Type.Object({
  ...common,
  ...database,
  PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 7003,
    description: 'Port that the service listens on.',
  }),
})

/** inventory-service's settings, from the environment. Throws ConfigError naming missing or invalid variables. */
export function readConfig(env?: NodeJS.ProcessEnv) {
  return loadConfig(configSchema, ['SERVICE_TOKEN'], env)
}

/** The settings of migrations: the database alone. */
export function readMigrationConfig(env?: NodeJS.ProcessEnv) {
  return loadConfig(Type.Object(database), [], env)
}
