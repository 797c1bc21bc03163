import { commonConfig, loadConfig } from '@alipay-checkout/service-kit'
import Type from 'typebox'

/** order-service's settings, from the environment. Throws ConfigError naming what is missing or wrong. */
export function readConfig(env?: NodeJS.ProcessEnv) {
  return loadConfig(
    Type.Object({
      ...commonConfig,
      PORT: Type.Integer({ minimum: 0, maximum: 65535, default: 7001 }),
      ORDER_DATABASE_URL: Type.String({ pattern: '^postgres(ql)?://' }),
      /** How long an order may wait for its payment. Alipay's shortest waiting time is a minute. */
      ORDER_TTL_SECONDS: Type.Integer({ minimum: 1, maximum: 15 * 24 * 3600, default: 1800 }),
      /** Unpaid orders that one customer may have at the same time, each of which holds stock. */
      MAX_OPEN_ORDERS_PER_CUSTOMER: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 20 }),
      /** Units of one SKU in one order. */
      MAX_UNITS_PER_LINE: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 999 }),
    }),
    ['SERVICE_TOKEN'],
    env,
  )
}
