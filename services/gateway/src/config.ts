import { ConfigError, commonConfig, loadConfig } from '@alipay-checkout/service-kit'
import Type, { type Static } from 'typebox'
import type { TokenClaims } from './auth/tokens.ts'
import { readTrustedProxies } from './http/trusted-proxies.ts'

/** Requests per minute: far above what a person or a polling page needs, low enough to stop a runaway client. */
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
  /** Where shoppers and Alipay reach this gateway from outside. */
  PUBLIC_URL: Type.Optional(HttpUrl),
  ORDER_SERVICE_URL: HttpUrl,
  PAYMENT_SERVICE_URL: HttpUrl,
  INVENTORY_SERVICE_URL: HttpUrl,
  /** Verifies HS256 tokens. At least one of this and JWT_JWKS_URL is required. */
  JWT_SECRET: Type.Optional(Type.String({ minLength: 16 })),
  /** Where the public keys of RS256 and ES256 tokens are found. */
  JWT_JWKS_URL: Type.Optional(HttpUrl),
  /** A token's `iss` must be this. Required in production with JWT_JWKS_URL. */
  JWT_ISSUER: Type.Optional(Type.String()),
  /** A token's `aud` must be or contain this. Required in production with JWT_JWKS_URL. */
  JWT_AUDIENCE: Type.Optional(Type.String()),
  /** The claim that has the roles, or the path to it with dots between, such as `realm_access.roles`. */
  JWT_ROLE_CLAIM: Type.String({ pattern: '^[^.]+(\\.[^.]+)*$', default: 'role' }),
  RETURN_URL_SECRET: Type.String({ minLength: 16 }),
  DEMO_LOGIN: Type.Boolean({ default: false }),
  /** Proxies whose `X-Forwarded-For` is believed: see `readTrustedProxies`. */
  TRUST_PROXY: Type.String({ default: 'false' }),
  /** Comma-separated origins of storefronts that call the API from a browser. Without it no other origin may. */
  CORS_ORIGINS: Type.Optional(Type.String()),
  /** Alipay's gateway, so that the pages' security policy lets a payment form be posted to it. */
  ALIPAY_GATEWAY: Type.Optional(HttpUrl),
  RATE_LIMIT_CUSTOMER_PER_MINUTE: perMinute(1_200),
  RATE_LIMIT_IP_PER_MINUTE: perMinute(1_200),
  RATE_LIMIT_NOTIFY_PER_MINUTE: perMinute(600_000),
})

export type GatewayConfig = Static<typeof schema> & { PUBLIC_URL: string }

/**
 * Reads the gateway's settings. Throws ConfigError naming what is missing or wrong. In production the demo login and
 * placeholder secrets are refused.
 */
export function loadGatewayConfig(env: NodeJS.ProcessEnv = process.env): GatewayConfig {
  const config = loadConfig(schema, ['SERVICE_TOKEN', 'JWT_SECRET', 'RETURN_URL_SECRET'], env)
  if (!config.JWT_SECRET && !config.JWT_JWKS_URL) {
    throw new ConfigError('JWT_SECRET or JWT_JWKS_URL must be set: shoppers sign in with tokens')
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
    throw new ConfigError('DEMO_LOGIN gives anybody a token: production must not run with it')
  }
  if (config.DEMO_LOGIN && !config.JWT_SECRET) throw new ConfigError('DEMO_LOGIN needs JWT_SECRET to sign tokens with')
  readTrustedProxies(config.TRUST_PROXY)
  const publicUrl = config.PUBLIC_URL ?? `http://localhost:${config.GATEWAY_PORT}`
  return { ...config, PUBLIC_URL: publicUrl.replace(/\/+$/, '') }
}

/** What tokens are checked for, and what those say that the demo login and our tools sign. */
export function tokenClaimsOf(
  config: Pick<GatewayConfig, 'JWT_ISSUER' | 'JWT_AUDIENCE' | 'JWT_ROLE_CLAIM'>,
): TokenClaims {
  return { issuer: config.JWT_ISSUER, audience: config.JWT_AUDIENCE, roleClaim: config.JWT_ROLE_CLAIM }
}

interface RefundToolConfig {
  gatewayUrl: string
  tokens: TokenClaims & { secret: string }
}

/** Settings of the refund tool, from the environment. Throws ConfigError saying what is missing and where it comes from. */
export function readRefundToolConfig(env: NodeJS.ProcessEnv = process.env): RefundToolConfig {
  const { PUBLIC_URL, JWT_SECRET, JWT_ISSUER, JWT_AUDIENCE, JWT_ROLE_CLAIM } = env
  if (!PUBLIC_URL)
    throw new ConfigError('PUBLIC_URL is not set: start the system (npm start), or say where its gateway is')
  if (!JWT_SECRET)
    throw new ConfigError(
      'JWT_SECRET is not set, which signs the admin token: where tokens come from JWT_JWKS_URL alone, call the API with one of those',
    )
  // A variable that is empty is not set, as in the gateway.
  const claims = {
    issuer: JWT_ISSUER || undefined,
    audience: JWT_AUDIENCE || undefined,
    roleClaim: JWT_ROLE_CLAIM || undefined,
  }
  return { gatewayUrl: PUBLIC_URL.replace(/\/+$/, ''), tokens: { secret: JWT_SECRET, ...claims } }
}
