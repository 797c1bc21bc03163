import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { request } from 'undici'

/** Keys older than this are fetched again before a token is verified, so a withdrawn key stops working within it, ms. */
const refetchAfterMs = 5 * 60 * 1000
/** The shortest interval between fetches, even with unknown key ids or while the address is unreachable, ms. */
const retryAfterMs = 10_000
/** While the address is unreachable, known keys stay valid for this long after the last successful fetch, ms. */
const staleMaxMs = 60 * 60 * 1000
const fetchTimeoutMs = 3_000
/** Identity providers publish two or three keys. */
const keysMax = 100

export type JwksAlgorithm = 'RS256' | 'ES256'

interface KnownKey<Verifier> {
  pem: string
  verifier: Verifier
}

/** The JWKS address could not be read. The token may be valid: its bearer should try again. */
export class JwksUnavailable extends Error {
  override name = 'JwksUnavailable'
}

/**
 * Looks up verifiers by key id and algorithm, for the public keys at a JWKS address. `createVerifier` makes one from a
 * key's PEM; it is discarded with its key, so that its cache of verified tokens does not outlive the key.
 *
 * Returns undefined if there is no such key. Throws JwksUnavailable while keys can't be fetched and none is known, or
 * the known ones are too old.
 */
export function openJwks<Verifier>(
  url: string,
  createVerifier: (pem: string, algorithm: JwksAlgorithm) => Verifier,
  now: () => number = Date.now,
) {
  let keys = new Map<string, KnownKey<Verifier>>()
  let readAt = Number.NEGATIVE_INFINITY
  let triedAt = Number.NEGATIVE_INFINITY
  let failure: Error | undefined
  let fetching: Promise<void> | undefined

  async function fetchKeys(): Promise<void> {
    // Taken before the request, so that the age of the keys is never underestimated.
    triedAt = now()
    const startedAt = triedAt
    try {
      const answer = await request(url, { signal: AbortSignal.timeout(fetchTimeoutMs) })
      const text = await answer.body.text()
      if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`)
      keys = readKeys(JSON.parse(text))
      readAt = startedAt
      failure = undefined
    } catch (error) {
      failure = error as Error
    }
  }

  function readKeys(document: { keys?: unknown } | null): typeof keys {
    if (!Array.isArray(document?.keys)) throw new Error('the response has no list of keys')
    const read: typeof keys = new Map()
    for (const jwk of document.keys.slice(0, keysMax)) {
      const key = keyOf(jwk)
      if (!key) continue
      const name = nameOf(key.id, key.algorithm)
      const known = keys.get(name)
      try {
        // An unchanged key keeps its verifier, whose cache stays valid.
        read.set(
          name,
          known?.pem === key.pem ? known : { pem: key.pem, verifier: createVerifier(key.pem, key.algorithm) },
        )
      } catch {
        // A key that can't be used is left out; the others keep working.
      }
    }
    return read
  }

  function refetch(): Promise<void> {
    fetching ??= fetchKeys().finally(() => {
      fetching = undefined
    })
    return fetching
  }

  return async (keyId: string | undefined, algorithm: JwksAlgorithm): Promise<Verifier | undefined> => {
    const name = nameOf(keyId, algorithm)
    const ageMs = now() - readAt
    if (ageMs > refetchAfterMs || !keys.has(name)) {
      const mayFetch = fetching !== undefined || now() - triedAt > retryAfterMs
      const refetched = mayFetch ? refetch() : undefined
      // With a usable known key, a token does not wait for an address that failed the last time.
      if (!(failure && keys.has(name) && ageMs <= staleMaxMs)) await refetched
    }
    const tooOld = now() - readAt > staleMaxMs
    const key = tooOld ? undefined : keys.get(name)
    if (!key && failure) throw new JwksUnavailable('The signing keys can not be read', { cause: failure })
    return key?.verifier
  }
}

function nameOf(keyId: string | undefined, algorithm: JwksAlgorithm): string {
  return `${algorithm} ${keyId ?? ''}`
}

/** A key for RS256 or ES256 signatures; undefined for any other. */
function keyOf(jwk: unknown): { id: string | undefined; algorithm: JwksAlgorithm; pem: string } | undefined {
  const { kid, kty, crv, alg, use = 'sig' } = (jwk ?? {}) as Record<string, string | undefined>
  const algorithm = kty === 'RSA' ? 'RS256' : kty === 'EC' && crv === 'P-256' ? 'ES256' : undefined
  if (!algorithm || (alg !== undefined && alg !== algorithm) || use !== 'sig') return undefined
  try {
    const pem = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
    return { id: kid, algorithm, pem: pem as string }
  } catch {
    return undefined
  }
}
