import { createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Certificates, loadCertificates, type NumberedCertificate } from './certificates/certificates.ts'
import { readPrivateKey, readPublicKey, type SigningKey } from './rsa.ts'
import { missingFile, writeWhole } from './write-whole.ts'

/**
 * How requests are signed and replies are marked: with keys alone, with the numbers of certificates, or as each request
 * does it.
 */
export const keyModes = ['key', 'certificate', 'either'] as const
export type KeyMode = (typeof keyModes)[number]

/** What Alipay signs with. A rotation replaces all of it at once. */
export interface AlipayKey extends SigningKey {
  /** PEM with which the merchant verifies replies and notifies. */
  readonly publicPem: string
  /** Undefined in key mode. */
  readonly certificate: NumberedCertificate | undefined
}

export interface Keys {
  /** Verifies the merchant's requests. */
  readonly appPublicKey: KeyObject
  /** PEM (PKCS8) for the merchant; undefined when the merchant has a key of its own. */
  readonly appPrivateKeyPem: string | undefined
  readonly alipay: AlipayKey
  /** Undefined in key mode. */
  readonly certificates: Certificates | undefined
  /** Gives Alipay a new key pair, and a certificate for it that is valid for `validDays`. Both are on disk. */
  rotate(validDays?: number): Promise<void>
}

export interface KeyOptions {
  readonly dataDir: string
  readonly mode: KeyMode
  readonly appId: string
  /** PEM or bare base64: trusted instead of a generated app key. */
  readonly appPublicKey: string | undefined
}

const ALIPAY_PRIVATE_FILE = 'alipay-private-key.pem'
const ALIPAY_PUBLIC_FILE = 'alipay-public-key.pem'
const PREVIOUS_PUBLIC_FILE = 'alipay-public-key-previous.pem'

/**
 * The key pairs in `dataDir`, generated at the first start. Public keys are derived from the private ones, and
 * certificates are matched with them, at each start: so an interrupted first start or rotation leaves nothing wrong.
 */
export async function loadKeys({ dataDir, mode, appId, appPublicKey: given }: KeyOptions): Promise<Keys> {
  await mkdir(dataDir, { recursive: true })
  const [alipayPem, appPem] = await Promise.all([
    loadPrivatePem(dataDir, 'alipay'),
    given ? undefined : loadPrivatePem(dataDir, 'app'),
  ])
  const appPublicKey = readPublicKey(given ?? appPem!)
  const certificates = mode === 'key' ? undefined : await loadCertificates(dataDir, appId, appPublicKey)
  let alipay = await alipayKey(alipayPem)
  let rotating: Promise<void> = Promise.resolve()

  async function alipayKey(privatePem: string, validDays?: number): Promise<AlipayKey> {
    const current = readPrivateKey(privatePem)
    const publicKey = createPublicKey(current)
    return {
      current,
      publicPem: publicPemOf(privatePem),
      certificate: await certificates?.ofAlipay(publicKey, validDays),
    }
  }

  async function rotate(validDays?: number): Promise<void> {
    const privatePem = await generatePem()
    await writeFile(join(dataDir, PREVIOUS_PUBLIC_FILE), alipay.publicPem)
    await writeWhole(join(dataDir, ALIPAY_PRIVATE_FILE), privatePem)
    const next = await alipayKey(privatePem, validDays)
    await writeFile(join(dataDir, ALIPAY_PUBLIC_FILE), next.publicPem)
    alipay = next
  }

  return {
    appPublicKey,
    appPrivateKeyPem: appPem,
    certificates,
    alipay: {
      get current() {
        return alipay.current
      },
      get publicPem() {
        return alipay.publicPem
      },
      get certificate() {
        return alipay.certificate
      },
    },
    rotate(validDays) {
      rotating = rotating.catch(() => {}).then(() => rotate(validDays))
      return rotating
    },
  }
}

async function loadPrivatePem(dataDir: string, name: string): Promise<string> {
  const privateFile = join(dataDir, `${name}-private-key.pem`)
  let privatePem = await readFile(privateFile, 'utf8').catch(missingFile)
  if (privatePem === undefined) {
    privatePem = await generatePem()
    await writeWhole(privateFile, privatePem)
  }
  await writeFile(join(dataDir, `${name}-public-key.pem`), publicPemOf(privatePem))
  return privatePem
}

function publicPemOf(privatePem: string): string {
  return readPublicKey(privatePem).export({ type: 'spki', format: 'pem' }).toString()
}

async function generatePem(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
