import { sign, X509Certificate } from 'node:crypto'
import { expect, it } from 'vitest'
import { serialNumberOf } from './certificates.ts'
import { readKeys } from './keys.ts'
import { makeCertificate, type TestCertificate } from './test-certificates.ts'

const minuteMs = 60_000
const dayMs = 86_400_000
const root = makeCertificate('Test Authority R1')
const appIssuer = makeCertificate('Test Authority Class 1 R1', { issuer: root, ca: true })
const issuer = makeCertificate('Test Authority Class 2 R1', { issuer: root, ca: true })
const otherIssuer = makeCertificate('Test Authority Class 2 R2', { issuer: root, ca: true })
const app = makeCertificate('Shop', { issuer: appIssuer })
const alipay = makeCertificate('Alipay', { issuer })

const numberOf = ({ pem }: TestCertificate) => serialNumberOf(new X509Certificate(pem))
const contentOf = (...all: TestCertificate[]) => Buffer.from(all.map(({ pem }) => pem).join('')).toString('base64')
const text = Buffer.from('{"code":"10000"}')
const signedBy = ({ privateKey }: TestCertificate) => sign('RSA-SHA256', text, privateKey)

/** The verifier of a service that knows `alipay`, with a clock and a log. */
function start() {
  const log: string[] = []
  const add = (_about: object, message?: string) => void log.push(message ?? '')
  const clock = { now: new Date() }
  const keys = readKeys(
    {
      ALIPAY_PRIVATE_KEY: app.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      ALIPAY_APP_CERT: app.pem,
      ALIPAY_ROOT_CERT: root.pem,
      ALIPAY_PUBLIC_CERT: alipay.pem + issuer.pem,
    },
    { logger: { warn: add, error: add } as never, now: () => clock.now },
  )
  const asked: string[] = []
  const obtain = (certificate: TestCertificate, content: unknown = contentOf(certificate, issuer)) =>
    keys.alipay.obtain?.(numberOf(certificate), async serialNumber => {
      asked.push(serialNumber)
      if (content instanceof Error) throw content
      return content
    })
  return { keys, obtain, asked, log, clock }
}

it('downloads the certificate that a reply names, once, and verifies with it from then on', async () => {
  const { keys, obtain, asked, log } = start()
  const next = makeCertificate('Alipay', { issuer })
  expect(keys.alipay.verify(text, signedBy(next))).toBe(false)
  expect(await Promise.all([obtain(next), obtain(next), obtain(next)])).toEqual([undefined, undefined, undefined])
  expect(asked).toEqual([numberOf(next)])
  expect(keys.alipay.verify(text, signedBy(next))).toBe(true)
  expect(keys.alipay.verify(text, signedBy(alipay))).toBe(true)
  expect(log).toEqual([expect.stringMatching(/was downloaded.*Add the new file to ALIPAY_PUBLIC_CERT/)])
  expect(keys.certificates().map(({ owner, setting, serialNumber }) => [owner, setting, serialNumber])).toContainEqual([
    'alipay',
    undefined,
    numberOf(next),
  ])
})

it('follows a new issuer up to the root', async () => {
  const { keys, obtain } = start()
  const next = makeCertificate('Alipay', { issuer: otherIssuer })
  expect(await obtain(next, contentOf(next, otherIssuer))).toBeUndefined()
  expect(keys.alipay.verify(text, signedBy(next))).toBe(true)
})

it('finds the issuer of a certificate that comes alone in the settings', async () => {
  const { keys, obtain } = start()
  const next = makeCertificate('Alipay', { issuer })
  expect(await obtain(next, contentOf(next))).toBeUndefined()
  expect(keys.alipay.verify(text, signedBy(next))).toBe(true)
})

it('uses a downloaded certificate only while it is within its dates', async () => {
  const { keys, obtain, clock, asked } = start()
  const next = makeCertificate('Alipay', { issuer, to: new Date(Date.now() + dayMs) })
  await obtain(next)
  clock.now = new Date(Date.now() + 2 * dayMs)
  expect(keys.alipay.verify(text, signedBy(next))).toBe(false)
  expect(await obtain(next)).toMatch(/^it ended on/)
  expect(asked).toHaveLength(1)
})

const stranger = makeCertificate('Test Authority R1')
const strangeIssuer = makeCertificate('Test Authority Class 2 R1', { issuer: stranger, ca: true })
const ended = { from: new Date(Date.now() - 9 * dayMs), to: new Date(Date.now() - dayMs) }
const otherShop = makeCertificate('Another shop', { issuer: appIssuer })

it.each<[string, TestCertificate, (one: TestCertificate) => unknown, RegExp]>([
  [
    'with another root',
    makeCertificate('Alipay', { issuer: strangeIssuer }),
    one => contentOf(one, strangeIssuer),
    /does not chain up/,
  ],
  ['that is its own root', makeCertificate('Alipay'), one => contentOf(one), /does not chain up/],
  ['that has ended', makeCertificate('Alipay', { issuer, ...ended }), one => contentOf(one, issuer), /ended on/],
  ['of another application', otherShop, one => contentOf(one, appIssuer), /of an application/],
  [
    'of an issuer that is an application',
    makeCertificate('Alipay', { issuer: otherShop }),
    one => contentOf(one, otherShop, appIssuer),
    /does not chain up/,
  ],
  [
    'with another number',
    makeCertificate('Alipay', { issuer }),
    () => contentOf(alipay, issuer),
    /another serial number/,
  ],
  ['that is no certificate', makeCertificate('Alipay', { issuer }), () => 'bm90aGluZw==', /no certificate in PEM/],
  [
    'that names a file',
    makeCertificate('Alipay', { issuer }),
    () => Buffer.from('/etc/hostname').toString('base64'),
    /no certificate in PEM/,
  ],
  ['that is missing', makeCertificate('Alipay', { issuer }), () => null, /no alipay_cert_content/],
  [
    'that cannot be downloaded',
    makeCertificate('Alipay', { issuer }),
    () => new Error('connection refused'),
    /connection refused/,
  ],
])('does not use a certificate %s', async (_which, certificate, content, mistake) => {
  const { keys, obtain, log } = start()
  expect(await obtain(certificate, content(certificate))).toMatch(mistake)
  expect(keys.alipay.verify(text, signedBy(certificate))).toBe(false)
  expect(log).toEqual(['the certificate that Alipay’s reply names could not be obtained'])
})

it('does not download what it has', async () => {
  const { obtain, asked } = start()
  expect(await obtain(alipay)).toBe('the reply was signed with another key than its own')
  expect(asked).toEqual([])
})

it('downloads at most five times a minute, whatever replies name, and tries again later', async () => {
  const { keys, obtain, asked, clock } = start()
  const strangers = Array.from({ length: 20 }, () =>
    makeCertificate('Alipay', { issuer: stranger, privateKey: stranger.privateKey }),
  )
  for (const one of strangers) await obtain(one, contentOf(one))
  expect(asked).toHaveLength(5)
  const next = makeCertificate('Alipay', { issuer })
  expect(await obtain(next)).toContain('it is tried again later')
  clock.now = new Date(clock.now.getTime() + minuteMs)
  expect(await obtain(next)).toBeUndefined()
  expect(keys.alipay.verify(text, signedBy(next))).toBe(true)
})

it('keeps at most eight downloaded certificates', async () => {
  const { keys, obtain, clock } = start()
  const all = Array.from({ length: 9 }, () => makeCertificate('Alipay', { issuer, privateKey: alipay.privateKey }))
  for (const one of all) {
    clock.now = new Date(clock.now.getTime() + minuteMs)
    expect(await obtain(one)).toBeUndefined()
  }
  const numbers = keys.certificates().flatMap(({ setting, serialNumber }) => (setting ? [] : [serialNumber]))
  expect(numbers).toEqual(all.slice(1).map(numberOf))
})
