import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '@alipay-checkout/service-kit'
import { afterAll, describe, expect, it } from 'vitest'
import { serialNumberOf } from './certificates.ts'
import { type KeySettings, readKeys } from './keys.ts'
import { makeCertificate, type TestCertificate } from './test-certificates.ts'

const dayMs = 86_400_000
const inDays = (days: number) => new Date(Date.now() + days * dayMs)
const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' })

const root = makeCertificate('Test Authority R1')
const otherRoot = makeCertificate('Test Authority E1', { privateKey: elliptic.privateKey })
const strangeRoot = makeCertificate('Test Authority R1')
const appIssuer = makeCertificate('Test Authority Class 1 R1', { issuer: root, ca: true })
const issuer = makeCertificate('Test Authority Class 2 R1', { issuer: root, ca: true })
const app = makeCertificate('Shop', { issuer: appIssuer })
const alipay = makeCertificate('Alipay', { issuer })
const next = makeCertificate('Alipay', { issuer })

const privatePem = app.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const bundle = otherRoot.pem + root.pem
const file = alipay.pem + issuer.pem
const valid = {
  ALIPAY_PRIVATE_KEY: privatePem,
  ALIPAY_APP_CERT: app.pem,
  ALIPAY_ROOT_CERT: bundle,
  ALIPAY_PUBLIC_CERT: file,
}
const numberOf = ({ pem }: TestCertificate) => serialNumberOf(new X509Certificate(pem))
const text = Buffer.from('订单支付')
const signedBy = ({ privateKey }: TestCertificate) => sign('RSA-SHA256', text, privateKey)
const body = (pem: string) => pem.replaceAll(/-----.*-----|\s/g, '')

it('makes the parameters of requests, and verifies with Alipay’s certificate', () => {
  const keys = readKeys(valid)
  expect(keys).toMatchObject({
    mode: 'certificate',
    certificateParameters: { app_cert_sn: numberOf(app), alipay_root_cert_sn: numberOf(root) },
  })
  expect(keys.alipay.verify(text, signedBy(alipay))).toBe(true)
  for (const other of [app, issuer, root, next]) expect(keys.alipay.verify(text, signedBy(other))).toBe(false)
  expect(keys.certificates().map(({ owner, serialNumber }) => [owner, serialNumber])).toEqual([
    ['app', numberOf(app)],
    ['alipay', numberOf(alipay)],
    ['root', numberOf(root)],
  ])
})

describe('the forms of a certificate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'payment-service-certificates-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  let files = 0
  const write = (content: string | Buffer) => {
    const path = join(folder, `certificate-${++files}.crt`)
    writeFileSync(path, content)
    return path
  }
  const forms: [string, (pem: string) => string][] = [
    ['PEM', pem => pem],
    ['PEM on one line', pem => pem.replaceAll('\n', '\\n')],
    ['PEM with CRLF', pem => pem.replaceAll('\n', '\r\n')],
    ['PEM with spaces for line breaks', pem => pem.replaceAll('\n', ' ')],
    ['PEM in quotes below a byte order mark', pem => `"\uFEFF${pem}"`],
    ['PEM below explanations', pem => `subject=C=CN\n${pem}`],
    ['the bare bodies', body],
    ['base64 of the PEM', pem => Buffer.from(pem).toString('base64')],
    ['a file with PEM', pem => write(pem)],
    [
      'a file with DER',
      pem =>
        write(
          Buffer.concat(
            pem
              .split(/(?<=END.*)\n/)
              .filter(Boolean)
              .map(one => Buffer.from(body(one), 'base64')),
          ),
        ),
    ],
    ['a file in UTF-16', pem => `'${write(Buffer.from(`\uFEFF${pem}`, 'utf16le'))}'`],
  ]
  it.each(forms)('%s', (_form, written) => {
    const keys = readKeys({
      ALIPAY_PRIVATE_KEY: privatePem,
      ALIPAY_APP_CERT: written(app.pem),
      ALIPAY_ROOT_CERT: written(bundle),
      ALIPAY_PUBLIC_CERT: written(file),
    })
    expect(keys.certificateParameters).toEqual(readKeys(valid).certificateParameters)
    expect(keys.alipay.verify(text, signedBy(alipay))).toBe(true)
  })

  it('two certificates of Alipay, separated by a comma', () => {
    const path = write(next.pem + issuer.pem)
    for (const given of [`${file},${path}`, `${path}, ${file}`, `"${body(file)},${path}"`]) {
      const keys = readKeys({ ...valid, ALIPAY_PUBLIC_CERT: given })
      expect(keys.alipay.verify(text, signedBy(alipay))).toBe(true)
      expect(keys.alipay.verify(text, signedBy(next))).toBe(true)
      expect(keys.alipay.verify(text, signedBy(app))).toBe(false)
    }
  })

  it('the application’s certificate among others, and Alipay’s below its issuer’s', () => {
    const keys = readKeys({
      ...valid,
      ALIPAY_APP_CERT: appIssuer.pem + app.pem,
      ALIPAY_PUBLIC_CERT: issuer.pem + alipay.pem,
    })
    expect(keys.certificateParameters.app_cert_sn).toBe(numberOf(app))
    expect(keys.alipay.verify(text, signedBy(alipay))).toBe(true)
  })
})

describe('dates', () => {
  it('takes the application’s renewed certificate from a file that has the ended one too', () => {
    const ended = { issuer: appIssuer, privateKey: app.privateKey, from: inDays(-100), to: inDays(-1) }
    const keys = readKeys({ ...valid, ALIPAY_APP_CERT: makeCertificate('Shop', ended).pem + app.pem })
    expect(keys.certificateParameters.app_cert_sn).toBe(numberOf(app))
  })

  it('of two certificates, uses each while it is within its dates', () => {
    let today = new Date()
    const later = makeCertificate('Alipay', { issuer, from: inDays(10), to: inDays(100) })
    const ended = makeCertificate('Alipay', { issuer, from: inDays(-100), to: inDays(-1) })
    const warnings: string[] = []
    const logger = { warn: (_about: object, text?: string) => void warnings.push(text ?? ''), error() {} }
    const given = `${ended.pem}${issuer.pem},${file},${later.pem}${issuer.pem}`
    const { alipay: verifier } = readKeys(
      { ...valid, ALIPAY_PUBLIC_CERT: given },
      { logger: logger as never, now: () => today },
    )
    expect(warnings).toEqual([expect.stringContaining('ended on'), expect.stringContaining('is valid only from')])
    expect(verifier.verify(text, signedBy(ended))).toBe(false)
    expect(verifier.verify(text, signedBy(later))).toBe(false)
    expect(verifier.verify(text, signedBy(alipay))).toBe(true)
    today = inDays(50)
    expect(verifier.verify(text, signedBy(later))).toBe(true)
    today = inDays(366)
    expect(verifier.verify(text, signedBy(later))).toBe(false)
    expect(verifier.verify(text, signedBy(alipay))).toBe(false)
  })
})

describe('refuses at start, names the setting, the mistake and where the right file is', () => {
  const shop = (dates: object) => makeCertificate('Shop', { issuer: appIssuer, privateKey: app.privateKey, ...dates })
  const ownFile = (dates: object) => makeCertificate('Alipay', { issuer, ...dates }).pem + issuer.pem
  const ended = { from: inDays(-100), to: inDays(-1) }
  const later = { from: inDays(1) }
  const publicPem = new X509Certificate(alipay.pem).publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const endedIssuer = makeCertificate('Old', { issuer: root, ca: true, ...ended })
  const noAuthority = makeCertificate('Another shop', { issuer: appIssuer })
  const endedRoot = makeCertificate('Root', ended)
  const short = makeCertificate('Alipay', {
    issuer,
    privateKey: generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey,
  })
  const mistakes: [string, Partial<KeySettings>, RegExp][] = [
    [
      'another app’s certificate',
      { ALIPAY_APP_CERT: makeCertificate('Other', { issuer: appIssuer }).pem },
      /^ALIPAY_APP_CERT is not the certificate of ALIPAY_PRIVATE_KEY.*应用公钥证书/,
    ],
    [
      'another private key',
      { ALIPAY_PRIVATE_KEY: rsa().export({ type: 'pkcs8', format: 'pem' }).toString() },
      /^ALIPAY_APP_CERT is not the certificate of ALIPAY_PRIVATE_KEY/,
    ],
    [
      'Alipay’s certificate as the app’s',
      { ALIPAY_APP_CERT: file },
      /^ALIPAY_APP_CERT is not the certificate of ALIPAY_PRIVATE_KEY/,
    ],
    ['a root as the app’s', { ALIPAY_APP_CERT: bundle }, /^ALIPAY_APP_CERT holds a root certificate/],
    ['a private key as the app’s', { ALIPAY_APP_CERT: privatePem }, /^ALIPAY_APP_CERT holds a private key/],
    ['a public key as the app’s', { ALIPAY_APP_CERT: publicPem }, /^ALIPAY_APP_CERT holds a public key/],
    [
      'an ended certificate of the app',
      { ALIPAY_APP_CERT: shop(ended).pem },
      /^ALIPAY_APP_CERT ended on \d{4}-\d\d-\d\d/,
    ],
    ['a later certificate of the app', { ALIPAY_APP_CERT: shop(later).pem }, /^ALIPAY_APP_CERT is valid only from/],
    ['a cut certificate of the app', { ALIPAY_APP_CERT: app.pem.slice(0, -40) }, /^ALIPAY_APP_CERT .*cut off/],
    ['a changed certificate', { ALIPAY_APP_CERT: app.pem.replace('MII', 'MIA') }, /^ALIPAY_APP_CERT .*cut off/],
    ['no file', { ALIPAY_APP_CERT: './no/such.crt' }, /^ALIPAY_APP_CERT names a file that cannot be read/],
    ['nonsense', { ALIPAY_APP_CERT: 'nonsense' }, /^ALIPAY_APP_CERT is not a certificate/],
    [
      'a request',
      { ALIPAY_APP_CERT: app.pem.replaceAll('CERTIFICATE', 'CERTIFICATE REQUEST') },
      /^ALIPAY_APP_CERT holds a certificate request/,
    ],
    [
      'another root',
      { ALIPAY_ROOT_CERT: strangeRoot.pem },
      /^ALIPAY_ROOT_CERT is not what ALIPAY_PUBLIC_CERT chains up to.*支付宝根证书/,
    ],
    [
      'an ended root',
      { ALIPAY_ROOT_CERT: endedRoot.pem, ALIPAY_PUBLIC_CERT: makeCertificate('Alipay', { issuer: endedRoot }).pem },
      /^ALIPAY_ROOT_CERT.*the root certificate of Root ended on/,
    ],
    [
      'an incomplete bundle',
      { ALIPAY_ROOT_CERT: otherRoot.pem },
      /^ALIPAY_ROOT_CERT holds no certificate that is signed with RSA/,
    ],
    ['a damaged bundle', { ALIPAY_ROOT_CERT: bundle.slice(0, -40) }, /^ALIPAY_ROOT_CERT .*cut off/],
    ['Alipay’s file as the root', { ALIPAY_ROOT_CERT: file }, /^ALIPAY_ROOT_CERT holds Alipay’s certificate/],
    ['the app’s as the root', { ALIPAY_ROOT_CERT: app.pem }, /^ALIPAY_ROOT_CERT holds the application’s certificate/],
    ['an issuer as the root', { ALIPAY_ROOT_CERT: issuer.pem }, /^ALIPAY_ROOT_CERT holds no root certificate/],
    [
      'the app’s certificate as Alipay’s',
      { ALIPAY_PUBLIC_CERT: app.pem },
      /^ALIPAY_PUBLIC_CERT holds the certificate of your own application/,
    ],
    ['the root as Alipay’s', { ALIPAY_PUBLIC_CERT: bundle }, /^ALIPAY_PUBLIC_CERT holds a root certificate/],
    [
      'Alipay’s key instead of its certificate',
      { ALIPAY_PUBLIC_CERT: publicPem },
      /^ALIPAY_PUBLIC_CERT holds a public key.*支付宝公钥证书/,
    ],
    ['an ended certificate of Alipay', { ALIPAY_PUBLIC_CERT: ownFile(ended) }, /^ALIPAY_PUBLIC_CERT ended on/],
    ['a later certificate of Alipay', { ALIPAY_PUBLIC_CERT: ownFile(later) }, /^ALIPAY_PUBLIC_CERT is valid only from/],
    [
      'Alipay’s without its issuer’s',
      { ALIPAY_PUBLIC_CERT: alipay.pem },
      /ALIPAY_PUBLIC_CERT chains up to: the certificate of its issuer, Test Authority Class 2 R1, is missing/,
    ],
    [
      'an ended issuer',
      { ALIPAY_PUBLIC_CERT: makeCertificate('Alipay', { issuer: endedIssuer }).pem + endedIssuer.pem },
      /the certificate of Old ended on/,
    ],
    [
      'an issuer that may not issue',
      { ALIPAY_PUBLIC_CERT: makeCertificate('Alipay', { issuer: noAuthority }).pem + noAuthority.pem + appIssuer.pem },
      /Another shop, is missing/,
    ],
    [
      'a short key',
      { ALIPAY_PUBLIC_CERT: short.pem + issuer.pem },
      /^ALIPAY_PUBLIC_CERT holds an RSA key of 1024 bits/,
    ],
    [
      'a second certificate with another root',
      { ALIPAY_PUBLIC_CERT: `${file},${makeCertificate('Alipay', { issuer: strangeRoot }).pem}` },
      /ALIPAY_PUBLIC_CERT chains up to/,
    ],
    ['a path with a comma', { ALIPAY_PUBLIC_CERT: '/etc/alipay,2026/a.crt' }, /a path must not contain one/],
    ['nothing between commas', { ALIPAY_PUBLIC_CERT: ' , ' }, /^ALIPAY_PUBLIC_CERT is empty/],
  ]
  it.each(mistakes)('%s', (_name, change, mistake) => {
    const message = messageOf({ ...valid, ...change })
    expect(message).toMatch(mistake)
    expect(message).toMatch(/^[^\n]*open\.alipay\.com: 控制台 → your application → 开发设置[^\n]*\.$/)
    expect(message).not.toMatch(/BEGIN|MII/)
  })

  it.each<[string, Partial<KeySettings>, string]>([
    ['no mode', {}, 'ALIPAY_PUBLIC_KEY is not set'],
    ['two of three', { ALIPAY_APP_CERT: app.pem, ALIPAY_PUBLIC_CERT: file }, 'but ALIPAY_ROOT_CERT is not set'],
    ['one of three', { ALIPAY_ROOT_CERT: bundle }, 'but ALIPAY_APP_CERT, ALIPAY_PUBLIC_CERT are not set'],
    [
      'both modes',
      { ...valid, ALIPAY_PUBLIC_KEY: publicPem },
      'ALIPAY_PUBLIC_KEY and ALIPAY_APP_CERT, ALIPAY_ROOT_CERT, ALIPAY_PUBLIC_CERT are set',
    ],
    [
      'a key and one certificate',
      { ALIPAY_PUBLIC_KEY: publicPem, ALIPAY_APP_CERT: app.pem },
      'ALIPAY_PUBLIC_KEY and ALIPAY_APP_CERT are set',
    ],
    [
      'a certificate instead of the key',
      { ALIPAY_PUBLIC_KEY: file },
      'set ALIPAY_APP_CERT, ALIPAY_ROOT_CERT and ALIPAY_PUBLIC_CERT instead',
    ],
  ])('%s', (_name, given, mistake) => {
    const message = messageOf({ ALIPAY_PRIVATE_KEY: privatePem, ...given })
    expect(message).toContain(mistake)
    expect(message).toContain('接口加签方式')
  })
})

function messageOf(given: KeySettings): string {
  try {
    readKeys(given)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message
  }
  throw new Error('the settings were accepted')
}
