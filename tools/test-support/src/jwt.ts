import { signToken } from '@alipay-checkout/launcher'
import { testSecrets } from './test-secrets.ts'

export interface JwtOptions {
  role?: 'admin' | 'owner' | 'fulfilment'
  /** Signs the token; services in tests run with `testSecrets.JWT_SECRET`. */
  secret?: string
  /** Negative for a token that has expired. An hour by default. */
  expiresInSeconds?: number
}

/**
 * A token as a shop's own login would issue it (JWT, HS256).
 *
 * @param subject the customer's id
 */
export function jwt(subject: string, options: JwtOptions = {}): string {
  const { role, secret = testSecrets.JWT_SECRET, expiresInSeconds } = options
  return signToken(secret, subject, role, expiresInSeconds)
}
