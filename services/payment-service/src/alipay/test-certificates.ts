import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** A certificate for tests, and what signs with it. */
export interface TestCertificate {
  readonly pem: string
  readonly privateKey: KeyObject
  readonly name: string
}

const dayMs = 86_400_000
/** Object identifiers, in DER. */
const oids = {
  commonName: '550403',
  country: '550406',
  organisation: '55040a',
  unit: '55040b',
  basicConstraints: '551d13',
  sha256WithRsa: '2a864886f70d01010b',
  sha256WithEcdsa: '2a8648ce3d040302',
}

function tlv(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const length = content.length
  const lengthBytes = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), content])
}
const sequence = (...contents: Buffer[]) => tlv(0x30, ...contents)
const oid = (hex: string) => tlv(0x06, Buffer.from(hex, 'hex'))
const utf8 = (text: string) => tlv(0x0c, Buffer.from(text))
const bits = (content: Buffer) => tlv(0x03, Buffer.from([0]), content)
/** Generalized time, so that any year can be given. */
const time = (at: Date) => tlv(0x18, Buffer.from(`${at.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`))

/** `C=CN, O=…, OU=…, CN=…`, in this order, as in Alipay's certificates. */
function nameOf(commonName: string): Buffer {
  const attribute = (type: string, value: string) => tlv(0x31, sequence(oid(type), utf8(value)))
  return sequence(
    attribute(oids.country, 'CN'),
    attribute(oids.organisation, '支付测试 Test'),
    attribute(oids.unit, 'Certification Authority'),
    attribute(oids.commonName, commonName),
  )
}

/** Makes a certificate that `issuer` signs, or a root certificate without one. */
export function makeCertificate(
  name: string,
  {
    issuer,
    privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    ca = issuer === undefined,
    from = new Date(Date.now() - dayMs),
    to = new Date(Date.now() + 365 * dayMs),
    serial = Buffer.from([0x5a, ...randomBytes(15)]),
  }: {
    issuer?: TestCertificate
    privateKey?: KeyObject
    ca?: boolean
    from?: Date
    to?: Date
    /** As in DER: the first bit is the sign. */
    serial?: Buffer
  } = {},
): TestCertificate {
  const signer = issuer?.privateKey ?? privateKey
  const isRsa = signer.asymmetricKeyType === 'rsa'
  const algorithm = isRsa ? sequence(oid(oids.sha256WithRsa), tlv(0x05)) : sequence(oid(oids.sha256WithEcdsa))
  const constraints = sequence(oid(oids.basicConstraints), tlv(0x04, sequence(tlv(0x01, Buffer.from([0xff])))))
  const tbs = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, serial),
    algorithm,
    nameOf(issuer?.name ?? name),
    sequence(time(from), time(to)),
    nameOf(name),
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    ...(ca ? [tlv(0xa3, sequence(constraints))] : []),
  )
  const der = sequence(tbs, algorithm, bits(sign('sha256', tbs, signer)))
  const body = der.toString('base64').replaceAll(/.{64}/g, '$&\n').trim()
  return { name, privateKey, pem: `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n` }
}
