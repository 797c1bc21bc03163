import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { request } from 'undici'

/** The keys may be this old before they are fetched again, ms: a key taken back stops working within this time. */
const freshForMs = 5 * 60 * 1000
/** Tokens with unknown key ids can't make us ask more often than this, ms. */
const refetchAfterMs = 10_000
const fetchTimeoutMs = 3_000

interface PublicKey {
  pem: string
  algorithm: string
}

/** The JWKS address could not be read. The token may be fine: its bearer should try again. */
export class JwksUnavailable extends Error {
  override name = 'JwksUnavailable'
}

/**
 * Public keys by key id, from a JWKS address. Gives the key as PEM, or undefined where there is none for this id and
 * algorithm. Keys that are known go on working while the address is away.
 */
export function openJwks(url: string, now: () => number = Date.now) {
  let keys = new Map<string, PublicKey>()
  let fetchedAt = Number.NEGATIVE_INFINITY
  let failure: Error | undefined
  let fetching: Promise<void> | undefined

  async function fetchKeys(): Promise<void> {
    fetchedAt = now()
    try {
      const answer = await request(url, { signal: AbortSignal.timeout(fetchTimeoutMs) })
      if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`)
      keys = readKeys((await answer.body.json()) as { keys?: unknown })
      failure = undefined
    } catch (error) {
      failure = error as Error
    }
  }

  function refresh(): Promise<void> {
    fetching ??= fetchKeys().finally(() => {
      fetching = undefined
    })
    return fetching
  }

  return async (keyId: string | undefined, algorithm: string): Promise<string | undefined> => {
    const id = keyId ?? ''
    const ageMs = now() - fetchedAt
    if (fetching || ageMs > freshForMs || (ageMs > refetchAfterMs && !keys.has(id))) await refresh()
    const key = keys.get(id)
    if (!key && failure) throw new JwksUnavailable('The signing keys can not be read', { cause: failure })
    return key?.algorithm === algorithm ? key.pem : undefined
  }
}

/** Only keys for RS256 and ES256 signatures; a key that can't be read is left out, the others go on working. */
function readKeys(document: { keys?: unknown }): Map<string, PublicKey> {
  const keys = new Map<string, PublicKey>()
  for (const jwk of Array.isArray(document.keys) ? (document.keys as Record<string, string>[]) : []) {
    const algorithm = algorithmOf(jwk)
    if (!algorithm || (jwk.use ?? 'sig') !== 'sig') continue
    try {
      const pem = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
      keys.set(jwk.kid ?? '', { pem: pem as string, algorithm })
    } catch {}
  }
  return keys
}

function algorithmOf(jwk: Record<string, string>): string | undefined {
  const algorithm = jwk.kty === 'RSA' ? 'RS256' : jwk.kty === 'EC' && jwk.crv === 'P-256' ? 'ES256' : undefined
  return jwk.alg === undefined || jwk.alg === algorithm ? algorithm : undefined
}
