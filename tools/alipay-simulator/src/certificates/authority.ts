import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { missingFile, writeWhole } from '../write-whole.ts'
import { issueCertificate, type Name, serialWithLeadingZero } from './issue.ts'
import { certificatesIn } from './serial-number.ts'
import { SM2_ROOT } from './sm2-root.ts'

/** Issues the certificates of the app and of Alipay. */
export interface Authority {
  /** PEM: what a merchant trusts. */
  readonly rootCertificates: string
  /** PEM: issued by one of the roots. */
  readonly issuerCertificate: string
  readonly issuerKey: KeyObject
}

const AUTHORITY_FILE = 'certificate-authority.pem'
const ORGANIZATION = ['C=CN', 'O=Alipay Simulator', 'OU=Certification Authority']
const nameOf = (commonName: string): Name => [...ORGANIZATION, `CN=${commonName}`]
const ROOT = nameOf('Alipay Simulator Certification Authority R1')
const ECDSA_ROOT = nameOf('Alipay Simulator Certification Authority E1')
const OTHER_ROOT = nameOf('Alipay Simulator Certification Authority R2')
export const ISSUER = nameOf('Alipay Simulator Certification Authority Class 2 R1')
export const YEAR_MS = 365 * 24 * 60 * 60 * 1000
const VALID_YEARS = 20

const generate = promisify(generateKeyPair)

/**
 * The authority in `dataDir`, made at the first start. One file holds all of it, so an interrupted first start leaves
 * either the whole authority or none.
 */
export async function loadAuthority(dataDir: string): Promise<Authority> {
  const file = join(dataDir, AUTHORITY_FILE)
  let text = await readFile(file, 'utf8').catch(missingFile)
  if (text === undefined) {
    text = await makeAuthority()
    await writeWhole(file, text)
  }
  const [issuer, ...roots] = certificatesIn(text)
  if (!issuer || roots.length === 0) throw new Error(`${file} is damaged; restore it, or remove it for a new chain`)
  return {
    rootCertificates: roots.map(String).join(''),
    issuerCertificate: String(issuer),
    issuerKey: createPrivateKey(text),
  }
}

/**
 * The issuer's private key, its certificate, and the roots. The bundle has the algorithms of Alipay's, in its order: SM2,
 * RSA, ECDSA, RSA. The roots' private keys are not kept, because they sign nothing more.
 */
async function makeAuthority(): Promise<string> {
  const [root, other, issuer, ecdsa] = await Promise.all([
    generate('rsa', { modulusLength: 2048 }),
    generate('rsa', { modulusLength: 2048 }),
    generate('rsa', { modulusLength: 2048 }),
    generate('ec', { namedCurve: 'P-256' }),
  ])
  const now = Date.now()
  const period = { from: now - YEAR_MS, until: now + VALID_YEARS * YEAR_MS, authority: true }
  const selfSigned = (name: Name, key: KeyObject, serialNumber?: string) =>
    issueCertificate({
      ...period,
      subject: name,
      issuer: name,
      publicKey: createPublicKey(key),
      signingKey: key,
      ...(serialNumber === undefined ? {} : { serialNumber }),
    })
  const issuerCertificate = await issueCertificate({
    ...period,
    subject: ISSUER,
    issuer: ROOT,
    publicKey: issuer.publicKey,
    signingKey: root.privateKey,
  })
  return [
    issuer.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    issuerCertificate,
    SM2_ROOT,
    await selfSigned(ROOT, root.privateKey),
    await selfSigned(ECDSA_ROOT, ecdsa.privateKey),
    await selfSigned(OTHER_ROOT, other.privateKey, serialWithLeadingZero(OTHER_ROOT)),
  ].join('')
}

/** The issuer as somebody else would forge it: its names and dates with another key, which no root has signed. */
export async function forgedIssuer(): Promise<{ key: KeyObject; certificate: string }> {
  const { privateKey: key, publicKey } = await generate('ec', { namedCurve: 'P-256' })
  const now = Date.now()
  const period = { from: now - YEAR_MS, until: now + VALID_YEARS * YEAR_MS, authority: true }
  const certificate = await issueCertificate({
    ...period,
    subject: ISSUER,
    issuer: ROOT,
    publicKey,
    signingKey: key,
  })
  return { key, certificate }
}
