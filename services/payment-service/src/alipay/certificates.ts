import { createHash, type X509Certificate } from 'node:crypto'

/** Object identifiers of signatures with RSA begin so. */
const rsaSignatures = '1.2.840.113549.1.1'

/**
 * The serial number by which Alipay names a certificate (`app_cert_sn`, `alipay_cert_sn`): the MD5 of its issuer by
 * RFC 2253 (last attribute first) and its serial number in decimal, which has more digits than a `number` holds.
 */
export function serialNumberOf(certificate: X509Certificate): string {
  // One attribute per line, values escaped as in RFC 2253.
  const issuer = certificate.issuer.split('\n').reverse().join(',')
  const serial = BigInt(`0x${certificate.serialNumber.replace('-', '')}`)
  const sign = certificate.serialNumber.startsWith('-') ? '-' : ''
  return createHash('md5').update(`${issuer}${sign}${serial}`).digest('hex')
}

/** `alipay_root_cert_sn` of a bundle: only certificates that are signed with RSA count. Empty where there is none. */
export function rootSerialNumbersOf(bundle: readonly X509Certificate[]): string {
  return bundle
    .filter(({ signatureAlgorithmOid }) => signatureAlgorithmOid.startsWith(rsaSignatures))
    .map(serialNumberOf)
    .join('_')
}

/** Alipay: a file has the certificate itself first, then its issuer's. In another order it is the one that issued none. */
export function ownOf(certificates: readonly X509Certificate[]): X509Certificate {
  const isIssuer = (one: X509Certificate) => certificates.some(other => other !== one && isIssuedBy(other, one))
  return (certificates.find(one => !isIssuer(one)) ?? certificates[0]) as X509Certificate
}

/** Whether its subject is its issuer, as in root certificates. */
export function isRoot(certificate: X509Certificate): boolean {
  return certificate.subject === certificate.issuer
}

/** What is wrong with its dates, as `ended on 2026-01-02`; undefined while it is valid. */
export function datesMistake({ validFromDate, validToDate }: X509Certificate, now: Date): string | undefined {
  if (now > validToDate) return `ended on ${dateOf(validToDate)}`
  if (now < validFromDate) return `is valid only from ${dateOf(validFromDate)} on`
  return undefined
}

/** In UTC, as certificates have it. */
export function dateOf(moment: Date): string {
  return moment.toISOString().slice(0, 10)
}

/** The root that a certificate chains up to, or why it does not. */
export type Trust = { readonly root: X509Certificate } | { readonly mistake: string }

/**
 * Follows the issuers of a certificate up to a root of `bundle`. Each certificate on the way has to be in `others` or
 * `bundle`, may issue certificates (`cA`), and is within its dates; the certificate itself too.
 */
export function findTrust(
  certificate: X509Certificate,
  { others, bundle, now }: { others: readonly X509Certificate[]; bundle: readonly X509Certificate[]; now: Date },
): Trust {
  const roots = bundle.filter(isRoot)
  const left = new Set([...others, ...bundle].filter(one => one.ca && !isRoot(one)))
  const mistakes: string[] = []

  function follow(one: X509Certificate): X509Certificate | undefined {
    const wrong = datesMistake(one, now)
    if (wrong) {
      mistakes.push(`the certificate of ${nameOf(one.subject)} ${wrong}`)
      return undefined
    }
    for (const root of roots) {
      if (!isIssuedBy(one, root)) continue
      const rootWrong = datesMistake(root, now)
      if (!rootWrong) return root
      mistakes.push(`the root certificate of ${nameOf(root.subject)} ${rootWrong}`)
    }
    for (const issuer of left) {
      if (!isIssuedBy(one, issuer)) continue
      // None is followed twice, so that certificates that name each other do not lead round in circles.
      left.delete(issuer)
      const root = follow(issuer)
      if (root) return root
    }
    mistakes.push(`the certificate of its issuer, ${nameOf(one.issuer)}, is missing`)
    return undefined
  }

  const root = follow(certificate)
  return root ? { root } : { mistake: mistakes[0] as string }
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
  } catch {
    // A key of a kind that OpenSSL does not know, such as SM2.
    return false
  }
}

/** The common name in a subject or issuer. */
function nameOf(distinguishedName: string): string {
  return /^CN=(.*)$/m.exec(distinguishedName)?.[1] ?? distinguishedName.replaceAll('\n', ', ')
}
