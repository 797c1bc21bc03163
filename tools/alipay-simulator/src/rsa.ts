import { createPrivateKey, createPublicKey, sign as cryptoSign, type KeyObject, verify } from 'node:crypto'

export type Parameters = Readonly<Record<string, string>>

/** A private key that may be replaced while the gateway runs: `current` is read for each signature. */
export interface SigningKey {
  readonly current: KeyObject
}

/** The text that Alipay signs: every parameter except those named, sorted by name, as `name=value` joined with `&`. */
export function signingText(parameters: Parameters, ...leftOut: string[]): string {
  return Object.keys(parameters)
    .filter(name => !leftOut.includes(name))
    .sort()
    .map(name => `${name}=${parameters[name]}`)
    .join('&')
}

/**
 * Base64 RSA2 (RSA-SHA256 over UTF-8) signature. Signs synchronously, which blocks the event loop for a millisecond: the
 * thread pool would use a tenth more CPU time per signature, on a machine that the merchant's system shares.
 */
export function signText(text: string, key: KeyObject): string {
  return cryptoSign('RSA-SHA256', Buffer.from(text, 'utf8'), key).toString('base64')
}

/** Whether `signature` (base64) is the RSA2 signature of `text`. Malformed base64 is a wrong signature. */
export function verifyText(text: string, signature: string, key: KeyObject): boolean {
  return verify('RSA-SHA256', Buffer.from(text, 'utf8'), key, Buffer.from(signature, 'base64'))
}

/** The parameters with `sign` (and `sign_type` RSA2) added as Alipay signs notifies and returns: over all but these two. */
export function withSignature(parameters: Parameters, key: KeyObject): Parameters {
  const sign = signText(signingText(parameters, 'sign', 'sign_type'), key)
  return { ...parameters, sign_type: 'RSA2', sign }
}

/** A public key from PEM or from the bare base64 the Alipay console shows. Throws when it is neither. */
export function readPublicKey(text: string): KeyObject {
  if (text.includes('-----BEGIN')) return createPublicKey(text)
  return createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' })
}

/** A private key from PEM. Throws when it is not a key. */
export function readPrivateKey(pem: string): KeyObject {
  return createPrivateKey(pem)
}
