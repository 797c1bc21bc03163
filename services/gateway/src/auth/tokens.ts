import { Problem } from '@alipay-checkout/service-kit'
import { createSigner, createVerifier, TokenError } from 'fast-jwt'
import { type JwksAlgorithm, JwksUnavailable, openJwks } from './jwks.ts'
import { jwsHeaderOf } from './jws-header.ts'

/** The subject of a valid token: `id` is its `sub`. */
export interface Customer {
  id: string
  roles: ReadonlySet<string>
}

/** Returns the token's customer, or throws the problem to answer with. */
export type TokenCheck = (token: string) => Customer | Promise<Customer>

/** The claims that tokens must have, and that tokens signed here get. */
export interface TokenClaims {
  /** `iss` must be this. */
  issuer?: string | undefined
  /** `aud` must be this, or a list that contains it. */
  audience?: string | undefined
  /** The claim with the roles: a name, or a path of names separated by dots. Default: `roles` and `role`, both. */
  roleClaim?: string | undefined
}

export interface TokenKeys extends TokenClaims {
  /** Verifies HS256 tokens. */
  secret?: string | undefined
  /** Publishes the public keys of RS256 and ES256 tokens. */
  jwksUrl?: string | undefined
}

type Claims = Record<string, unknown>

/** The claims with the roles where no other is set. */
const defaultRoleClaims = ['roles', 'role'] as const
/** The claim with the role of tokens signed here, where no other is set. */
const signedRoleClaim = 'role'
const adminRole = 'admin'
/** The width of the customer id in order-service's database, characters. */
const customerIdLengthMax = 128
/** Verified tokens cached for each JWKS key, since verifying an RSA signature is expensive. */
const verifiedTokensMax = 10_000
const demoTokenLifetimeMs = 12 * 60 * 60 * 1000
const toolTokenLifetimeMs = 5 * 60 * 1000

/**
 * Verifies tokens: HS256 with the secret, RS256 and ES256 with the keys of the JWKS address, each only if it is set. The
 * algorithm selects the kind of key, so that a public key can never be used as a secret; `none` is refused.
 *
 * `exp` and `sub` are required and `nbf` is respected, without tolerance for clock skew. `iss` and `aud` must match the
 * settings that are set (RFC 7519, section 4.1).
 */
export function createTokenCheck(settings: TokenKeys): TokenCheck {
  const { secret, jwksUrl, issuer, audience, roleClaim } = settings
  const roleClaims = roleClaim === undefined ? defaultRoleClaims : [roleClaim]
  const rules = {
    ...(issuer !== undefined && { allowedIss: issuer }),
    ...(audience !== undefined && { allowedAud: audience }),
    // fast-jwt checks the allowed values only if the claim is present.
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
        // Refusals are not cached: a token that is not valid yet may become valid.
        createVerifier({ ...rules, key, algorithms: [algorithm], cache: verifiedTokensMax, errorCacheTTL: 0 }),
      )
    : undefined

  async function checkWithJwks(token: string, keyId: unknown, algorithm: JwksAlgorithm): Promise<Customer> {
    try {
      const verify = await verifierFor?.(typeof keyId === 'string' ? keyId : undefined, algorithm)
      if (!verify) throw refused('The token is signed with an unknown key.')
      return customerOf(verify(token) as Claims, roleClaims)
    } catch (error) {
      throw problemOfToken(error)
    }
  }

  return token => {
    const header = jwsHeaderOf(token)
    if (!header) throw refused('The token is not a JSON Web Token.')
    const { alg, kid } = header
    if (verifySecret && alg === 'HS256') {
      try {
        return customerOf(verifySecret(token) as Claims, roleClaims)
      } catch (error) {
        throw problemOfToken(error)
      }
    }
    if (verifierFor && (alg === 'RS256' || alg === 'ES256')) return checkWithJwks(token, kid, alg)
    throw refused('The token is signed with an algorithm that is not accepted.')
  }
}

const noRoles: ReadonlySet<string> = new Set()

function customerOf(claims: Claims, roleClaims: readonly string[]): Customer {
  const roles = roleClaims.flatMap(claim => rolesAt(claims, claim))
  return { id: subjectOf(claims), roles: roles.length > 0 ? new Set(roles) : noRoles }
}

/** The `sub` of a token. Throws the problem `unauthenticated` if it can not be stored as an id. */
export function subjectOf({ sub }: Claims): string {
  if (typeof sub !== 'string' || sub.length === 0 || sub.length > customerIdLengthMax) {
    throw refused(`The token needs a "sub" claim of 1 to ${customerIdLengthMax} characters.`)
  }
  // PostgreSQL and HTTP headers accept neither.
  if (/\p{Cc}/u.test(sub) || !sub.isWellFormed())
    throw refused('The "sub" claim has control characters or is not valid Unicode.')
  return sub
}

/** The texts of a claim, which is one text or a list: a name, or a path of names separated by dots. */
export function rolesAt(claims: Claims, path: string): string[] {
  return [valueAt(claims, path)].flat().filter(role => typeof role === 'string')
}

/** The claim of this name, which may contain dots (`https://shop.example/roles`), or the one at this path. */
function valueAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path]
  return path.split('.').reduce<unknown>((value, name) => {
    const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    return isObject ? (value as Claims)[name] : undefined
  }, claims)
}

function problemOfToken(error: unknown): unknown {
  if (error instanceof JwksUnavailable) {
    const detail = 'The signing keys of the identity provider are temporarily unavailable. Try again.'
    return new Problem('service-unavailable', detail, {}, { cause: error })
  }
  if (!(error instanceof TokenError)) return error
  switch (error.code) {
    case TokenError.codes.expired:
      return refused('The token has expired. Sign in again.')
    case TokenError.codes.missingRequiredClaim:
    case TokenError.codes.invalidClaimValue:
    case TokenError.codes.invalidClaimType:
      // The signature is valid here, so the claim's name is disclosed only to the bearer of such a token.
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

/** Signs tokens for the demo storefront, valid for 12 hours. */
export function createDemoTokenSigner(settings: SignerSettings): (customerId: string) => string {
  const sign = signerOf(settings, demoTokenLifetimeMs)
  return customerId => sign({ sub: customerId })
}

/** Signs a token with the role "admin" for a command-line tool, valid for 5 minutes; `name` is its `sub`. */
export function signAdminToken(settings: SignerSettings, name: string): string {
  const path = settings.roleClaim ?? signedRoleClaim
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
