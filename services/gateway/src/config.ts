import { AlipayProducts } from '@alipay-checkout/contracts'
import { ConfigError, commonConfig, loadConfig, samplingConfig, tracingConfig } from '@alipay-checkout/service-kit'
import Type, { type Static } from 'typebox'
import { readAuditCommand } from './admin/audit-command.ts'
import type { TokenClaims } from './auth/tokens.ts'
import { readTrustedProxies } from './http/trusted-proxies.ts'

/** Requests per minute: far above what a person or a polling page needs, low enough to stop a runaway client. */
const perMinute = (defaultMax: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 100_000_000, default: defaultMax, description })

const httpUrl = (description: string, ...examples: string[]) =>
  Type.String({ pattern: '^https?://[^?#\\s]+$', description, examples })

/** The name of a claim, or names separated by dots. */
const claimPath = '^[^.]+(\\.[^.]+)*$'

export const configSchema = Type.Object({
  NODE_ENV: commonConfig.NODE_ENV,
  LOG_LEVEL: commonConfig.LOG_LEVEL,
  HOST: commonConfig.HOST,
  METRICS_PORT: commonConfig.METRICS_PORT,
  REDIS_URL: commonConfig.REDIS_URL,
  REDIS_SSL_CA: commonConfig.REDIS_SSL_CA,
  SYSTEM_NAME: commonConfig.SYSTEM_NAME,
  SERVICE_TOKEN: commonConfig.SERVICE_TOKEN,
  GATEWAY_PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 8080,
    description: 'Port that the gateway listens on.',
  }),
  PUBLIC_URL: Type.Optional(
    httpUrl(
      'Where shoppers and Alipay reach the gateway: return and notify addresses begin with it. The gateway’s default is http://localhost:GATEWAY_PORT.',
      'https://shop.example.com',
    ),
  ),
  ORDER_SERVICE_URL: httpUrl('Where the gateway reaches order-service.', 'http://127.0.0.1:7001'),
  PAYMENT_SERVICE_URL: httpUrl('Where the gateway reaches payment-service.', 'http://127.0.0.1:7002'),
  INVENTORY_SERVICE_URL: httpUrl('Where the gateway reaches inventory-service.', 'http://127.0.0.1:7003'),
  JWT_SECRET: Type.Optional(
    Type.String({
      minLength: 16,
      description:
        'Key of HS256 tokens of customers, at least 16 characters. Generated for local use. This or JWT_JWKS_URL is required.',
    }),
  ),
  JWT_JWKS_URL: Type.Optional(
    httpUrl(
      'Where the public keys of RS256 and ES256 tokens are read. A withdrawn key stops working within 5 minutes, or within an hour while this address is unavailable.',
      'https://login.example.com/.well-known/jwks.json',
    ),
  ),
  JWT_ISSUER: Type.Optional(
    Type.String({
      description: 'What `iss` of a token must be. Required in production with JWT_JWKS_URL.',
      examples: ['https://login.example.com/'],
    }),
  ),
  JWT_AUDIENCE: Type.Optional(
    Type.String({
      description: 'What `aud` of a token must be or contain. Required in production with JWT_JWKS_URL.',
      examples: ['https://shop.example.com'],
    }),
  ),
  JWT_ROLE_CLAIM: Type.Optional(
    Type.String({
      pattern: claimPath,
      description:
        'The only claim that roles are read from, or the path to it. Default: `roles` and `role`, both. The roles are described in docs/operations/console.md.',
      examples: ['realm_access.roles'],
    }),
  ),
  RETURN_URL_SECRET: Type.String({
    minLength: 16,
    description:
      'Key of return links, at least 16 characters: a link shows the status of one order for 24 hours. Generated for local use.',
  }),
  QUOTE_SECRET: Type.Optional(
    Type.String({
      minLength: 16,
      description:
        'Key of HS256 quotes, at least 16 characters: with it the shop’s own pricing signs shipping, discounts and surcharges. Generated for local use. Without it, and without QUOTE_JWKS_URL, every quote is refused.',
    }),
  ),
  QUOTE_JWKS_URL: Type.Optional(
    httpUrl(
      'Where the public keys of RS256 and ES256 quotes are read. A withdrawn key stops working as one of JWT_JWKS_URL.',
      'https://pricing.example.com/.well-known/jwks.json',
    ),
  ),
  DEMO_LOGIN: Type.Boolean({
    default: false,
    description:
      'Issues tokens without a password for the demo storefront, and with QUOTE_SECRET its quotes. Refused in production; `npm start` sets it.',
    examples: ['true'],
  }),
  REFUND_LIMIT_FEN: Type.Integer({
    minimum: 0,
    maximum: 10_000_000_000,
    default: 20_000,
    description:
      'What the refunds that one person with the role `cashier` requests for an order may add up to, fen. Other roles have no limit.',
  }),
  TRUST_PROXY: Type.String({
    default: 'false',
    description:
      'Proxies whose `X-Forwarded-For` is trusted: addresses, ranges (10.0.0.0/8) and the names loopback, linklocal and uniquelocal, separated by commas; or how many stand in a row, if the gateway can’t be reached past them.',
  }),
  CORS_ORIGINS: Type.Optional(
    Type.String({
      description: 'Origins of storefronts that call the API from a browser, separated by commas. Default: none.',
      examples: ['https://shop.example.com'],
    }),
  ),
  CONSOLE_PORT: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 65_535,
      description:
        'Port of the console of support, finance and operations. Without it, or with 0, the console is not served. `npm start` and docker compose set 8090.',
      examples: [8090],
    }),
  ),
  CONSOLE_HOST: Type.String({ default: '127.0.0.1', description: 'Address that the console listens on.' }),
  CONSOLE_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^/?#\\s]+/?$',
      description:
        'Where browsers reach the console: scheme, host and port. Https, except at 127.0.0.1 and localhost outside production. Default: http://127.0.0.1:CONSOLE_PORT.',
      examples: ['https://console.shop.example.com'],
    }),
  ),
  CONSOLE_OIDC_ISSUER: Type.Optional(
    httpUrl(
      'Issuer of the OpenID Connect provider that staff sign in with. Required in production: without it, the console is not served there.',
      'https://login.example.com/realms/staff',
    ),
  ),
  CONSOLE_OIDC_CLIENT_ID: Type.Optional(
    Type.String({
      description: 'The console’s client at the provider. Its redirect address is CONSOLE_URL/auth/callback.',
      examples: ['console'],
    }),
  ),
  CONSOLE_OIDC_CLIENT_SECRET: Type.Optional(
    Type.String({ description: 'The client’s secret. Without it, the console is a public client, with PKCE alone.' }),
  ),
  CONSOLE_OIDC_ROLE_CLAIM: Type.String({
    pattern: claimPath,
    default: 'roles',
    description:
      'The claim of the ID token, or of the userinfo, with the roles of a member of staff, or the path to it.',
  }),
  CONSOLE_OIDC_SCOPE: Type.String({
    pattern: '(^| )openid( |$)',
    default: 'openid profile',
    description: 'Scopes that the console requests: `openid` and whatever brings the name and the roles.',
  }),
  ALIPAY_GATEWAY: Type.Optional(
    httpUrl('Optional for the service `gateway`, which lets its pages post a payment form to this address.'),
  ),
  ALIPAY_PRODUCTS: AlipayProducts,
  ALIPAY_INSTALMENTS: Type.Boolean({
    default: false,
    description: 'Whether shoppers may pay in instalments (花呗分期) with page, wap and app.',
  }),
  AUDIT_COMMAND: Type.Optional(
    Type.String({
      description:
        'The program that the console runs as the audit, and its arguments, as a JSON array. Exit code 0: no broken promise. `npm start` sets it. Default: none, so that the audit can not be run from the console.',
      examples: ['["npm","run","-s","audit"]'],
    }),
  ),
  ...tracingConfig,
  ...samplingConfig,
  TRACES_URL: Type.Optional(
    httpUrl(
      'Where the console reads an order’s trace: an address that answers `/api/traces/{trace id}` as Grafana Tempo does, without credentials. Without it, the console shows no traces.',
      'http://tempo:3200',
    ),
  ),
  RATE_LIMIT_CUSTOMER_PER_MINUTE: perMinute(1_200, 'Requests that one customer may send per minute and replica.'),
  RATE_LIMIT_IP_PER_MINUTE: perMinute(
    1_200,
    'Requests without a token or return link that one address may send per minute and replica.',
  ),
  RATE_LIMIT_NOTIFY_PER_MINUTE: perMinute(600_000, 'Notifies that one address may send per minute and replica.'),
})

export type GatewayConfig = Static<typeof configSchema> & { PUBLIC_URL: string }

/**
 * Reads the gateway's settings. Throws ConfigError naming missing or invalid variables. In production the demo login and
 * placeholder secrets are refused.
 */
export function loadGatewayConfig(env: NodeJS.ProcessEnv = process.env): GatewayConfig {
  const config = loadConfig(configSchema, ['SERVICE_TOKEN', 'JWT_SECRET', 'RETURN_URL_SECRET', 'QUOTE_SECRET'], env)
  if (!config.JWT_SECRET && !config.JWT_JWKS_URL) {
    throw new ConfigError('JWT_SECRET or JWT_JWKS_URL must be set: they verify the tokens of shoppers')
  }
  if (config.QUOTE_SECRET !== undefined && config.QUOTE_SECRET === config.JWT_SECRET) {
    throw new ConfigError('QUOTE_SECRET must not be JWT_SECRET: a quote could be used as the token of its customer')
  }
  if (config.NODE_ENV === 'production' && config.JWT_JWKS_URL) {
    const missing = (['JWT_ISSUER', 'JWT_AUDIENCE'] as const).filter(name => config[name] === undefined)
    if (missing.length > 0) {
      throw new ConfigError(
        `${missing.join(' and ')} must be set in production with JWT_JWKS_URL: without them any token of the identity provider is accepted, whichever system it was made for`,
      )
    }
  }
  if (config.DEMO_LOGIN && config.NODE_ENV === 'production') {
    throw new ConfigError('DEMO_LOGIN gives anyone a token and must not be set in production')
  }
  if (config.DEMO_LOGIN && !config.JWT_SECRET) throw new ConfigError('DEMO_LOGIN needs JWT_SECRET to sign tokens with')
  readTrustedProxies(config.TRUST_PROXY)
  if (config.AUDIT_COMMAND !== undefined) readAuditCommand(config.AUDIT_COMMAND)
  const publicUrl = config.PUBLIC_URL ?? `http://localhost:${config.GATEWAY_PORT}`
  return { ...config, PUBLIC_URL: publicUrl.replace(/\/+$/, '') }
}

/** The claims that tokens must have, and that tokens of the demo login and the command-line tools get. */
export function tokenClaimsOf(
  config: Pick<GatewayConfig, 'JWT_ISSUER' | 'JWT_AUDIENCE' | 'JWT_ROLE_CLAIM'>,
): TokenClaims {
  return { issuer: config.JWT_ISSUER, audience: config.JWT_AUDIENCE, roleClaim: config.JWT_ROLE_CLAIM }
}

interface AdminToolConfig {
  gatewayUrl: string
  tokens: TokenClaims & { secret: string }
}

/** Reads the settings of the command lines that call the admin API. Throws ConfigError saying what is missing and how to get it. */
export function readAdminToolConfig(env: NodeJS.ProcessEnv = process.env): AdminToolConfig {
  const { PUBLIC_URL, JWT_SECRET, JWT_ISSUER, JWT_AUDIENCE, JWT_ROLE_CLAIM } = env
  if (!PUBLIC_URL)
    throw new ConfigError(
      'PUBLIC_URL is not set: start the system (npm start), or set it to the address of the gateway',
    )
  if (!JWT_SECRET)
    throw new ConfigError(
      'JWT_SECRET is not set, but it signs the admin token: if tokens are verified by JWT_JWKS_URL only, call the API with a token of the identity provider',
    )
  // An empty variable counts as not set, as in the gateway.
  const claims = {
    issuer: JWT_ISSUER || undefined,
    audience: JWT_AUDIENCE || undefined,
    roleClaim: JWT_ROLE_CLAIM || undefined,
  }
  return { gatewayUrl: PUBLIC_URL.replace(/\/+$/, ''), tokens: { secret: JWT_SECRET, ...claims } }
}
