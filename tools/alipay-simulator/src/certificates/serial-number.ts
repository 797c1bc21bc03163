import { createHash, X509Certificate } from 'node:crypto'

/** Every certificate in a PEM text, in its order. */
export function certificatesIn(pem: string): X509Certificate[] {
  return (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    block => new X509Certificate(block),
  )
}

/**
 * Alipay's number of a certificate. Not its serial number: the MD5 of its issuer (RFC 2253: the last attribute first)
 * followed by the decimal serial number, as 32 hexadecimal digits.
 */
export function certificateSn(certificate: X509Certificate): string {
  return snOf(certificate.issuer.split('\n'), certificate.serialNumber)
}

/** The same for a certificate that is still to be made: its issuer's attributes (`C=CN` first) and serial (hex). */
export function snOf(issuer: readonly string[], serialNumber: string): string {
  const text = `${[...issuer].reverse().join(',')}${BigInt(`0x${serialNumber}`)}`
  return createHash('md5').update(text).digest('hex')
}

/**
 * Alipay's number of a root bundle: those of its RSA certificates, joined with `_`. Alipay decides by the algorithm of
 * the signature, which is that of the key, because a root signs itself.
 */
export function rootBundleSn(pem: string): string {
  return certificatesIn(pem)
    .filter(root => root.publicKey.asymmetricKeyType === 'rsa')
    .map(certificateSn)
    .join('_')
}
