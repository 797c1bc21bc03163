import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { request } from 'undici'

/** Keys older than this are fetched again before a token is checked, ms: a withdrawn key stops working within it. */
const refetchAfterMs = 5 * 60 * 1000
/** The pause between two fetches, ms: neither unknown key ids nor an address that is away can make more of them. */
const retryAfterMs = 10_000
/** While the address is away, known keys go on working for this long after they were last read, ms. */
const keptWithoutAnswerMs = 60 * 60 * 1000
const fetchTimeoutMs = 3_000
/** Providers publish two or three. */
const keysMax = 100

export type JwksAlgorithm = 'RS256' | 'ES256'

interface KnownKey<Verifier> {
  pem: string
  verifier: Verifier
}

/** The JWKS address could not be read. The token may be fine: its bearer should try again. */
export class JwksUnavailable extends Error {
  override name = 'JwksUnavailable'
}

/**
 * Verifiers by key id and algorithm, for the public keys at a JWKS address. `createVerifier` makes one of a key's PEM;
 * it lives exactly as long as its key is published, so that nothing it remembers outlives the key.
 *
 * Gives undefined where there is no such key. Throws JwksUnavailable while keys can't be read and none is known, or
 * those that are known are too old.
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
    // The time before the request: what the answer says was true then or later.
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
    if (!Array.isArray(document?.keys)) throw new Error('the answer has no list of keys')
    const read: typeof keys = new Map()
    for (const jwk of document.keys.slice(0, keysMax)) {
      const key = keyOf(jwk)
      if (!key) continue
      const name = nameOf(key.id, key.algorithm)
      const known = keys.get(name)
      try {
        // What an unchanged key's verifier remembers stays true.
        read.set(
          name,
          known?.pem === key.pem ? known : { pem: key.pem, verifier: createVerifier(key.pem, key.algorithm) },
        )
      } catch {
        // A key that can't verify is left out, the others go on working.
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
      // Known keys do not wait for an address that did not answer the last time.
      if (!(failure && keys.has(name) && ageMs <= keptWithoutAnswerMs)) await refetched
    }
    const tooOld = now() - readAt > keptWithoutAnswerMs
    const key = tooOld ? undefined : keys.get(name)
    if (!key && failure) throw new JwksUnavailable('The signing keys can not be read', { cause: failure })
    return key?.verifier
  }
}

function nameOf(keyId: string | undefined, algorithm: JwksAlgorithm): string {
  return `${algorithm} ${keyId ?? ''}`
}

/** Only keys for RS256 and ES256 signatures; anything else is left out. */
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
