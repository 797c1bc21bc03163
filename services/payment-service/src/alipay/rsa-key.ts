import type { KeyObject } from 'node:crypto'

/** Alipay: RSA2 keys have 2048 bits. */
const keyBitsMin = 2048

/** What is wrong with a key for RSA2, as `is not an RSA key but ec`; undefined where nothing is. */
export function rsaMistake(key: KeyObject): string | undefined {
  if (key.asymmetricKeyType !== 'rsa') return `is not an RSA key but ${key.asymmetricKeyType}`
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  return bits < keyBitsMin ? `holds an RSA key of ${bits} bits, and RSA2 needs at least ${keyBitsMin}` : undefined
}
