import { ConfigError, commonConfig, loadConfig } from '@alipay-checkout/service-kit'
import Type, { type Static } from 'typebox'
import type { TokenClaims } from './auth/tokens.ts'
import { readTrustedProxies } from './http/trusted-proxies.ts'

/** Requests per minute: far more than a person or a polling page needs, few enough to stop a runaway client. */
const perMinute = (defaultMax: number) => Type.Integer({ minimum: 1, maximum: 100_000_000, default: defaultMax })

const HttpUrl = Type.String({ pattern: '^https?://[^?#\\s]+$' })

const schema = Type.Object({
  NODE_ENV: commonConfig.NODE_ENV,
  LOG_LEVEL: commonConfig.LOG_LEVEL,
  HOST: commonConfig.HOST,
  REDIS_URL: commonConfig.REDIS_URL,
  SYSTEM_NAME: commonConfig.SYSTEM_NAME,
  SERVICE_TOKEN: commonConfig.SERVICE_TOKEN,
  GATEWAY_PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 8080 }),
  /** The address at which shoppers and Alipay reach this gateway. */
  PUBLIC_URL: Type.Optional(HttpUrl),
  ORDER_SERVICE_URL: HttpUrl,
  PAYMENT_SERVICE_URL: HttpUrl,
  INVENTORY_SERVICE_URL: HttpUrl,
  /** Verifies HS256 tokens. At least one of this and JWT_JWKS_URL is required. */
  JWT_SECRET: Type.Optional(Type.String({ minLength: 16 })),
  /** Publishes the public keys of RS256 and ES256 tokens. */
  JWT_JWKS_URL: Type.Optional(HttpUrl),
  /** A token's `iss` must be this. Required in production with JWT_JWKS_URL. */
  JWT_ISSUER: Type.Optional(Type.String()),
  /** A token's `aud` must be or contain this. Required in production with JWT_JWKS_URL. */
  JWT_AUDIENCE: Type.Optional(Type.String()),
  /** The claim with the roles: a name, or a path separated by dots such as `realm_access.roles`. */
  JWT_ROLE_CLAIM: Type.String({ pattern: '^[^.]+(\\.[^.]+)*$', default: 'role' }),
  RETURN_URL_SECRET: Type.String({ minLength: 16 }),
  DEMO_LOGIN: Type.Boolean({ default: false }),
  /** Proxies whose `X-Forwarded-For` is trusted: see `readTrustedProxies`. */
  TRUST_PROXY: Type.String({ default: 'false' }),
  /** Comma-separated origins of storefronts that may call the API from a browser. Default: none. */
  CORS_ORIGINS: Type.Optional(Type.String()),
  /** Alipay's gateway, to which the pages' security policy allows posting a payment form. */
  ALIPAY_GATEWAY: Type.Optional(HttpUrl),
  RATE_LIMIT_CUSTOMER_PER_MINUTE: perMinute(1_200),
  RATE_LIMIT_IP_PER_MINUTE: perMinute(1_200),
  RATE_LIMIT_NOTIFY_PER_MINUTE: perMinute(600_000),
})

export type GatewayConfig = Static<typeof schema> & { PUBLIC_URL: string }

/**
 * Reads the gateway's settings. Throws ConfigError naming missing or invalid variables. In production the demo login and
 * placeholder secrets are refused.
 */
export function loadGatewayConfig(env: NodeJS.ProcessEnv = process.env): GatewayConfig {
  const config = loadConfig(schema, ['SERVICE_TOKEN', 'JWT_SECRET', 'RETURN_URL_SECRET'], env)
  if (!config.JWT_SECRET && !config.JWT_JWKS_URL) {
    throw new ConfigError('JWT_SECRET or JWT_JWKS_URL must be set: they verify the tokens of shoppers')
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
  const publicUrl = config.PUBLIC_URL ?? `http://localhost:${config.GATEWAY_PORT}`
  return { ...config, PUBLIC_URL: publicUrl.replace(/\/+$/, '') }
}

/** The claims that tokens must have, and that tokens of the demo login and the command-line tools get. */
export function tokenClaimsOf(
  config: Pick<GatewayConfig, 'JWT_ISSUER' | 'JWT_AUDIENCE' | 'JWT_ROLE_CLAIM'>,
): TokenClaims {
  return { issuer: config.JWT_ISSUER, audience: config.JWT_AUDIENCE, roleClaim: config.JWT_ROLE_CLAIM }
}

interface RefundToolConfig {
  gatewayUrl: string
  tokens: TokenClaims & { secret: string }
}

/** Reads the refund tool's settings. Throws ConfigError saying what is missing and how to get it. */
export function readRefundToolConfig(env: NodeJS.ProcessEnv = process.env): RefundToolConfig {
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
