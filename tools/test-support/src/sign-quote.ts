import type { Adjustment } from '@alipay-checkout/contracts'
import { signClaims } from '@alipay-checkout/launcher'
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
  const exp = Math.floor(Date.now() / 1000) + 3_600
  return signClaims(secret, { exp, ...claims })
}
