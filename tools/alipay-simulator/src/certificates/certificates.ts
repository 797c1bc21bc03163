import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CertificateFault } from '../faults.ts'
import { missingFile, writeWhole } from '../write-whole.ts'
import { type Authority, forgedIssuer, ISSUER, loadAuthority, YEAR_MS } from './authority.ts'
import { issueCertificate, type Name, serialWithLeadingZero } from './issue.ts'
import { certificateSn, certificatesIn, rootBundleSn } from './serial-number.ts'

/** A certificate of Alipay or the app, and Alipay's number of it. */
export interface NumberedCertificate {
  readonly sn: string
  /** PEM; after it that of its issuer. */
  readonly pem: string
}

export interface Certificates {
  readonly app: NumberedCertificate
  /** PEM: the bundle of roots, and its number. */
  readonly roots: NumberedCertificate
  /** Alipay's certificate for a public key: the one it has, or a new one. It is on disk. */
  ofAlipay(publicKey: KeyObject, validDays?: number): Promise<NumberedCertificate>
  /** Any certificate that Alipay has or had, or what a fault makes of it. Undefined when the number is unknown. */
  download(sn: string, fault: CertificateFault | undefined): Promise<string | undefined>
}

const APP_FILE = 'app-certificate.pem'
const ALIPAY_FILE = 'alipay-certificate.pem'
const ALIPAY_FOLDER = 'alipay-certificates'
const ROOTS_FILE = 'root-certificates.pem'
const ALIPAY_NAME: Name = ['C=CN', 'O=支付宝模拟网关', 'OU=Alipay', 'CN=支付宝模拟网关']
const DAY_MS = 24 * 60 * 60 * 1000
/** Alipay's certificates are valid for five years. */
const VALID_DAYS = 5 * 365
/** Before the present, for clients whose clock is behind. */
const BACKDATED_MS = DAY_MS

/**
 * The certificates in `dataDir`, issued at the first start: the roots, the app's for `appPublicKey`, and all that Alipay
 * has had. A certificate that does not fit its key or the roots is replaced by a new one.
 */
export async function loadCertificates(dataDir: string, appId: string, appPublicKey: KeyObject): Promise<Certificates> {
  const authority = await loadAuthority(dataDir)
  const appFile = join(dataDir, APP_FILE)
  let appPem = await readFile(appFile, 'utf8').catch(missingFile)
  if (appPem === undefined || !fits(appPem, appPublicKey, authority)) {
    // Its number begins with 0, which code that formats it as a number would lose.
    const subject = ['C=CN', 'O=Merchant', `CN=${appId}`]
    appPem = await issueCertificate({
      ...issuance(authority, VALID_DAYS),
      subject,
      publicKey: appPublicKey,
      serialNumber: serialWithLeadingZero(ISSUER),
    })
    await writeWhole(appFile, appPem)
  }
  await writeFile(join(dataDir, ROOTS_FILE), authority.rootCertificates)
  const known = await knownCertificates(join(dataDir, ALIPAY_FOLDER))
  const app = numbered(appPem)

  return {
    app,
    roots: { sn: rootBundleSn(authority.rootCertificates), pem: authority.rootCertificates },

    async ofAlipay(publicKey, validDays = VALID_DAYS) {
      let certificate = [...known.values()].find(({ pem }) => fits(pem, publicKey, authority))
      if (!certificate) {
        const own = await issueCertificate({ ...issuance(authority, validDays), subject: ALIPAY_NAME, publicKey })
        certificate = numbered(`${own}${authority.issuerCertificate}`)
        await writeWhole(join(dataDir, ALIPAY_FOLDER, `${certificate.sn}.pem`), certificate.pem)
        known.set(certificate.sn, certificate)
      }
      await writeFile(join(dataDir, ALIPAY_FILE), certificate.pem)
      return certificate
    },

    async download(sn, fault) {
      const found = known.get(sn)
      if (!found || fault === 'missing') return undefined
      switch (fault) {
        case 'other':
          return `${app.pem}${authority.issuerCertificate}`
        case 'expired':
          return `${await imitate(found.pem, authority.issuerKey, true)}${authority.issuerCertificate}`
        case 'foreign_chain': {
          const forged = await forgedIssuer()
          return `${await imitate(found.pem, forged.key)}${forged.certificate}`
        }
        default:
          return found.pem
      }
    },
  }
}

function issuance(authority: Authority, validDays: number) {
  const now = Date.now()
  return { issuer: ISSUER, signingKey: authority.issuerKey, from: now - BACKDATED_MS, until: now + validDays * DAY_MS }
}

/** A certificate with the same names, number and key, which another issuer signs, or whose time is over. */
async function imitate(pem: string, signingKey: KeyObject, expired = false): Promise<string> {
  const { publicKey, serialNumber } = new X509Certificate(pem)
  const until = Date.now() + (expired ? -DAY_MS : YEAR_MS)
  const period = { from: until - YEAR_MS - BACKDATED_MS, until }
  return await issueCertificate({
    ...period,
    subject: ALIPAY_NAME,
    issuer: ISSUER,
    publicKey,
    signingKey,
    serialNumber,
  })
}

async function knownCertificates(folder: string): Promise<Map<string, NumberedCertificate>> {
  await mkdir(folder, { recursive: true })
  const files = (await readdir(folder)).filter(name => name.endsWith('.pem'))
  const pems = await Promise.all(files.map(name => readFile(join(folder, name), 'utf8')))
  return new Map(pems.map(pem => [numbered(pem).sn, numbered(pem)]))
}

function numbered(pem: string): NumberedCertificate {
  const [own] = certificatesIn(pem)
  return { sn: certificateSn(own!), pem }
}

/** Whether a certificate is for the key, issued by this authority, and not expired. */
function fits(pem: string, publicKey: KeyObject, authority: Authority): boolean {
  const [own] = certificatesIn(pem)
  if (!own) return false
  const issued = own.publicKey.equals(publicKey) && own.verify(createPublicKey(authority.issuerKey))
  return issued && own.validToDate.getTime() > Date.now()
}
