import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readKeys } from './keys.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const bare = (der: Buffer) => der.toString('base64')

const privateForms = {
  'PKCS#8 PEM': privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  'PKCS#1 PEM': privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  'PEM on one line': privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().replaceAll('\n', '\\n'),
  'bare PKCS#8': bare(privateKey.export({ type: 'pkcs8', format: 'der' })),
  'bare PKCS#1': bare(privateKey.export({ type: 'pkcs1', format: 'der' })),
}
const publicForms = {
  'SPKI PEM': publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  'PKCS#1 PEM': publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  'bare SPKI': bare(publicKey.export({ type: 'spki', format: 'der' })),
  'bare PKCS#1': bare(publicKey.export({ type: 'pkcs1', format: 'der' })),
}
const anyPrivate = privateForms['bare PKCS#8']
const anyPublic = publicForms['bare SPKI']

test.each(Object.entries(privateForms))('reads a private key given as %s', (_form, ALIPAY_PRIVATE_KEY) => {
  const keys = readKeys({ ALIPAY_PRIVATE_KEY, ALIPAY_PUBLIC_KEY: anyPublic })
  expect(createPublicKey(keys.appPrivateKey).equals(publicKey)).toBe(true)
})

test.each(Object.entries(publicForms))('reads a public key given as %s', (_form, ALIPAY_PUBLIC_KEY) => {
  expect(readKeys({ ALIPAY_PRIVATE_KEY: anyPrivate, ALIPAY_PUBLIC_KEY }).alipayPublicKey.equals(publicKey)).toBe(true)
})

test('reads keys from files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'payment-service-keys-'))
  const path = join(folder, 'key.pem')
  writeFileSync(path, privateForms['PKCS#1 PEM'])
  const keys = readKeys({ ALIPAY_PRIVATE_KEY: path, ALIPAY_PUBLIC_KEY: anyPublic })
  rmSync(folder, { recursive: true })
  expect(keys.appPrivateKey.equals(privateKey)).toBe(true)
})

describe('refuses, naming the setting and never showing its value', () => {
  test.each([
    ['nonsense', 'ALIPAY_PRIVATE_KEY', { ALIPAY_PRIVATE_KEY: 'nonsense' }],
    ['a file that is not there', 'ALIPAY_PRIVATE_KEY', { ALIPAY_PRIVATE_KEY: '/no/such/file' }],
    ['a truncated key', 'ALIPAY_PRIVATE_KEY', { ALIPAY_PRIVATE_KEY: anyPrivate.slice(0, -40) }],
    ['a public key as the private one', 'ALIPAY_PRIVATE_KEY', { ALIPAY_PRIVATE_KEY: anyPublic }],
    ['a private key as the public one', 'ALIPAY_PUBLIC_KEY', { ALIPAY_PUBLIC_KEY: privateForms['PKCS#8 PEM'] }],
    [
      'an elliptic key',
      'ALIPAY_PUBLIC_KEY',
      { ALIPAY_PUBLIC_KEY: elliptic.publicKey.export({ type: 'spki', format: 'pem' }).toString() },
    ],
  ])('%s', (_name, variable, given) => {
    const read = () => readKeys({ ALIPAY_PRIVATE_KEY: anyPrivate, ALIPAY_PUBLIC_KEY: anyPublic, ...given })
    expect(read).toThrow(variable)
    expect(read).not.toThrow(Object.values(given)[0])
  })
})
