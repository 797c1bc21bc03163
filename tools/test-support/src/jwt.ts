import { signToken } from '@alipay-checkout/launcher'
import { testSecrets } from './test-secrets.ts'

export interface JwtOptions {
  /** In the claim `role`. */
  role?: string
  /** In the claim `roles`. */
  roles?: readonly string[]
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
  const { role, roles, secret = testSecrets.JWT_SECRET, expiresInSeconds } = options
  if (roles === undefined) return signToken(secret, subject, role, expiresInSeconds)
  return signToken({ JWT_SECRET: secret, JWT_ROLE_CLAIM: 'roles' }, subject, roles, expiresInSeconds)
}
