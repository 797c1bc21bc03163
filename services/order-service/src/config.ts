import { commonConfig, loadConfig } from '@alipay-checkout/service-kit'
import Type from 'typebox'

const database = {
  ORDER_DATABASE_URL: Type.String({
    pattern: '^postgres(ql)?://',
    description: 'PostgreSQL database of order-service. Its role should own this database and open no other.',
    examples: ['postgres://order_service:password@127.0.0.1:5432/orders'],
  }),
}

export const configSchema = Type.Object({
  ...commonConfig,
  PORT: Type.Integer({
    minimum: 0,
    maximum: 65535,
    default: 7001,
    description: 'Port that the service listens on.',
    examples: ['7001'],
  }),
  ...database,
  // Alipay accepts 1 minute to 15 days: the payment link of an order with a shorter lifetime outlives the order.
  ORDER_TTL_SECONDS: Type.Integer({
    minimum: 1,
    maximum: 15 * 24 * 3600,
    default: 1800,
    description: 'How long an order may wait for its payment. Then it is closed and its stock is released.',
  }),
  MAX_OPEN_ORDERS_PER_CUSTOMER: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 20,
    description: 'Unpaid orders that one customer may have at the same time. Each one reserves stock.',
  }),
  MAX_UNITS_PER_LINE: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 999,
    description: 'Units of one product that one order may contain.',
  }),
  COMPLETE_AFTER_DAYS: Type.Number({
    minimum: 0,
    maximum: 3650,
    default: 15,
    description: 'Days from the moment an order is DELIVERED until it is COMPLETED. May be a fraction.',
  }),
  RETENTION_DAYS_RECIPIENT: Type.Number({
    minimum: 0,
    maximum: 3650,
    default: 90,
    description:
      'Days after which the address and note of an order are deleted: after it is completed, ends unpaid or is fully refunded. May be a fraction.',
  }),
})

/** order-service's settings, from the environment. Throws ConfigError naming missing or invalid variables. */
export function readConfig(env?: NodeJS.ProcessEnv) {
  return loadConfig(configSchema, ['SERVICE_TOKEN'], env)
}

/** The settings of migrations: the database alone. */
export function readMigrationConfig(env?: NodeJS.ProcessEnv) {
  return loadConfig(Type.Object(database), [], env)
}
