import { createHmac } from 'node:crypto'
import { testSecrets } from './test-secrets.ts'

/** What a test's token says beside its subject. */
export interface JwtOptions {
  role?: 'admin'
  /** Signs it; the services of a test have `testSecrets.JWT_SECRET`. */
  secret?: string
  /** Negative for one that has expired. An hour by default. */
  expiresInSeconds?: number
}

/**
 * A token as a shop's own login would give it out (JWT, HS256).
 *
 * @param subject the customer's id
 */
export function jwt(subject: string, options: JwtOptions = {}): string {
  const { role, secret = testSecrets.JWT_SECRET, expiresInSeconds = 3600 } = options
  const now = Math.floor(Date.now() / 1000)
  const claims = { sub: subject, iat: now, exp: now + expiresInSeconds, ...(role === undefined ? {} : { role }) }
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
