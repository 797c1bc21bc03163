import { type KeyObject, verify, type X509Certificate } from 'node:crypto'
import type { Logger } from '@alipay-checkout/service-kit'
import { dateOf, datesMistake, findTrust, ownOf, serialNumberOf } from './certificates.ts'
import { recogniseText } from './key-material.ts'
import { storable } from './reply.ts'
import { rsaMistake } from './rsa-key.ts'

/** Verifies Alipay's signatures. */
export interface SignatureVerifier {
  /** Whether `signature` over `data` is one of Alipay's: RSA-SHA256 with any key that is known and valid now. */
  verify(data: Buffer, signature: Buffer): boolean
  /**
   * Only in certificate mode: gets the certificate that an unverified reply names, at most a few times a minute. `download`
   * resolves to its `alipay_cert_content`. Resolves to why the certificate is not used; undefined once it is. Never throws.
   */
  obtain?(serialNumber: string, download: (serialNumber: string) => Promise<unknown>): Promise<string | undefined>
}

/** Verifies with public keys. */
export function createKeyVerifier(keys: readonly KeyObject[]): SignatureVerifier {
  return { verify: (data, signature) => keys.some(key => verify('RSA-SHA256', data, key, signature)) }
}

/** Alipay's certificates in the settings, and what later ones are checked against. */
export interface TrustedCertificates {
  /** Each with the other certificates of its file. */
  readonly alipay: readonly { readonly own: X509Certificate; readonly others: readonly X509Certificate[] }[]
  readonly app: X509Certificate
  readonly bundle: readonly X509Certificate[]
}

export interface CertificateVerifier extends SignatureVerifier {
  /** Certificates that were downloaded and are used. */
  downloaded(): readonly X509Certificate[]
}

/** Alipay rotates a certificate once in years. The bounds keep hostile replies from causing many calls. */
const downloadsPerMinuteMax = 5
const downloadedMax = 8
/** The certificate, its issuer's, and some to spare. */
const certificatesInDownloadMax = 8

/**
 * Verifies with certificates that are within their dates. One that replies name and the settings do not have is
 * downloaded; it is used once it chains up to the root certificates of the settings. The answer to the download proves
 * nothing by its own signature.
 */
export function createCertificateVerifier(
  trusted: TrustedCertificates,
  { logger, now }: { logger: Pick<Logger, 'warn' | 'error'>; now: () => Date },
): CertificateVerifier {
  const configured = new Map(trusted.alipay.map(({ own }) => [serialNumberOf(own), own]))
  const downloaded = new Map<string, X509Certificate>()
  const downloading = new Map<string, Promise<string | undefined>>()
  let downloadedAtMs: number[] = []

  async function downloadOnce(
    serialNumber: string,
    download: (serialNumber: string) => Promise<unknown>,
  ): Promise<string | undefined> {
    const atMs = now().getTime()
    downloadedAtMs = downloadedAtMs.filter(before => Math.abs(atMs - before) < 60_000)
    if (downloadedAtMs.length >= downloadsPerMinuteMax) {
      return `${downloadsPerMinuteMax} certificates were downloaded within a minute; it is tried again later`
    }
    downloadedAtMs.push(atMs)
    try {
      const certificate = readDownload(await download(serialNumber), serialNumber, trusted, now())
      downloaded.set(serialNumber, certificate)
      const [oldest] = downloaded.keys()
      if (downloaded.size > downloadedMax && oldest !== undefined) downloaded.delete(oldest)
      logger.warn(
        { serialNumber, endsOn: dateOf(certificate.validToDate) },
        'Alipay signs with a certificate that ALIPAY_PUBLIC_CERT does not have. It was downloaded, chains up to ' +
          'ALIPAY_ROOT_CERT, and is used from now on. Add the new file to ALIPAY_PUBLIC_CERT, after a comma',
      )
      return undefined
    } catch (error) {
      const reason = storable((error as Error).message, 300)
      logger.error({ serialNumber, reason }, 'the certificate that Alipay’s reply names could not be obtained')
      return reason
    }
  }

  return {
    verify(data, signature) {
      const moment = now()
      for (const certificates of [configured, downloaded]) {
        for (const certificate of certificates.values()) {
          if (datesMistake(certificate, moment)) continue
          if (verify('RSA-SHA256', data, certificate.publicKey, signature)) return true
        }
      }
      return false
    },
    async obtain(serialNumber, download) {
      const known = configured.get(serialNumber) ?? downloaded.get(serialNumber)
      if (known) {
        const wrong = datesMistake(known, now())
        return wrong ? `it ${wrong}` : 'the reply was signed with another key than its own'
      }
      const current = downloading.get(serialNumber)
      if (current) return current
      const started = downloadOnce(serialNumber, download).finally(() => downloading.delete(serialNumber))
      downloading.set(serialNumber, started)
      return started
    },
    downloaded: () => [...downloaded.values()],
  }
}

/** The certificate in an `alipay_cert_content`: base64 of PEM. Throws with the reason where it may not be used. */
function readDownload(
  content: unknown,
  serialNumber: string,
  { alipay, app, bundle }: TrustedCertificates,
  now: Date,
): X509Certificate {
  if (typeof content !== 'string') throw new Error('the answer has no alipay_cert_content')
  const material = recogniseText(content.includes('-----BEGIN') ? content : Buffer.from(content, 'base64').toString())
  if (material.kind !== 'certificate' || material.certificates.length > certificatesInDownloadMax) {
    throw new Error('alipay_cert_content is no certificate in PEM')
  }
  const certificate = ownOf(material.certificates)
  if (serialNumberOf(certificate) !== serialNumber)
    throw new Error('the downloaded certificate has another serial number')
  const wrongKey = rsaMistake(certificate.publicKey)
  if (wrongKey) throw new Error(`the downloaded certificate ${wrongKey}`)
  // Every application's certificate chains up to the same root, so a chain alone does not make a certificate Alipay's. The
  // certificates of applications and of Alipay have different issuers.
  const isIssuerOfAlipay = alipay.some(({ own }) => own.issuer === certificate.issuer)
  if (certificate.issuer === app.issuer && !isIssuerOfAlipay) {
    throw new Error('the downloaded certificate is one of an application, not Alipay’s')
  }
  const others = [...material.certificates, ...alipay.flatMap(one => one.others)]
  const trust = findTrust(certificate, { others, bundle, now })
  if ('mistake' in trust) throw new Error(`it does not chain up to ALIPAY_ROOT_CERT: ${trust.mistake}`)
  return certificate
}
