import type { KeyObject, X509Certificate } from 'node:crypto'
import { ConfigError, type Logger } from '@alipay-checkout/service-kit'
import { dateOf, datesMistake, findTrust, isRoot, ownOf, rootSerialNumbersOf, serialNumberOf } from './certificates.ts'
import { listOf, recogniseKey } from './key-material.ts'
import { keyForms, mistakeOf, pathHint } from './key-mistakes.ts'
import { rsaMistake } from './rsa-key.ts'
import { createCertificateVerifier, type SignatureVerifier } from './verifier.ts'

export const certificateNames = ['ALIPAY_APP_CERT', 'ALIPAY_ROOT_CERT', 'ALIPAY_PUBLIC_CERT'] as const
type Name = (typeof certificateNames)[number]
export type CertificateSettings = Record<Name, string>

/** A certificate that signatures or trust depend on. */
export interface UsedCertificate {
  readonly owner: 'app' | 'alipay' | 'root'
  /** The setting that has it; undefined where it was downloaded. */
  readonly setting: Name | undefined
  /** As Alipay counts them, see `serialNumberOf`. */
  readonly serialNumber: string
  /** SHA-256 of the certificate. */
  readonly fingerprint: string
  readonly endsAt: Date
}

const page = 'open.alipay.com: 控制台 → your application → 开发设置 → 接口加签方式（证书）→ 下载证书'
/** Where Alipay's console offers the file of each setting. */
export const whereCertificatesAre: Record<Name, string> = {
  ALIPAY_APP_CERT: `应用公钥证书 (appCertPublicKey_<app id>.crt) from ${page}`,
  ALIPAY_ROOT_CERT: `支付宝根证书 (alipayRootCert.crt) from ${page}`,
  ALIPAY_PUBLIC_CERT: `支付宝公钥证书 (alipayCertPublicKey_RSA2.crt) from ${page}`,
}

const refuse = (name: Name, mistake: string) =>
  new ConfigError(`${name} ${mistake}: give ${whereCertificatesAre[name]}, ${keyForms}.`)

interface Context {
  readonly appPublicKey: KeyObject
  readonly logger: Pick<Logger, 'warn' | 'error'>
  readonly now: () => Date
}

/**
 * Reads the three certificates of certificate mode. Throws ConfigError naming the setting, the mistake and where the right
 * file is found: a certificate that is not the application's, one outside of its dates, or one that does not chain up to
 * the root. Of two certificates of Alipay, one may be outside of its dates, which is logged.
 */
export function readCertificates(
  given: CertificateSettings,
  { appPublicKey, logger, now }: Context,
): {
  certificateParameters: Record<string, string>
  alipay: SignatureVerifier
  certificates: () => UsedCertificate[]
} {
  const appFile = certificatesOf('ALIPAY_APP_CERT', given.ALIPAY_APP_CERT)
  const bundle = certificatesOf('ALIPAY_ROOT_CERT', given.ALIPAY_ROOT_CERT)
  const parts = listOf(given.ALIPAY_PUBLIC_CERT)
  if (parts.length === 0) throw refuse('ALIPAY_PUBLIC_CERT', 'is empty')
  const alipay = parts.map(part => {
    const file = certificatesOf('ALIPAY_PUBLIC_CERT', part, parts.length > 1)
    const own = ownOf(file)
    return { own, others: file.filter(one => one !== own) }
  })

  const app = checkedApp(appFile, appPublicKey, now())
  for (const { own } of alipay) checkAlipay(own, app)
  checkBundle(bundle, [app, ...alipay.map(({ own }) => own)])
  const roots = trustedRoots(alipay, bundle, { logger, now })

  const verifier = createCertificateVerifier({ alipay, app, bundle }, { logger, now })
  const used = (owner: UsedCertificate['owner'], setting?: Name) => (certificate: X509Certificate) => ({
    owner,
    setting,
    serialNumber: serialNumberOf(certificate),
    fingerprint: certificate.fingerprint256,
    endsAt: certificate.validToDate,
  })
  const configured = [
    used('app', 'ALIPAY_APP_CERT')(app),
    ...[...new Map(alipay.map(({ own }) => [own.fingerprint256, own])).values()].map(
      used('alipay', 'ALIPAY_PUBLIC_CERT'),
    ),
    ...roots.map(used('root', 'ALIPAY_ROOT_CERT')),
  ]
  return {
    certificateParameters: {
      app_cert_sn: serialNumberOf(app),
      alipay_root_cert_sn: rootSerialNumbersOf(bundle),
    },
    alipay: verifier,
    certificates: () => [...configured, ...verifier.downloaded().map(used('alipay'))],
  }
}

function certificatesOf(name: Name, given: string, isOneOfSeveral = false): readonly X509Certificate[] {
  const material = recogniseKey(given)
  switch (material.kind) {
    case 'certificate':
      return material.certificates
    case 'public':
      throw refuse(name, 'holds a public key, not a certificate')
    case 'private':
      throw refuse(name, 'holds a private key, not a certificate')
    case 'damaged':
      throw refuse(name, 'holds a certificate that cannot be read: it is cut off or was changed while it was copied')
    case 'other':
      throw refuse(name, `is not a certificate${pathHint(material.kind, isOneOfSeveral)}`)
    default:
      throw refuse(name, mistakeOf(material.kind) + pathHint(material.kind, isOneOfSeveral))
  }
}

/** The application's certificate, whichever certificates its file has besides. */
function checkedApp(file: readonly X509Certificate[], appPublicKey: KeyObject, now: Date): X509Certificate {
  const own = file.filter(one => keyOf(one)?.equals(appPublicKey))
  // A renewed one may follow the one before.
  const app = own.find(one => !datesMistake(one, now)) ?? own[0]
  if (!app) {
    const held = isRoot(ownOf(file)) ? 'holds a root certificate (根证书), not the application’s' : undefined
    throw refuse(
      'ALIPAY_APP_CERT',
      held ??
        'is not the certificate of ALIPAY_PRIVATE_KEY: its public key belongs to another private key. It may be Alipay’s ' +
          '(支付宝公钥证书) or another application’s; or ALIPAY_PRIVATE_KEY is not the key of the last certificate request',
    )
  }
  const wrong = datesMistake(app, now)
  if (wrong) throw refuse('ALIPAY_APP_CERT', `${wrong}, and today is ${dateOf(now)}`)
  return app
}

/** Alipay: `alipay_root_cert_sn` is made of the whole bundle, so it may hold nothing else. */
function checkBundle(bundle: readonly X509Certificate[], [app, ...alipay]: readonly X509Certificate[]): void {
  const has = (wanted: X509Certificate | undefined) => bundle.some(one => wanted && one.raw.equals(wanted.raw))
  if (has(app)) throw refuse('ALIPAY_ROOT_CERT', 'holds the application’s certificate (应用公钥证书)')
  if (alipay.some(has))
    throw refuse('ALIPAY_ROOT_CERT', 'holds Alipay’s certificate (支付宝公钥证书), not the root certificates')
  if (!bundle.some(isRoot)) throw refuse('ALIPAY_ROOT_CERT', 'holds no root certificate: every one has another issuer')
  if (rootSerialNumbersOf(bundle) === '') {
    throw refuse('ALIPAY_ROOT_CERT', 'holds no certificate that is signed with RSA: the file is incomplete')
  }
}

function checkAlipay(own: X509Certificate, app: X509Certificate): void {
  const key = keyOf(own)
  if (key && keyOf(app)?.equals(key)) {
    throw refuse('ALIPAY_PUBLIC_CERT', 'holds the certificate of your own application (应用公钥证书), not Alipay’s')
  }
  if (isRoot(own)) throw refuse('ALIPAY_PUBLIC_CERT', 'holds a root certificate (根证书), not Alipay’s own')
  const wrong = key ? rsaMistake(key) : 'has a key of an unknown kind'
  if (wrong) throw refuse('ALIPAY_PUBLIC_CERT', wrong)
}

/** The roots that Alipay's certificates chain up to. At least one of these certificates has to be within its dates. */
function trustedRoots(
  alipay: readonly { own: X509Certificate; others: readonly X509Certificate[] }[],
  bundle: readonly X509Certificate[],
  { logger, now }: Pick<Context, 'logger' | 'now'>,
): X509Certificate[] {
  const moment = now()
  const roots = new Map<string, X509Certificate>()
  const mistakes = alipay.map(({ own }) => datesMistake(own, moment))
  if (!mistakes.includes(undefined)) {
    throw refuse('ALIPAY_PUBLIC_CERT', `${mistakes.join(' and ')}, and today is ${dateOf(moment)}`)
  }
  for (const [index, { own, others }] of alipay.entries()) {
    const wrong = mistakes[index]
    if (wrong) logger.warn({ serialNumber: serialNumberOf(own) }, `a certificate in ALIPAY_PUBLIC_CERT ${wrong}`)
    if (moment > own.validToDate) continue
    // One that is not valid yet is used from its first day on, so its chain is checked as of that day.
    const asOf = new Date(Math.max(own.validFromDate.getTime(), moment.getTime()))
    const trust = findTrust(own, { others, bundle, now: asOf })
    if ('mistake' in trust) {
      throw new ConfigError(
        `ALIPAY_ROOT_CERT is not what ALIPAY_PUBLIC_CERT chains up to: ${trust.mistake}. One of them is not the whole file, ` +
          `or is of another environment (sandbox, production): give ${whereCertificatesAre.ALIPAY_ROOT_CERT}, and ` +
          `${whereCertificatesAre.ALIPAY_PUBLIC_CERT}, with both certificates that are in it.`,
      )
    }
    roots.set(trust.root.fingerprint256, trust.root)
  }
  return [...roots.values()]
}

/** Undefined where OpenSSL does not know the kind of key. */
function keyOf(certificate: X509Certificate): KeyObject | undefined {
  try {
    return certificate.publicKey
  } catch {
    return undefined
  }
}
