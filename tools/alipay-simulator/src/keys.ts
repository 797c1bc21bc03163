import { generateKeyPair, type KeyObject } from 'node:crypto'
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readPrivateKey, readPublicKey } from './rsa.ts'

export interface Keys {
  /** Verifies the merchant's requests. */
  readonly appPublicKey: KeyObject
  /** PEM (PKCS8) for the merchant; undefined when the merchant has a key of its own. */
  readonly appPrivateKeyPem: string | undefined
  readonly alipayPrivateKey: KeyObject
  /** PEM with which the merchant verifies replies and notifies. */
  readonly alipayPublicKeyPem: string
}

/**
 * The key pairs in `dataDir`, generated at the first start. Public keys are derived from the private ones at each start,
 * so an interrupted first start leaves no wrong pair.
 * `givenAppPublicKey` (PEM or bare base64) is trusted instead of the generated app key.
 */
export async function loadKeys(dataDir: string, givenAppPublicKey?: string): Promise<Keys> {
  await mkdir(dataDir, { recursive: true })
  const alipay = await loadPair(dataDir, 'alipay')
  if (givenAppPublicKey) {
    const appPublicKey = readPublicKey(givenAppPublicKey)
    return pair(appPublicKey, undefined, alipay)
  }
  const app = await loadPair(dataDir, 'app')
  return pair(readPublicKey(app.publicPem), app.privatePem, alipay)
}

interface PemPair {
  readonly privatePem: string
  readonly publicPem: string
}

function pair(appPublicKey: KeyObject, appPrivateKeyPem: string | undefined, alipay: PemPair): Keys {
  return {
    appPublicKey,
    appPrivateKeyPem,
    alipayPrivateKey: readPrivateKey(alipay.privatePem),
    alipayPublicKeyPem: alipay.publicPem,
  }
}

async function loadPair(dataDir: string, name: string): Promise<PemPair> {
  const privateFile = join(dataDir, `${name}-private-key.pem`)
  let privatePem = await readFile(privateFile, 'utf8').catch(missingFile)
  if (privatePem === undefined) {
    privatePem = await generatePem()
    await writeWhole(privateFile, privatePem)
  }
  const publicPem = readPublicKey(privatePem).export({ type: 'spki', format: 'pem' }).toString()
  await writeFile(join(dataDir, `${name}-public-key.pem`), publicPem)
  return { privatePem, publicPem }
}

async function generatePem(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** Writes a draft and renames it, so that a key file is never incomplete. */
async function writeWhole(file: string, text: string): Promise<void> {
  const aside = `${file}.new`
  const handle = await open(aside, 'w', 0o600)
  await handle.writeFile(text)
  await handle.sync()
  await handle.close()
  await rename(aside, file)
}

function missingFile(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
