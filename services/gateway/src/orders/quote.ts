import { Adjustment, type InternalPlaceOrder } from '@alipay-checkout/contracts'
import { Problem } from '@alipay-checkout/service-kit'
import { createVerifier, TokenError } from 'fast-jwt'
import { Compile } from 'typebox/compile'
import { type JwksAlgorithm, JwksUnavailable, openJwks } from '../auth/jwks.ts'
import { jwsHeaderOf } from '../auth/jws-header.ts'

/** What is wrong with a quote: the member `reason` of the problem `quote-invalid`. order-service adds `expired`. */
type QuoteReason = 'signature' | 'claims' | 'customer' | 'items' | 'adjustments' | 'not-configured'

type Verified = NonNullable<InternalPlaceOrder['quote']>
type Items = InternalPlaceOrder['items']
type Claims = Record<string, unknown>

/** The order that a quote must be for; its items have each SKU once. */
interface QuotedOrder {
  customerId: string
  items: Items
}

/**
 * Returns what a quote grants, to be passed on to order-service. Throws `quote-invalid` with the member `reason`, or
 * `service-unavailable` while the keys of the JWKS address can't be fetched.
 */
export type QuoteCheck = (quote: string, order: QuotedOrder) => Promise<Verified>

interface QuoteKeys {
  /** Verifies HS256. */
  secret?: string | undefined
  /** Publishes the public keys of RS256 and ES256. */
  jwksUrl?: string | undefined
}

const adjustmentsMax = 100
/** The last second of the year 9999: times of a later year have another form. */
const secondsMax = 253_402_300_799
const validAdjustment = Compile(Adjustment)

/**
 * Verifies quotes: HS256 with the secret, RS256 and ES256 with the keys of the JWKS address, each only if it is set. The
 * algorithm selects the kind of key, and `none` is refused. `nbf` is respected. `exp` is required but not compared with
 * the time: order-service does so after it has looked for a repeat, by the clock of its database.
 */
export function createQuoteCheck({ secret, jwksUrl }: QuoteKeys): QuoteCheck {
  const rules = { ignoreExpiration: true, requiredClaims: ['exp', 'sub'] }
  const verifySecret = secret ? createVerifier({ ...rules, key: secret, algorithms: ['HS256'] }) : undefined
  const verifierFor = jwksUrl
    ? openJwks(jwksUrl, (key, algorithm) => createVerifier({ ...rules, key, algorithms: [algorithm] }))
    : undefined

  async function verifierOf(quote: string) {
    const { alg, kid } = jwsHeaderOf(quote) ?? {}
    if (alg === 'HS256' && verifySecret) return verifySecret
    if (verifierFor && (alg === 'RS256' || alg === 'ES256')) {
      const verify = await verifierFor(typeof kid === 'string' ? kid : undefined, alg satisfies JwksAlgorithm)
      return verify ?? refuse('signature', 'is signed with an unknown key')
    }
    return refuse('signature', 'is signed with an algorithm that is not accepted')
  }

  return async (quote, order) => {
    if (!verifySecret && !verifierFor) throw notConfigured()
    try {
      const verify = await verifierOf(quote)
      return grantedBy(verify(quote) as Claims, order)
    } catch (error) {
      throw problemOfQuote(error)
    }
  }
}

function grantedBy({ exp, sub, items, adjustments }: Claims, order: QuotedOrder): Verified {
  if (typeof exp !== 'number' || !(exp >= 0 && exp <= secondsMax)) refuse('claims', 'needs seconds since 1970 as "exp"')
  if (sub !== order.customerId) refuse('customer', 'is for another customer')
  checkItems(items, order.items)
  return { adjustments: readAdjustments(adjustments), expiresAt: new Date(Math.floor(exp * 1000)).toISOString() }
}

/** Refuses other lines than those of the order. Equal SKUs are added up; the order of the lines makes no difference. */
function checkItems(items: unknown, ordered: Items): void {
  if (!Array.isArray(items)) refuse('items', 'needs a list as "items"')
  const units = new Map<string, number>()
  for (const [index, item] of items.entries()) {
    const { sku, quantity } = (item ?? {}) as Claims
    if (typeof sku !== 'string' || !Number.isSafeInteger(quantity) || (quantity as number) < 1) {
      refuse('items', `is wrong in items.${index}: it needs a "sku" and a whole "quantity" from 1`)
    }
    units.set(sku, (units.get(sku) ?? 0) + (quantity as number))
  }
  const isSame = units.size === ordered.length && ordered.every(({ sku, quantity }) => units.get(sku) === quantity)
  if (!isSame) refuse('items', 'is for other lines than those of the order')
}

/** The adjustments without fields that the contract does not have. */
function readAdjustments(adjustments: unknown): Adjustment[] {
  if (!Array.isArray(adjustments)) refuse('adjustments', 'needs a list as "adjustments"')
  if (adjustments.length > adjustmentsMax) refuse('adjustments', `has more than ${adjustmentsMax} adjustments`)
  return adjustments.map((given: unknown, index) => {
    if (!validAdjustment.Check(given)) {
      const [error] = validAdjustment.Errors(given)
      const field = `${index}${error?.instancePath.replaceAll('/', '.') ?? ''}`
      return refuse('adjustments', `is wrong in adjustments.${field}: it ${error?.message ?? 'is not valid'}`)
    }
    const { type, label, amountFen, sku } = given
    if (!label.isWellFormed()) refuse('adjustments', `is wrong in adjustments.${index}.label: it is not valid Unicode`)
    return { type, label, amountFen, ...(sku === undefined ? {} : { sku }) }
  })
}

function problemOfQuote(error: unknown): unknown {
  if (error instanceof JwksUnavailable) {
    const detail = 'The keys that sign quotes are temporarily unavailable. Try again.'
    return new Problem('service-unavailable', detail, {}, { cause: error })
  }
  if (!(error instanceof TokenError)) return error
  switch (error.code) {
    case TokenError.codes.inactive:
      return quoteInvalid('claims', 'is not valid yet, by its "nbf"')
    case TokenError.codes.missingRequiredClaim:
    case TokenError.codes.invalidClaimValue:
    case TokenError.codes.invalidClaimType:
      // The signature is valid here. The message names the claim, not its value.
      return quoteInvalid('claims', `has wrong claims: ${error.message.replace(/\.$/, '')}`)
    default:
      return quoteInvalid('signature', 'has no valid signature')
  }
}

function notConfigured(): Problem {
  const detail = 'This shop has set neither QUOTE_SECRET nor QUOTE_JWKS_URL, so it takes no quotes. Order without one.'
  return new Problem('quote-invalid', detail, { reason: 'not-configured' satisfies QuoteReason })
}

function quoteInvalid(reason: QuoteReason, what: string): Problem {
  return new Problem('quote-invalid', `The quote ${what}. Request a new one from the shop’s pricing.`, { reason })
}

function refuse(reason: QuoteReason, what: string): never {
  throw quoteInvalid(reason, what)
}
