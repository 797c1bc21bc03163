import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { ConfigError } from '@alipay-checkout/service-kit'
import { type KeyMaterial, recogniseKey } from './key-material.ts'

export interface AlipayKeys {
  /** Signs our requests. */
  readonly appPrivateKey: KeyObject
  /** Verifies Alipay's replies and notifies. */
  readonly alipayPublicKey: KeyObject
}

/** Alipay: RSA2 keys have 2048 bits. */
const keyBitsMin = 2048

/** Where Alipay's console shows the key for ALIPAY_PUBLIC_KEY. */
export const whereAlipayPublicKeyIs =
  'open.alipay.com: 控制台 → your application → 开发设置 → 接口加签方式（密钥）→ 查看 → 支付宝公钥'
/** Where the private key is found. Alipay does not have it, so its console cannot show it. */
export const whereAppPrivateKeyIs =
  '应用私钥, the private key that Alipay’s key tool (支付宝开放平台密钥工具) saved when the 应用公钥 was made ' +
  'that is registered at open.alipay.com: 控制台 → your application → 开发设置 → 接口加签方式（密钥）'

const keyForms = 'as PEM, as bare base64, or as the path of a file that holds either'

/**
 * Reads both keys. Each may be PEM (PKCS#1 or PKCS#8), the bare base64 that Alipay's console shows, or the path of a
 * file. Throws ConfigError, which names the setting, the mistake and where the right key is found, and never contains
 * the value. The SDK would report a wrong key only at the first payment.
 */
export function readKeys(given: { ALIPAY_PRIVATE_KEY: string; ALIPAY_PUBLIC_KEY: string }): AlipayKeys {
  const appPrivateKey = readPrivateKey(recogniseKey(given.ALIPAY_PRIVATE_KEY))
  const alipayPublicKey = readPublicKey(recogniseKey(given.ALIPAY_PUBLIC_KEY), createPublicKey(appPrivateKey))
  return { appPrivateKey, alipayPublicKey }
}

function readPrivateKey(material: KeyMaterial): KeyObject {
  const refuse = (mistake: string) =>
    new ConfigError(`ALIPAY_PRIVATE_KEY ${mistake}: give ${whereAppPrivateKeyIs}, ${keyForms}.`)
  if (material.kind === 'public') throw refuse('holds a public key, and requests can only be signed with a private one')
  if (material.kind !== 'private') throw refuse(otherMistakes[material.kind])
  const mistake = wrongKind(material.key)
  if (mistake) throw refuse(mistake)
  const probe = Buffer.from('订单支付')
  const signature = sign('RSA-SHA256', probe, material.key)
  if (!verify('RSA-SHA256', probe, createPublicKey(material.key), signature)) {
    throw refuse('holds a damaged key: its signatures do not verify')
  }
  return material.key
}

function readPublicKey(material: KeyMaterial, appPublicKey: KeyObject): KeyObject {
  const refuse = (mistake: string) =>
    new ConfigError(
      `ALIPAY_PUBLIC_KEY ${mistake}: copy Alipay’s public key from ${whereAlipayPublicKeyIs}, ${keyForms}.`,
    )
  if (material.kind === 'private') {
    throw refuse('holds a private key, and Alipay’s replies are verified with Alipay’s public key')
  }
  if (material.kind !== 'public') throw refuse(otherMistakes[material.kind])
  if (material.key.equals(appPublicKey)) {
    throw refuse('holds the public key of your own application (应用公钥), not Alipay’s (支付宝公钥)')
  }
  const mistake = wrongKind(material.key)
  if (mistake) throw refuse(mistake)
  return material.key
}

const certificateMode = 'but this system uses keys (密钥), not certificates (证书)'
const otherMistakes: Record<Exclude<KeyMaterial['kind'], 'private' | 'public'>, string> = {
  certificate: `holds a certificate, ${certificateMode}`,
  'certificate request': `holds a certificate request, ${certificateMode}`,
  'encrypted private key': 'holds a private key that is encrypted with a password',
  damaged: 'holds a key that cannot be read: it is cut off or was changed while it was copied',
  'no file': 'names a file that cannot be read',
  other: 'is not an RSA key',
}

function wrongKind(key: KeyObject): string | undefined {
  if (key.asymmetricKeyType !== 'rsa') return `is not an RSA key but ${key.asymmetricKeyType}`
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  return bits < keyBitsMin ? `holds an RSA key of ${bits} bits, and RSA2 needs at least ${keyBitsMin}` : undefined
}
