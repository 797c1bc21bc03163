import { createHmac } from 'node:crypto'

/** Long enough for one run of a tool. */
const lifetimeSeconds = 3600

/** What a gateway wants of tokens, by the names of its settings. */
export interface TokenSettings {
  JWT_SECRET: string
  JWT_ISSUER?: string
  JWT_AUDIENCE?: string
  JWT_ROLE_CLAIM?: string
}

/** The settings for tokens in an environment. Undefined where there is no secret to sign any with. */
export function tokenSettingsOf(env: Record<string, string | undefined>): TokenSettings | undefined {
  const { JWT_SECRET, JWT_ISSUER, JWT_AUDIENCE, JWT_ROLE_CLAIM } = env
  if (!JWT_SECRET) return undefined
  return {
    JWT_SECRET,
    ...(JWT_ISSUER && { JWT_ISSUER }),
    ...(JWT_AUDIENCE && { JWT_AUDIENCE }),
    ...(JWT_ROLE_CLAIM && { JWT_ROLE_CLAIM }),
  }
}

/**
 * A JWT (HS256) for the gateway, good for an hour.
 *
 * @param settings of the gateway; a text is its JWT_SECRET, where it has no other setting for tokens
 * @param subject the customer
 */
export function signToken(settings: TokenSettings | string, subject: string, role?: 'admin'): string {
  const {
    JWT_SECRET: secret,
    JWT_ISSUER: iss,
    JWT_AUDIENCE: aud,
    JWT_ROLE_CLAIM: roleClaim = 'role',
  } = typeof settings === 'string' ? ({ JWT_SECRET: settings } as TokenSettings) : settings
  const now = Math.floor(Date.now() / 1000)
  const roles = role && roleClaim.split('.').reduceRight<unknown>((value, name) => ({ [name]: value }), role)
  // JSON leaves out what is undefined.
  const claims = { ...(roles as object), sub: subject, iat: now, exp: now + lifetimeSeconds, iss, aud }
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
