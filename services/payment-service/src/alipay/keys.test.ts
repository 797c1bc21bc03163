import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '@alipay-checkout/service-kit'
import { afterAll, describe, expect, it } from 'vitest'
import { readKeys } from './keys.ts'

/** A self-signed certificate for this test. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIDDzCCAfegAwIBAgIUFj148PaB72bKkm9eUUojlSLL21AwDQYJKoZIhvcNAQEL
BQAwFjEUMBIGA1UEAwwLYWxpcGF5LXRlc3QwIBcNMjYxMTI4MTc0OTIxWhgPMjEy
NjExMDQxNzQ5MjFaMBYxFDASBgNVBAMMC2FsaXBheS10ZXN0MIIBIjANBgkqhkiG
9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqwzz2idL55E0CPYkk87FSzm/JfAr5GDba+Jp
AZri+Wy+slzATYdrt1wHM7bu2LtvZttPQNnGIXWiaLA+dH3S+NOoeMeZ9WzVr277
SNcS6co0xojkwp2hQUZgu8SDO++TVveZYGC1/ER0W9+e5v6HSFQvHFR+gHUkgtg/
Li4fHSCLDEigA17L2smc8QG7a4yTUGkUuuRjEiwsWPUgK/gAUb/LcfA78TF5j9P6
mHV7S6WImvBsDe7Nsuhn8h0FANwxj5zmR3kNB8JTVVw9pIM55CtNMDSGK6G457Hp
TqHSBSEc4/ZUPKAQKkU0caN3rgpoW+Vet5n5MethdMyOO8WpvQIDAQABo1MwUTAd
BgNVHQ4EFgQUW3U9vHcu4KSxGWjO467EPNgZlQ0wHwYDVR0jBBgwFoAUW3U9vHcu
4KSxGWjO467EPNgZlQ0wDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOC
AQEAmC9wKyXDLcWGdWSGCenTKa3Hzk5A2KnomJCC4vghBS6KxHtK3okx9RB68krK
uofzjYGFdDpTR5JqDn4I8/8LDe0p/9Km2AyddwfdEzYbjjWu/4RfEtGwLOAIcWAn
qe9lQvrKUyrC1pivUUH0tBcNAMYD5Q7wBS7NAs7tsadfoKkvGxttXz8psZYvKSWF
9w5qx9mX1LkGH95Q/u76HuEcVv8uRpma0SC91w4zAKpJ2fvU/t10bZ/3FSpNJlU/
Rrj0DIZ6ZbsioHfQpf1BO50Kr4QizNle9ZH42dSrYx+yPEg6WrQVGanDXPTc2UMa
n5r16l3iaOxWWc9L/lUTqyvHrA==
-----END CERTIFICATE-----
`

const { privateKey, publicKey: appPublicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const { privateKey: alipayPrivateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const short = generateKeyPairSync('rsa', { modulusLength: 1024 })
const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 })
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const text = Buffer.from('订单支付')
const bare = (der: Buffer) => der.toString('base64')

const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const spki = publicKey.export({ type: 'spki', format: 'pem' }).toString()

const privateForms = {
  'PKCS#8 PEM': pkcs8,
  'PKCS#1 PEM': privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  'PEM on one line': pkcs8.replaceAll('\n', '\\n'),
  'PEM with CRLF': pkcs8.replaceAll('\n', '\r\n'),
  'PEM with CRLF on one line': pkcs8.replaceAll('\n', '\\r\\n'),
  'PEM with spaces for line breaks': pkcs8.replaceAll('\n', ' '),
  'PEM in quotes': `"${pkcs8}"`,
  'PEM below a byte order mark': `\uFEFF${pkcs8}`,
  'PKCS#8 under the label of PKCS#1': pkcs8.replaceAll('PRIVATE KEY', 'RSA PRIVATE KEY'),
  'bare PKCS#8': bare(privateKey.export({ type: 'pkcs8', format: 'der' })),
  'bare PKCS#1': bare(privateKey.export({ type: 'pkcs1', format: 'der' })),
  'bare PKCS#8 in quotes': `'${bare(privateKey.export({ type: 'pkcs8', format: 'der' }))}'`,
}
const publicForms = {
  'SPKI PEM': spki,
  'PEM on one line': spki.replaceAll('\n', '\\n'),
  'PEM with CRLF': spki.replaceAll('\n', '\r\n'),
  'PEM in quotes': `"${spki}"`,
  'PKCS#1 PEM': publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  'bare SPKI': bare(publicKey.export({ type: 'spki', format: 'der' })),
  'bare SPKI with line breaks': bare(publicKey.export({ type: 'spki', format: 'der' })).replaceAll(/.{64}/g, '$&\\n'),
  'bare PKCS#1': bare(publicKey.export({ type: 'pkcs1', format: 'der' })),
  'bare SPKI between invisible characters': `\u200B${bare(publicKey.export({ type: 'spki', format: 'der' }))}\u2060`,
}
const anyPrivate = privateForms['bare PKCS#8']
const anyPublic = publicForms['bare SPKI']

it.each(Object.entries(privateForms))('reads a private key given as %s', (_form, ALIPAY_PRIVATE_KEY) => {
  const keys = readKeys({ ALIPAY_PRIVATE_KEY, ALIPAY_PUBLIC_KEY: anyPublic })
  expect(createPublicKey(keys.appPrivateKey).equals(appPublicKey)).toBe(true)
})

it.each(Object.entries(publicForms))('reads a public key given as %s', (_form, ALIPAY_PUBLIC_KEY) => {
  const { alipay } = readKeys({ ALIPAY_PRIVATE_KEY: anyPrivate, ALIPAY_PUBLIC_KEY })
  expect(alipay.verify(text, sign('RSA-SHA256', text, alipayPrivateKey))).toBe(true)
  expect(alipay.verify(text, sign('RSA-SHA256', text, privateKey))).toBe(false)
})

it('verifies with either of two public keys, so that Alipay’s key can be changed without a pause', () => {
  const next = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const nextPem = next.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  for (const given of [`${anyPublic},${nextPem}`, `"${anyPublic}, ${nextPem}"`, `'${nextPem}','${anyPublic}',`]) {
    const { alipay } = readKeys({ ALIPAY_PRIVATE_KEY: anyPrivate, ALIPAY_PUBLIC_KEY: given })
    expect(alipay.verify(text, sign('RSA-SHA256', text, alipayPrivateKey))).toBe(true)
    expect(alipay.verify(text, sign('RSA-SHA256', text, next.privateKey))).toBe(true)
    expect(alipay.verify(text, sign('RSA-SHA256', text, privateKey))).toBe(false)
  }
})

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'payment-service-keys-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  it.each([
    ['PEM', privateForms['PKCS#1 PEM']],
    ['bare base64', privateForms['bare PKCS#8']],
    ['DER', privateKey.export({ type: 'pkcs8', format: 'der' })],
    ['UTF-16', Buffer.from(`\uFEFF${pkcs8.replaceAll('\n', '\r\n')}`, 'utf16le')],
  ])('reads a key from a file that holds %s', (form, content) => {
    const path = join(folder, form)
    writeFileSync(path, content)
    for (const given of [path, `"${path}"`]) {
      const keys = readKeys({ ALIPAY_PRIVATE_KEY: given, ALIPAY_PUBLIC_KEY: anyPublic })
      expect(keys.appPrivateKey.equals(privateKey)).toBe(true)
    }
  })

  it.each([
    ['PEM', certificate],
    ['DER', Buffer.from(certificate.replaceAll(/-----.*-----|\s/g, ''), 'base64')],
  ])('refuses a certificate in a file that holds %s', (form, content) => {
    const path = join(folder, `alipayCertPublicKey_RSA2.${form}.crt`)
    writeFileSync(path, content)
    const read = () => readKeys({ ALIPAY_PRIVATE_KEY: anyPrivate, ALIPAY_PUBLIC_KEY: path })
    expect(read).toThrow(/ALIPAY_PUBLIC_KEY holds a certificate.*支付宝公钥/)
  })
})

describe('refuses a wrong key, names the setting, the mistake and where the right key is, and hides the value', () => {
  const pem = (key: KeyObject, type: 'spki' | 'pkcs8') => key.export({ type, format: 'pem' }).toString()
  const encrypted = privateKey
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
    .toString()
  const publicMistakes: [string, string, string][] = [
    ['the application’s own public key', pem(appPublicKey, 'spki'), 'the public key of your own application'],
    ['the same as bare PKCS#1', bare(appPublicKey.export({ type: 'pkcs1', format: 'der' })), 'your own application'],
    ['a private key', pem(alipayPrivateKey, 'pkcs8'), 'holds a private key'],
    ['a bare private key', anyPrivate, 'holds a private key'],
    ['a certificate', certificate, 'holds a certificate'],
    ['a certificate on one line', certificate.replaceAll('\n', '\\n'), 'holds a certificate'],
    ['a bare certificate', certificate.replaceAll(/-----.*-----|\s/g, ''), 'holds a certificate'],
    ['an elliptic key', pem(elliptic.publicKey, 'spki'), 'is not an RSA key but ec'],
    ['an RSA-PSS key', pem(pss.publicKey, 'spki'), 'is not an RSA key but rsa-pss'],
    ['a short key', pem(short.publicKey, 'spki'), '1024 bits'],
    ['a truncated key', anyPublic.slice(0, -40), 'cut off'],
    ['a key without its first characters', anyPublic.slice(3), 'cut off'],
    ['a PEM without its end', spki.slice(0, -40), 'cut off'],
    ['nonsense', 'nonsense', 'is not an RSA key'],
    ['a file that is not there', '/no/such/file', 'a file that cannot be read'],
    ['a wrong second key', `${anyPublic},${pem(short.publicKey, 'spki')}`, '1024 bits'],
    ['a path with a comma', '/etc/alipay,2026/key.pem', 'a path must not contain one'],
  ]
  it.each(publicMistakes)('%s for Alipay’s public key', (_name, ALIPAY_PUBLIC_KEY, mistake) => {
    const message = messageOf({ ALIPAY_PRIVATE_KEY: anyPrivate, ALIPAY_PUBLIC_KEY })
    expect(message).toMatch(/^ALIPAY_PUBLIC_KEY [^\n]*\.$/)
    expect(message).toContain(mistake)
    expect(message).toContain('open.alipay.com: 控制台 → your application → 开发设置 → 接口加签方式')
    expect(message).not.toContain(ALIPAY_PUBLIC_KEY)
  })

  const privateMistakes: [string, string, string][] = [
    ['a public key', anyPublic, 'holds a public key'],
    ['a certificate', certificate, 'holds a certificate'],
    ['an encrypted key', encrypted, 'encrypted with a password'],
    ['an elliptic key', pem(elliptic.privateKey, 'pkcs8'), 'is not an RSA key but ec'],
    ['an elliptic key of its own form', elliptic.privateKey.export({ type: 'sec1', format: 'pem' }).toString(), 'ec'],
    [
      'an elliptic key below its parameters',
      `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${elliptic.privateKey.export({ type: 'sec1', format: 'pem' })}`,
      'is not an RSA key but ec',
    ],
    ['a short key', pem(short.privateKey, 'pkcs8'), '1024 bits'],
    ['a truncated key', anyPrivate.slice(0, -40), 'cut off'],
    ['a folder', tmpdir(), 'a file that cannot be read'],
    ['nonsense', 'nonsense', 'is not an RSA key'],
  ]
  it.each(privateMistakes)('%s for the application’s private key', (_name, ALIPAY_PRIVATE_KEY, mistake) => {
    const message = messageOf({ ALIPAY_PRIVATE_KEY, ALIPAY_PUBLIC_KEY: anyPublic })
    expect(message).toMatch(/^ALIPAY_PRIVATE_KEY [^\n]*应用私钥[^\n]*\.$/)
    expect(message).toContain(mistake)
    expect(message).not.toContain(ALIPAY_PRIVATE_KEY)
  })
})

function messageOf(given: Parameters<typeof readKeys>[0]): string {
  try {
    readKeys(given)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message
  }
  throw new Error('the keys were accepted')
}
