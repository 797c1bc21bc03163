import { createPublicKey, type KeyObject, randomBytes } from 'node:crypto'
import { snOf } from './serial-number.ts'

/** Attributes of a distinguished name, `C=CN` first. */
export type Name = readonly string[]

export interface CertificateRequest {
  readonly subject: Name
  readonly issuer: Name
  readonly publicKey: KeyObject
  /** The issuer's private key: RSA, or ECDSA on P-256. */
  readonly signingKey: KeyObject
  /** Ms since 1970. */
  readonly from: number
  readonly until: number
  /** Hex; a random one by default. */
  readonly serialNumber?: string
  /** Whether the certificate may issue others. */
  readonly authority?: boolean
}

/** Issues a certificate, and returns it as PEM. */
export async function issueCertificate(request: CertificateRequest): Promise<string> {
  const x509 = await loadLibrary()
  const { publicKey, signingKey, authority = false } = request
  const algorithm = algorithmOf(signingKey)
  const { KeyUsageFlags } = x509
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: request.serialNumber ?? newSerialNumber(),
    subject: jsonName(request.subject),
    issuer: jsonName(request.issuer),
    notBefore: new Date(request.from),
    notAfter: new Date(request.until),
    publicKey: derOf(publicKey),
    // Node's type of key usages has more values than the library's.
    signingKey: signingKey.toCryptoKey(algorithm, false, ['sign']) as CryptoKey,
    signingAlgorithm: { name: algorithm.name, hash: 'SHA-256' },
    extensions: [
      new x509.BasicConstraintsExtension(authority, undefined, true),
      new x509.KeyUsagesExtension(
        authority ? KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign : KeyUsageFlags.digitalSignature,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(new x509.PublicKey(derOf(publicKey))),
      await x509.AuthorityKeyIdentifierExtension.create(new x509.PublicKey(derOf(createPublicKey(signingKey)))),
    ],
  })
  return `${certificate.toString('pem')}\n`
}

function derOf(publicKey: KeyObject): Uint8Array<ArrayBuffer> {
  return new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))
}

/** 16 bytes, like Alipay's: far more than a JavaScript number holds. The first byte keeps the number positive. */
function newSerialNumber(): string {
  return `20${randomBytes(15).toString('hex')}`
}

/** A serial number for which Alipay's number begins with 0, which code that formats it as a number would lose. */
export function serialWithLeadingZero(issuer: Name): string {
  let serialNumber: string
  do serialNumber = newSerialNumber()
  while (!snOf(issuer, serialNumber).startsWith('0'))
  return serialNumber
}

/** Loaded only to issue a certificate: it takes longer than the rest of the simulator's start. */
async function loadLibrary() {
  await import('reflect-metadata')
  return await import('@peculiar/x509')
}

function algorithmOf(key: KeyObject) {
  return key.asymmetricKeyType === 'ec'
    ? ({ name: 'ECDSA', namedCurve: 'P-256' } as const)
    : ({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const)
}

function jsonName(name: Name): Record<string, string[]>[] {
  return name.map(attribute => {
    const [type, value] = attribute.split('=', 2) as [string, string]
    return { [type]: [value] }
  })
}
