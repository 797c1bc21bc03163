import { createHmac } from 'node:crypto'
import type { Adjustment } from '@alipay-checkout/contracts'
import { testSecrets } from './test-secrets.ts'

export interface QuoteClaims {
  /** The customer. */
  sub: string
  items: readonly { sku: string; quantity: number }[]
  adjustments: readonly Adjustment[]
  /** Seconds since 1970; in an hour by default. */
  exp?: number
}

/** A quote as a shop's own pricing signs it (JWS, HS256). Services in tests run with `testSecrets.QUOTE_SECRET`. */
export function signQuote(claims: QuoteClaims, secret: string = testSecrets.QUOTE_SECRET): string {
  const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const exp = Math.floor(Date.now() / 1000) + 3_600
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({ exp, ...claims })}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}
