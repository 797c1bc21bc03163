import { commonConfig, loadConfig } from '@alipay-checkout/service-kit'
import Type from 'typebox'

const databaseUrl = { PAYMENT_DATABASE_URL: Type.String({ pattern: '^postgres(ql)?://' }) }

export type Config = ReturnType<typeof readConfig>

/** payment-service's settings, from the environment. Throws ConfigError naming what is missing or wrong. */
export function readConfig(env?: NodeJS.ProcessEnv) {
  return loadConfig(
    Type.Object({
      ...commonConfig,
      ...databaseUrl,
      PORT: Type.Integer({ minimum: 0, maximum: 65535, default: 7002 }),
      /** The gateway's address for Alipay and browsers. */
      PUBLIC_URL: Type.String({ pattern: '^https?://' }),
      ALIPAY_GATEWAY: Type.String({ pattern: '^https?://[^?#]+$' }),
      /** Alipay's gateway for browsers, where ALIPAY_GATEWAY is an address that only this network can reach. */
      ALIPAY_PAGE_GATEWAY: Type.Optional(Type.String({ pattern: '^https?://[^?#]+$' })),
      ALIPAY_APP_ID: Type.String({ pattern: '^\\d{1,32}$' }),
      ALIPAY_SELLER_ID: Type.String({ pattern: '^\\d{1,32}$' }),
      ALIPAY_PRIVATE_KEY: Type.String({ minLength: 1 }),
      ALIPAY_PUBLIC_KEY: Type.String({ minLength: 1 }),
      ALIPAY_TIMEOUT_MS: Type.Integer({ minimum: 100, maximum: 60_000, default: 5_000 }),
      /** Scheduled queries about open payments, at most, per second and replica. */
      ALIPAY_QUERIES_PER_SECOND: Type.Integer({ minimum: 1, maximum: 1_000, default: 50 }),
      /** Calls to Alipay of every kind, at most, per second and replica; closing and refunds come first. */
      ALIPAY_CALLS_PER_SECOND: Type.Integer({ minimum: 10, maximum: 10_000, default: 500 }),
      /** Between a refund and the query about it, ms. Alipay: at least ten seconds. */
      REFUND_QUERY_AFTER_MS: Type.Integer({ minimum: 0, maximum: 600_000, default: 10_000 }),
      /** Between two refunds of one trade, ms. Alipay: at least three seconds. */
      REFUND_PAUSE_MS: Type.Integer({ minimum: 0, maximum: 60_000, default: 3_000 }),
      /** Hosts that bills may be fetched from besides ALIPAY_GATEWAY's: `host` or `host:port`, separated by commas. */
      BILL_HOSTS: Type.String({
        pattern: '^[A-Za-z0-9.:,-]*$',
        default: 'dwbillcenter.alipay.com,dwbillcenter.alipaydev.com',
      }),
      /** The action of a case needs the approval of two different people. */
      CASES_SECOND_PERSON: Type.Boolean({ default: false }),
    }),
    ['SERVICE_TOKEN'],
    env,
  )
}

/** Only the database's address, because the migration needs no other setting. */
export function readDatabaseUrl(env?: NodeJS.ProcessEnv): string {
  return loadConfig(Type.Object(databaseUrl), [], env).PAYMENT_DATABASE_URL
}
