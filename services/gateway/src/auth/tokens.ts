import { Problem } from '@alipay-checkout/service-kit'
import { createSigner, createVerifier, TokenError } from 'fast-jwt'
import { type JwksAlgorithm, JwksUnavailable, openJwks } from './jwks.ts'

/** Whoever brings a valid token: `id` is its `sub`. */
export interface Customer {
  id: string
  admin: boolean
}

/** Gives the token's customer, or throws the problem to answer with. */
export type TokenCheck = (token: string) => Customer | Promise<Customer>

/** What tokens must say, and what our own tools' tokens say. */
export interface TokenClaims {
  /** `iss` must be this. */
  issuer?: string | undefined
  /** `aud` must be this, or a list that has it. */
  audience?: string | undefined
  /** Where the roles stand: a claim's name, or a path of names with dots between. Default `role`. */
  roleClaim?: string | undefined
}

export interface TokenKeys extends TokenClaims {
  /** Verifies HS256 tokens. */
  secret?: string | undefined
  /** Where the public keys of RS256 and ES256 tokens are found. */
  jwksUrl?: string | undefined
}

type Claims = Record<string, unknown>

const defaultRoleClaim = 'role'
const adminRole = 'admin'
/** Orders store the customer id in this many characters. */
const customerIdLengthMax = 128
/** Verified JWKS tokens that are remembered for each key, since checking an RSA signature is dear. */
const verifiedTokensMax = 10_000
const demoTokenLifetimeMs = 12 * 60 * 60 * 1000
const toolTokenLifetimeMs = 5 * 60 * 1000

/**
 * Verifies tokens: HS256 against the secret, RS256 and ES256 against the JWKS address, each only where it is set.
 * The algorithm picks the kind of key, so that a public key can never pass as a secret; `none` is no algorithm.
 *
 * `exp` and `sub` are required, `nbf` is respected, both without tolerance for a clock that is off; `iss` and `aud`
 * must be what the settings say where they say it (RFC 7519, section 4.1).
 */
export function createTokenCheck(settings: TokenKeys): TokenCheck {
  const { secret, jwksUrl, issuer, audience, roleClaim = defaultRoleClaim } = settings
  const rules = {
    ...(issuer !== undefined && { allowedIss: issuer }),
    ...(audience !== undefined && { allowedAud: audience }),
    // The allowed values above bind only a claim that is there.
    requiredClaims: [
      'exp',
      'sub',
      ...(issuer === undefined ? [] : ['iss']),
      ...(audience === undefined ? [] : ['aud']),
    ],
  }
  const verifySecret = secret ? createVerifier({ ...rules, key: secret, algorithms: ['HS256'] }) : undefined
  const verifierFor = jwksUrl
    ? openJwks(jwksUrl, (key, algorithm) =>
        // A refusal is never remembered: another clock reading may end it.
        createVerifier({ ...rules, key, algorithms: [algorithm], cache: verifiedTokensMax, errorCacheTTL: 0 }),
      )
    : undefined

  async function checkWithJwks(token: string, keyId: unknown, algorithm: JwksAlgorithm): Promise<Customer> {
    try {
      const verify = await verifierFor?.(typeof keyId === 'string' ? keyId : undefined, algorithm)
      if (!verify) throw refused('The token is signed with a key that is not known here.')
      return customerOf(verify(token) as Claims, roleClaim)
    } catch (error) {
      throw problemOfToken(error)
    }
  }

  return token => {
    const { alg, kid } = headerOf(token)
    if (verifySecret && alg === 'HS256') {
      try {
        return customerOf(verifySecret(token) as Claims, roleClaim)
      } catch (error) {
        throw problemOfToken(error)
      }
    }
    if (verifierFor && (alg === 'RS256' || alg === 'ES256')) return checkWithJwks(token, kid, alg)
    throw refused('The token is signed in a way that is not accepted here.')
  }
}

function headerOf(token: string): { alg?: unknown; kid?: unknown } {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString())
    return header ?? {}
  } catch {
    throw refused('The token is not a JSON Web Token.')
  }
}

function customerOf(claims: Claims, roleClaim: string): Customer {
  const { sub } = claims
  if (typeof sub !== 'string' || sub.length === 0 || sub.length > customerIdLengthMax) {
    throw refused(`The token needs a "sub" claim of 1 to ${customerIdLengthMax} characters.`)
  }
  // Databases and headers take neither.
  if (/\p{Cc}/u.test(sub) || !sub.isWellFormed()) throw refused('The "sub" claim has characters that no text has.')
  return { id: sub, admin: [valueAt(claims, roleClaim)].flat().includes(adminRole) }
}

/** The claim of this name, which may have dots in it (`https://shop.example/roles`), or the one at this path. */
function valueAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path]
  return path.split('.').reduce<unknown>((value, name) => {
    const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    return isObject ? (value as Claims)[name] : undefined
  }, claims)
}

function problemOfToken(error: unknown): unknown {
  if (error instanceof JwksUnavailable) {
    const detail = 'Tokens can not be checked right now. Try again in a moment.'
    return new Problem('service-unavailable', detail, {}, { cause: error })
  }
  if (!(error instanceof TokenError)) return error
  switch (error.code) {
    case TokenError.codes.expired:
      return refused('The token has expired. Sign in again.')
    case TokenError.codes.missingRequiredClaim:
    case TokenError.codes.invalidClaimValue:
    case TokenError.codes.invalidClaimType:
      // Only the bearer of a token with a good signature is told, and learns the claim's name.
      return refused(`The token is not meant for this shop. ${error.message}`)
    default:
      return refused('The token is not valid. Sign in again.')
  }
}

function refused(detail: string): Problem {
  return new Problem('unauthenticated', detail)
}

interface SignerSettings extends TokenClaims {
  secret: string
}

/** Signs tokens for the demo storefront, good for 12 hours. */
export function createDemoTokenSigner(settings: SignerSettings): (customerId: string) => string {
  const sign = signerOf(settings, demoTokenLifetimeMs)
  return customerId => sign({ sub: customerId })
}

/** Signs a token with the role "admin" for a tool that runs for a minute; `name` is who is said to have acted. */
export function signAdminToken(settings: SignerSettings, name: string): string {
  const path = settings.roleClaim ?? defaultRoleClaim
  const role = path.split('.').reduceRight<unknown>((value, part) => ({ [part]: value }), adminRole)
  return signerOf(settings, toolTokenLifetimeMs)({ ...(role as Claims), sub: name })
}

function signerOf({ secret, issuer, audience }: SignerSettings, lifetimeMs: number) {
  return createSigner({
    key: secret,
    algorithm: 'HS256',
    expiresIn: lifetimeMs,
    ...(issuer !== undefined && { iss: issuer }),
    ...(audience !== undefined && { aud: audience }),
  })
}
