import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { AlipaySdk } from 'alipay-sdk'
import { expect, it } from 'vitest'
import { rootSerialNumbersOf, serialNumberOf } from './certificates.ts'
import { makeCertificate } from './test-certificates.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const root = makeCertificate('支付测试 Certification Authority R1', { privateKey })

/** The serial numbers that the SDK computes. It offers them only as parts of its configuration. */
function computedBySdk(alipayRootCertContent: string, appCertContent: string): unknown {
  const { config } = new AlipaySdk({
    appId: '1',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    keyType: 'PKCS8',
    appCertContent,
    alipayRootCertContent,
    alipayPublicCertContent: appCertContent,
  })
  return [config.appCertSn, config.alipayRootCertSn]
}

it.each([
  ['of one byte', '01'],
  ['of 64 bits', '7fffffffffffffff'],
  ['of 128 bits', '5a0123456789abcdef0123456789abcdef'],
  ['of 160 bits', '7fffffffffffffffffffffffffffffffffffffff'],
  ['whose first bit is set', '00ff00000000000000'],
])('numbers a certificate with a serial number %s as the SDK does', (_length, serial) => {
  const { pem } = makeCertificate('Shop', { issuer: root, serial: Buffer.from(serial, 'hex') })
  const own = serialNumberOf(new X509Certificate(pem))
  expect(own).toMatch(/^[0-9a-f]{32}$/)
  expect([own, serialNumberOf(new X509Certificate(root.pem))]).toEqual(computedBySdk(root.pem, pem))
})

it('numbers a bundle by its certificates that are signed with RSA, in their order', () => {
  const elliptic = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const all = [
    makeCertificate('E1', { privateKey: elliptic() }),
    root,
    makeCertificate('E2', { privateKey: elliptic() }),
    makeCertificate('R2', { privateKey }),
    // Its key is elliptic, but it is signed with RSA.
    makeCertificate('E3', { issuer: root, privateKey: elliptic(), ca: true }),
  ]
  const numbers = rootSerialNumbersOf(all.map(({ pem }) => new X509Certificate(pem)))
  expect(numbers.split('_')).toHaveLength(3)
  const bundle = all.map(({ pem }) => pem).join('')
  expect(computedBySdk(bundle, root.pem)).toEqual([expect.anything(), numbers])
  expect(rootSerialNumbersOf([new X509Certificate(all[0]!.pem)])).toBe('')
})
