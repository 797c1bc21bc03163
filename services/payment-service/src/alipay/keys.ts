import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { ConfigError, type Logger } from '@alipay-checkout/service-kit'
import {
  type CertificateSettings,
  certificateNames,
  readCertificates,
  type UsedCertificate,
} from './certificate-settings.ts'
import { type KeyMaterial, listOf, recogniseKey } from './key-material.ts'
import { keyForms, mistakeOf, pathHint } from './key-mistakes.ts'
import { rsaMistake } from './rsa-key.ts'
import { createKeyVerifier, type SignatureVerifier } from './verifier.ts'

export interface AlipayKeys {
  /** Alipay: an application is in key mode (密钥) or in certificate mode (证书). */
  readonly mode: 'key' | 'certificate'
  /** Signs our requests. */
  readonly appPrivateKey: KeyObject
  /** Public parameters of every request, which are signed too. None in key mode. */
  readonly certificateParameters: Readonly<Record<string, string>>
  /** Verifies Alipay's replies and notifies. */
  readonly alipay: SignatureVerifier
  /** Alipay’s public keys. None in certificate mode. */
  readonly publicKeys: readonly KeyObject[]
  /** The certificates that are used: those of the settings, and those that were downloaded. None in key mode. */
  certificates(): readonly UsedCertificate[]
}

export interface KeySettings extends Partial<CertificateSettings> {
  ALIPAY_PRIVATE_KEY: string
  ALIPAY_PUBLIC_KEY?: string
}

/** Where Alipay's console shows the key for ALIPAY_PUBLIC_KEY. */
export const whereAlipayPublicKeyIs =
  'open.alipay.com: 控制台 → your application → 开发设置 → 接口加签方式（密钥）→ 查看 → 支付宝公钥'
/** Where the private key is found. Alipay does not have it, so its console cannot show it. */
export const whereAppPrivateKeyIs =
  '应用私钥, the private key that Alipay’s key tool (支付宝开放平台密钥工具) saved when the 应用公钥 was made ' +
  'that is registered at open.alipay.com: 控制台 → your application → 开发设置 → 接口加签方式（密钥）'

/**
 * Reads the application's private key, and either Alipay's public key or the three certificates. Each may be PEM, the
 * bare base64 that Alipay's console shows, or the path of a file. Throws ConfigError, which names the setting, the mistake
 * and where the right key or file is found, and never contains the value. The SDK would report a wrong key only at the
 * first payment.
 */
export function readKeys(
  given: KeySettings,
  { logger = silent, now = () => new Date() }: { logger?: Pick<Logger, 'warn' | 'error'>; now?: () => Date } = {},
): AlipayKeys {
  const mode = modeOf(given)
  const appPrivateKey = readPrivateKey(recogniseKey(given.ALIPAY_PRIVATE_KEY))
  const appPublicKey = createPublicKey(appPrivateKey)
  if (mode === 'certificate') {
    const certificates = readCertificates(given as CertificateSettings, { appPublicKey, logger, now })
    return { mode, appPrivateKey, publicKeys: [], ...certificates }
  }
  const parts = listOf(given.ALIPAY_PUBLIC_KEY as string)
  const keys = parts.map(part => readPublicKey(recogniseKey(part), appPublicKey, parts.length > 1))
  return {
    mode,
    appPrivateKey,
    publicKeys: keys,
    certificateParameters: {},
    alipay: createKeyVerifier(keys),
    certificates: () => [],
  }
}

const silent = { warn() {}, error() {} }

/** Throws ConfigError unless exactly one mode is set, and whole. */
function modeOf(given: KeySettings): AlipayKeys['mode'] {
  const set = certificateNames.filter(name => given[name] !== undefined)
  const missing = certificateNames.filter(name => given[name] === undefined)
  const certificates = 'ALIPAY_APP_CERT, ALIPAY_ROOT_CERT and ALIPAY_PUBLIC_CERT'
  const whereMode = 'open.alipay.com: 控制台 → your application → 开发设置 → 接口加签方式'
  if (given.ALIPAY_PUBLIC_KEY !== undefined && set.length > 0) {
    throw new ConfigError(
      `ALIPAY_PUBLIC_KEY and ${set.join(', ')} are set, but an application has either keys (密钥) or certificates (证书): ` +
        `unset ALIPAY_PUBLIC_KEY if ${whereMode} shows 证书, and ${set.join(', ')} if it shows 密钥.`,
    )
  }
  if (set.length > 0 && missing.length > 0) {
    throw new ConfigError(
      `${set.join(', ')} ${set.length > 1 ? 'are' : 'is'} set, but ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} not set: ` +
        `certificate mode needs ${certificates}, the three files that ${whereMode}（证书）offers for download.`,
    )
  }
  if (set.length > 0) return 'certificate'
  if (given.ALIPAY_PUBLIC_KEY !== undefined && listOf(given.ALIPAY_PUBLIC_KEY).length > 0) return 'key'
  throw new ConfigError(
    `ALIPAY_PUBLIC_KEY is not set: give Alipay’s public key (${whereAlipayPublicKeyIs}), or ${certificates} if the ` +
      'application has certificates (证书).',
  )
}

function readPrivateKey(material: KeyMaterial): KeyObject {
  const refuse = (mistake: string) =>
    new ConfigError(`ALIPAY_PRIVATE_KEY ${mistake}: give ${whereAppPrivateKeyIs}, ${keyForms}.`)
  if (material.kind === 'public') throw refuse('holds a public key, and requests can only be signed with a private one')
  if (material.kind === 'certificate') throw refuse('holds a certificate, and requests are signed with a private key')
  if (material.kind !== 'private') throw refuse(mistakeOf(material.kind))
  const mistake = rsaMistake(material.key)
  if (mistake) throw refuse(mistake)
  const probe = Buffer.from('订单支付')
  const signature = sign('RSA-SHA256', probe, material.key)
  if (!verify('RSA-SHA256', probe, createPublicKey(material.key), signature)) {
    throw refuse('holds a damaged key: its signatures do not verify')
  }
  return material.key
}

function readPublicKey(material: KeyMaterial, appPublicKey: KeyObject, isOneOfSeveral: boolean): KeyObject {
  const refuse = (mistake: string) =>
    new ConfigError(
      `ALIPAY_PUBLIC_KEY ${mistake}: copy Alipay’s public key from ${whereAlipayPublicKeyIs}, ${keyForms}.`,
    )
  if (material.kind === 'private') {
    throw refuse('holds a private key, and Alipay’s replies are verified with Alipay’s public key')
  }
  if (material.kind === 'certificate') {
    throw refuse(
      'holds a certificate (证书). If the application has certificates, set ALIPAY_APP_CERT, ALIPAY_ROOT_CERT and ' +
        'ALIPAY_PUBLIC_CERT instead; if it has keys (密钥)',
    )
  }
  if (material.kind !== 'public') throw refuse(mistakeOf(material.kind) + pathHint(material.kind, isOneOfSeveral))
  if (material.key.equals(appPublicKey)) {
    throw refuse('holds the public key of your own application (应用公钥), not Alipay’s (支付宝公钥)')
  }
  const mistake = rsaMistake(material.key)
  if (mistake) throw refuse(mistake)
  return material.key
}
