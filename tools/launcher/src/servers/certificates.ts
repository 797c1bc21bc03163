import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** PEM files of a stack that speaks TLS. */
export interface CertificateFiles {
  /** The authority that issued the certificates below. */
  ca: string
  /** For `localhost` and 127.0.0.1. */
  serverCert: string
  serverKey: string
  /** For clients that servers know by certificate; its common name is `clientName`. */
  clientCert: string
  clientKey: string
}

export const clientName = 'shop'

const dayMs = 24 * 60 * 60 * 1000
const validDays = 3650

/**
 * The certificates of the stack in this folder, issued at the first start by an authority of the stack's own, whose key is
 * not kept. The private keys may be read by their owner only.
 */
export async function issueCertificates(dir: string): Promise<CertificateFiles> {
  const folder = join(dir, 'certificates')
  const files: CertificateFiles = {
    ca: join(folder, 'ca.pem'),
    serverCert: join(folder, 'server.pem'),
    serverKey: join(folder, 'server-key.pem'),
    clientCert: join(folder, 'client.pem'),
    clientKey: join(folder, 'client-key.pem'),
  }
  if (existsSync(folder)) return files
  // Renamed when it is complete, so that an interrupted start leaves no half of it.
  const draft = `${folder}.draft`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  const authority = newKey()
  const texts: CertificateFiles = {
    ca: await issue({ commonName: 'alipay-checkout local authority', authority, isAuthority: true }, authority),
    ...(await pairFor('server', 'localhost', authority)),
    ...(await pairFor('client', clientName, authority)),
  } as CertificateFiles
  for (const [name, text] of Object.entries(texts)) {
    const file = files[name as keyof CertificateFiles].replace(folder, draft)
    writeFileSync(file, text, { mode: name.endsWith('Key') ? 0o600 : 0o644 })
  }
  renameSync(draft, folder)
  return files
}

const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

async function pairFor(name: 'server' | 'client', commonName: string, authority: KeyObject) {
  const key = newKey()
  return {
    [`${name}Cert`]: await issue({ commonName, authority, isServer: name === 'server' }, key),
    [`${name}Key`]: String(key.export({ type: 'pkcs8', format: 'pem' })),
  }
}

interface Request {
  commonName: string
  /** Signs it. */
  authority: KeyObject
  isAuthority?: boolean
  isServer?: boolean
}

async function issue({ commonName, authority, isAuthority = false, isServer = false }: Request, key: KeyObject) {
  // Loaded only to issue certificates, so that other starts do not wait for it.
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  const { KeyUsageFlags } = x509
  const publicKey = derOf(key)
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: `20${randomBytes(15).toString('hex')}`,
    subject: `CN=${commonName}`,
    issuer: 'CN=alipay-checkout local authority',
    notBefore: new Date(Date.now() - dayMs),
    notAfter: new Date(Date.now() + validDays * dayMs),
    publicKey,
    // Node's type of key usages has more values than the library's.
    signingKey: authority.toCryptoKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']) as CryptoKey,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [
      new x509.BasicConstraintsExtension(isAuthority, undefined, true),
      new x509.KeyUsagesExtension(isAuthority ? KeyUsageFlags.keyCertSign : KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(new x509.PublicKey(publicKey)),
      await x509.AuthorityKeyIdentifierExtension.create(new x509.PublicKey(derOf(authority))),
      ...(isServer
        ? [
            new x509.SubjectAlternativeNameExtension([
              { type: 'dns', value: 'localhost' },
              { type: 'ip', value: '127.0.0.1' },
            ]),
          ]
        : []),
    ],
  })
  return `${certificate.toString('pem')}\n`
}

function derOf(privateKey: KeyObject): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }))
}
