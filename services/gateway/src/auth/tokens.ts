import { Problem } from '@alipay-checkout/service-kit'
import { createSigner, createVerifier, TokenError } from 'fast-jwt'
import { JwksUnavailable, openJwks } from './jwks.ts'

/** Whoever brings a valid token: `id` is its `sub`. */
export interface Customer {
  id: string
  admin: boolean
}

/** Gives the token's customer, or throws the problem to answer with. */
export type TokenCheck = (token: string) => Customer | Promise<Customer>

/** Orders store the customer id in this many characters. */
const customerIdLengthMax = 128
/** Verified JWKS tokens that are remembered, since checking an RSA signature is dear. */
const verifiedTokensMax = 10_000
const demoTokenLifetimeMs = 12 * 60 * 60 * 1000

/**
 * Verifies tokens: HS256 against the secret, RS256 and ES256 against the JWKS address, each only where it is set.
 * The algorithm picks the kind of key, so that a public key can never pass as a secret; `none` is no algorithm.
 */
export function createTokenCheck(keys: { secret?: string | undefined; jwksUrl?: string | undefined }): TokenCheck {
  const byAlgorithm = new Map<string, (token: string) => unknown>()
  if (keys.secret) byAlgorithm.set('HS256', createVerifier({ key: keys.secret, algorithms: ['HS256'] }))
  if (keys.jwksUrl) {
    const verify = createJwksVerifier(keys.jwksUrl)
    byAlgorithm.set('RS256', verify).set('ES256', verify)
  }
  return token => {
    try {
      const verify = byAlgorithm.get(algorithmOf(token))
      if (!verify) throw refused('The token is signed in a way that is not accepted here.')
      const claims = verify(token)
      return claims instanceof Promise ? claims.then(customerOf).catch(rethrow) : customerOf(claims)
    } catch (error) {
      return rethrow(error)
    }
  }
}

function createJwksVerifier(jwksUrl: string): (token: string) => Promise<unknown> {
  const keyFor = openJwks(jwksUrl)
  return createVerifier({
    key: async ({ header }: { header: Record<string, unknown> }) => {
      const key = await keyFor(header.kid as string | undefined, header.alg as string)
      if (!key) throw refused('The token is signed with a key that is not known here.')
      return key
    },
    algorithms: ['RS256', 'ES256'],
    cache: verifiedTokensMax,
    // A refusal may be over in a moment (a key not fetched yet): never remember one.
    errorCacheTTL: 0,
  })
}

function algorithmOf(token: string): string {
  try {
    const header = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString()) as unknown
    return String((header as { alg?: unknown } | null)?.alg)
  } catch {
    throw refused('The token is not a JSON Web Token.')
  }
}

function customerOf(claims: unknown): Customer {
  const { sub, role } = claims as { sub?: unknown; role?: unknown }
  if (typeof sub !== 'string' || sub.length === 0 || sub.length > customerIdLengthMax) {
    throw refused(`The token needs a "sub" claim of 1 to ${customerIdLengthMax} characters.`)
  }
  return { id: sub, admin: role === 'admin' }
}

function rethrow(error: unknown): never {
  for (let cause: unknown = error; cause instanceof Error; cause = originOf(cause)) {
    if (cause instanceof Problem) throw cause
    if (cause instanceof JwksUnavailable) {
      throw new Problem(
        'service-unavailable',
        'Tokens can not be checked right now. Try again in a moment.',
        {},
        { cause },
      )
    }
  }
  if (!(error instanceof TokenError)) throw error
  const expired = error.code === TokenError.codes.expired
  throw refused(expired ? 'The token has expired. Sign in again.' : 'The token is not valid. Sign in again.')
}

/** fast-jwt hands an error of our key lookup back wrapped, as `originalError`. */
function originOf(error: Error): unknown {
  return error.cause ?? (error as { originalError?: unknown }).originalError
}

function refused(detail: string): Problem {
  return new Problem('unauthenticated', detail)
}

/** Signs tokens for the demo storefront, good for 12 hours. */
export function createDemoTokenSigner(secret: string): (customerId: string) => string {
  const sign = createSigner({ key: secret, algorithm: 'HS256', expiresIn: demoTokenLifetimeMs })
  return customerId => sign({ sub: customerId })
}

/** Signs a token with the role "admin" for a tool that runs for a minute; `name` is who is said to have acted. */
export function signAdminToken(secret: string, name: string): string {
  return createSigner({ key: secret, algorithm: 'HS256', expiresIn: 5 * 60 * 1000 })({ sub: name, role: 'admin' })
}
