import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ConfigError } from '@alipay-checkout/service-kit'

export interface AlipayKeys {
  /** Signs what we ask. */
  readonly appPrivateKey: KeyObject
  /** Checks what Alipay says. */
  readonly alipayPublicKey: KeyObject
}

/**
 * Reads both keys. Each may be PEM (PKCS#1 or PKCS#8), the bare base64 that Alipay's console shows, or a file holding
 * either. Throws ConfigError naming the variable. The SDK would notice a wrong key at the first payment only, so one
 * signature is made and checked here.
 */
export function readKeys(given: { ALIPAY_PRIVATE_KEY: string; ALIPAY_PUBLIC_KEY: string }): AlipayKeys {
  const appPrivateKey = readKey('ALIPAY_PRIVATE_KEY', given.ALIPAY_PRIVATE_KEY, parsePrivateKey)
  const alipayPublicKey = readKey('ALIPAY_PUBLIC_KEY', given.ALIPAY_PUBLIC_KEY, parsePublicKey)
  const probe = Buffer.from('订单支付')
  const signature = sign('RSA-SHA256', probe, appPrivateKey)
  if (!verify('RSA-SHA256', probe, createPublicKey(appPrivateKey), signature)) {
    throw new ConfigError('ALIPAY_PRIVATE_KEY can’t be signed with')
  }
  return { appPrivateKey, alipayPublicKey }
}

function readKey(name: string, given: string, parse: (text: string) => KeyObject | undefined): KeyObject {
  const key = parse(given) ?? parse(fileText(given) ?? '')
  if (!key) {
    throw new ConfigError(`${name} is not an RSA key: give PEM, the bare base64, or the path of a file that holds it`)
  }
  if (key.asymmetricKeyType !== 'rsa') throw new ConfigError(`${name} is not an RSA key but ${key.asymmetricKeyType}`)
  return key
}

function fileText(path: string): string | undefined {
  try {
    return path.length < 4096 ? readFileSync(path, 'utf8') : undefined
  } catch {
    return undefined
  }
}

function parsePrivateKey(text: string): KeyObject | undefined {
  const pem = asPem(text)
  if (pem) return attempt(() => createPrivateKey(pem))
  const key = asDer(text)
  return (
    key &&
    (attempt(() => createPrivateKey({ key, format: 'der', type: 'pkcs8' })) ??
      attempt(() => createPrivateKey({ key, format: 'der', type: 'pkcs1' })))
  )
}

function parsePublicKey(text: string): KeyObject | undefined {
  const pem = asPem(text)
  // A private key would be taken here and its public half derived: that is never Alipay's key.
  if (pem) return pem.includes('PRIVATE KEY') ? undefined : attempt(() => createPublicKey(pem))
  const key = asDer(text)
  return (
    key &&
    (attempt(() => createPublicKey({ key, format: 'der', type: 'spki' })) ??
      attempt(() => createPublicKey({ key, format: 'der', type: 'pkcs1' })))
  )
}

/** PEM, also where its line breaks were written as `\n` to fit into one line of an .env file. */
function asPem(text: string): string | undefined {
  return text.includes('-----BEGIN') ? text.replaceAll('\\n', '\n').trim() : undefined
}

function asDer(text: string): Buffer | undefined {
  const base64 = text.replaceAll(/\s/g, '')
  return /^[A-Za-z0-9+/]{100,}={0,2}$/.test(base64) ? Buffer.from(base64, 'base64') : undefined
}

function attempt(parse: () => KeyObject): KeyObject | undefined {
  try {
    return parse()
  } catch {
    return undefined
  }
}
