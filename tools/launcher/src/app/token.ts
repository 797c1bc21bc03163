import { createHmac } from 'node:crypto'

/** The gateway's settings for tokens. */
export interface TokenSettings {
  JWT_SECRET: string
  JWT_ISSUER?: string
  JWT_AUDIENCE?: string
  JWT_ROLE_CLAIM?: string
}

/** The token settings of an environment, or undefined where it has no secret to sign with. */
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
 * A JWT (HS256) that the gateway accepts.
 *
 * @param settings the gateway's; a text stands for its JWT_SECRET alone
 * @param subject the customer's id
 * @param role one or several, in the claim `role` or the one that JWT_ROLE_CLAIM names
 * @param expiresInSeconds negative for a token that has expired
 */
export function signToken(
  settings: TokenSettings | string,
  subject: string,
  role?: string | readonly string[],
  expiresInSeconds = 3600,
): string {
  const {
    JWT_SECRET: secret,
    JWT_ISSUER: iss,
    JWT_AUDIENCE: aud,
    JWT_ROLE_CLAIM: roleClaim = 'role',
  } = typeof settings === 'string' ? ({ JWT_SECRET: settings } as TokenSettings) : settings
  const now = Math.floor(Date.now() / 1000)
  const roles = role && roleClaim.split('.').reduceRight<unknown>((value, name) => ({ [name]: value }), role)
  const claims = { ...(roles as object), sub: subject, iat: now, exp: now + expiresInSeconds, iss, aud }
  return signClaims(secret, claims)
}

/** Any claims as a JWT (HS256). Claims that are undefined are left out. */
export function signClaims(secret: string, claims: object): string {
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
