import { AlipayProducts } from '@alipay-checkout/contracts'
import { commonConfig, loadConfig } from '@alipay-checkout/service-kit'
import Type from 'typebox'

const databaseUrl = {
  PAYMENT_DATABASE_URL: Type.String({
    pattern: '^postgres(ql)?://',
    description: 'PostgreSQL database of payment-service. Its role should own this database and open no other.',
    examples: ['postgres://payment_service:password@127.0.0.1:5432/payments'],
  }),
}

export const configSchema = Type.Object({
  ...commonConfig,
  ...databaseUrl,
  PORT: Type.Integer({ minimum: 0, maximum: 65535, default: 7002, description: 'Port that the service listens on.' }),
  PUBLIC_URL: Type.String({
    pattern: '^https?://',
    description: 'Where shoppers and Alipay reach the gateway: return and notify addresses begin with it.',
    examples: ['https://shop.example.com'],
  }),
  ALIPAY_GATEWAY: Type.String({
    pattern: '^https?://[^?#]+$',
    description: 'Alipay’s gateway: https://openapi.alipay.com/gateway.do, or the sandbox’s.',
    examples: ['https://openapi-sandbox.dl.alipaydev.com/gateway.do'],
  }),
  ALIPAY_PAGE_GATEWAY: Type.Optional(
    Type.String({
      pattern: '^https?://[^?#]+$',
      description:
        'The gateway as browsers reach it, if that is another address. Only a simulator in containers needs it.',
    }),
  ),
  ALIPAY_APP_ID: Type.String({ pattern: '^\\d{1,32}$', description: 'The application’s id at Alipay.' }),
  ALIPAY_SELLER_ID: Type.String({
    pattern: '^\\d{1,32}$',
    description: 'The seller’s id at Alipay (2088…). A notify for another seller changes nothing.',
  }),
  ALIPAY_PRIVATE_KEY: Type.String({
    minLength: 1,
    description: 'The application’s private key, which signs requests: PEM, bare base64, or the path of a file.',
  }),
  ALIPAY_PUBLIC_KEY: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Alipay’s public key (not the application’s), which verifies replies and notifies: PEM, bare base64, or the path of a file (without a comma). Two keys may be given, separated by a comma. Required, unless the three certificates are set.',
    }),
  ),
  ALIPAY_APP_CERT: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'For an application with certificates (证书): its own (appCertPublicKey_….crt), as PEM, base64, or the path of a file. The three certificates are set together, instead of ALIPAY_PUBLIC_KEY.',
    }),
  ),
  ALIPAY_ROOT_CERT: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'The root certificates (alipayRootCert.crt, the whole file), as PEM, base64, or the path of a file.',
    }),
  ),
  ALIPAY_PUBLIC_CERT: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Alipay’s certificate (alipayCertPublicKey_RSA2.crt, the whole file), as PEM, base64, or the path of a file (without a comma). Two may be given, separated by a comma.',
    }),
  ),
  ALIPAY_PRODUCTS: AlipayProducts,
  ALIPAY_INSTALMENTS: Type.Boolean({
    default: false,
    description: 'Whether shoppers may pay in instalments (花呗分期) with page, wap and app.',
  }),
  ALIPAY_MINI_APP_ID: Type.Optional(
    Type.String({
      pattern: '^\\d{1,32}$',
      description: 'The mini program in which jsapi payments are made (op_app_id). Without it, jsapi is unavailable.',
    }),
  ),
  ALIPAY_TIMEOUT_MS: Type.Integer({
    minimum: 100,
    maximum: 60_000,
    default: 5_000,
    description: 'How long a reply of Alipay is waited for.',
  }),
  ALIPAY_QUERIES_PER_SECOND: Type.Integer({
    minimum: 1,
    maximum: 1_000,
    default: 50,
    description: 'Queries about open payments, at most, per second and replica.',
  }),
  ALIPAY_CALLS_PER_SECOND: Type.Integer({
    minimum: 10,
    maximum: 10_000,
    default: 500,
    description:
      'Calls to Alipay of every kind, at most, per second and replica. Closing and refunding come before queries.',
  }),
  REFUND_QUERY_AFTER_MS: Type.Integer({
    minimum: 0,
    maximum: 600_000,
    default: 10_000,
    description: 'Pause between a refund with an unclear answer and the query about it. Alipay requires 10 s.',
  }),
  REFUND_PAUSE_MS: Type.Integer({
    minimum: 0,
    maximum: 60_000,
    default: 3_000,
    description: 'Pause between two refunds of one trade. Alipay requires 3 s.',
  }),
  REFUND_SECOND_PERSON_ABOVE_FEN: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 10_000_000_000,
      description:
        'A refund waits for the approval of a second person where the refunds that one person requests for an order add up to more, fen. Without it, no refund waits.',
      examples: ['50000'],
    }),
  ),
  BILL_HOSTS: Type.String({
    pattern: '^[A-Za-z0-9.:,-]*$',
    default: 'dwbillcenter.alipay.com,dwbillcenter.alipaydev.com',
    description:
      'Hosts that bills may be downloaded from besides the gateway’s own: host or host:port, separated by commas.',
  }),
  RETENTION_DAYS_NOTIFY_BODY: Type.Number({
    minimum: 0,
    maximum: 36_500,
    default: 180,
    description:
      'Days after which the texts of notifies are deleted, also those in resolved cases. What was recorded from them stays. Fractions are allowed.',
  }),
  CASES_SECOND_PERSON: Type.Boolean({
    default: false,
    description: 'Whether two different people have to approve an action on a case.',
  }),
})

export type Config = ReturnType<typeof readConfig>

/** payment-service's settings, from the environment. Throws ConfigError naming what is missing or wrong. */
export function readConfig(env?: NodeJS.ProcessEnv) {
  return loadConfig(configSchema, ['SERVICE_TOKEN'], env)
}

/** Only the database's address, because the migration needs no other setting. */
export function readDatabaseUrl(env?: NodeJS.ProcessEnv): string {
  return loadConfig(Type.Object(databaseUrl), [], env).PAYMENT_DATABASE_URL
}
