import { createHmac } from 'node:crypto'

/** Long enough for one run of a tool. */
const lifetimeSeconds = 3600

/**
 * A JWT (HS256) for the gateway, good for an hour.
 *
 * @param subject the customer
 */
export function signToken(secret: string, subject: string, role?: 'admin'): string {
  const now = Math.floor(Date.now() / 1000)
  const claims = { sub: subject, iat: now, exp: now + lifetimeSeconds, ...(role === undefined ? {} : { role }) }
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
