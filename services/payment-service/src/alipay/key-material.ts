import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'

/** What a text or file that was given as a key contains. */
export type KeyMaterial =
  | { readonly kind: 'private' | 'public'; readonly key: KeyObject }
  /** All certificates, in their order; at least one. */
  | { readonly kind: 'certificate'; readonly certificates: readonly X509Certificate[] }
  | { readonly kind: 'certificate request' | 'encrypted private key' }
  /** It has the format of a key but cannot be read as one: it was cut off, or changed while it was copied. */
  | { readonly kind: 'damaged' }
  /** It has the format of a path, but no file can be read there. */
  | { readonly kind: 'no file' }
  | { readonly kind: 'other' }

/** Largest file that is read, bytes. A key has one or two thousand, a chain of certificates a few more. */
const fileBytesMax = 256 * 1024
/** Other blocks may precede it, such as the parameters of an elliptic curve key. */
const pemBlock = /-----BEGIN ([A-Z0-9 ]*(?:KEY|CERTIFICATE|REQUEST))-----([\s\S]*?)-----END \1-----/
const certificateBlock = /-----BEGIN [A-Z0-9 ]*CERTIFICATE-----([\s\S]*?)-----END [A-Z0-9 ]*CERTIFICATE-----/g
/** `-----BEGIN` in base64. */
const encodedPem = /^LS0tLS1CRUdJT[A-Za-z0-9+/]+={0,2}$/
/** Invisible characters, which are copied from web pages and documents or begin a file. */
const invisible = /[\u200B-\u200D\u2060\uFEFF]/g

/**
 * Recognises a key or certificates given as PEM, as bare base64 (of the DER or of the PEM), or as the path of a file that
 * holds any of these (or DER). Quotes around it, a byte order mark, invisible characters, CRLF, and line breaks written as
 * `\n` or as spaces are accepted. The content decides, not the PEM label, because many programs label PKCS#8 as
 * `RSA PRIVATE KEY`.
 */
export function recogniseKey(given: string): KeyMaterial {
  const text = unquoted(given)
  const direct = recogniseText(text)
  if (direct.kind !== 'other') return direct
  const file = readFileAt(text)
  if (file) return file[0] === 0x30 ? recogniseDer(file) : recogniseText(unquoted(textOf(file)))
  // Base64 of a key's length is not a path, although it has slashes. Its beginning was not copied.
  if (/^[A-Za-z0-9+/=\s]{100,}$/.test(text)) return { kind: 'damaged' }
  return /[/\\]|\.\w{1,5}$/.test(text) ? { kind: 'no file' } : direct
}

/** The parts of a setting that may hold two values, separated by a comma. A path with a comma is not supported. */
export function listOf(given: string): string[] {
  const inQuotes = /^\s*(["'])((?:(?!\1)[\s\S])*)\1\s*$/.exec(given)
  return (inQuotes?.[2] ?? given).split(',').filter(part => part.trim() !== '')
}

function unquoted(text: string): string {
  const trimmed = text.replaceAll(invisible, '').trim()
  return trimmed.replace(/^(["'])([\s\S]*)\1$/, '$2').trim()
}

/** Windows programs may write UTF-16 with a byte order mark. */
function textOf(file: Buffer): string {
  return file.toString(file[0] === 0xff && file[1] === 0xfe ? 'utf16le' : 'utf8')
}

/** As `recogniseKey`, for text that names no file. */
export function recogniseText(text: string): KeyMaterial {
  const lines = text.replaceAll(/\\r|\\n/g, '\n')
  if (lines.includes('-----BEGIN')) {
    const [, label, body] = pemBlock.exec(lines) ?? []
    if (!label || !body) return { kind: 'damaged' }
    if (label.startsWith('ENCRYPTED') || body.includes('Proc-Type:')) return { kind: 'encrypted private key' }
    if (label.includes('CERTIFICATE REQUEST')) return { kind: 'certificate request' }
    if (label.includes('CERTIFICATE')) return recogniseCertificates(lines)
    return recogniseDer(Buffer.from(body, 'base64'))
  }
  const base64 = lines.replaceAll(/\s/g, '')
  if (encodedPem.test(base64)) return recogniseText(Buffer.from(base64, 'base64').toString())
  // Every key and certificate is a DER sequence, which begins with `M` in base64. The padding ends each of several.
  if (!/^M[A-Za-z0-9+/=]{63,}$/.test(base64)) return { kind: 'other' }
  const bodies = base64.match(/[^=]+=*/g) ?? []
  return recogniseDer(Buffer.concat(bodies.map(body => Buffer.from(body, 'base64'))))
}

function recogniseCertificates(text: string): KeyMaterial {
  const bodies = [...text.matchAll(certificateBlock)].map(([, body = '']) => body)
  const isCut = bodies.length !== text.split(/-----BEGIN [A-Z0-9 ]*CERTIFICATE-----/).length - 1
  if (isCut) return { kind: 'damaged' }
  return certificatesIn(bodies.map(body => Buffer.from(body, 'base64')))
}

function recogniseDer(der: Buffer): KeyMaterial {
  // Private keys first, because createPublicKey accepts a private key and derives its public key.
  for (const type of ['pkcs8', 'pkcs1', 'sec1'] as const) {
    const key = attempt(() => createPrivateKey({ key: der, format: 'der', type }))
    if (key) return { kind: 'private', key }
  }
  for (const type of ['spki', 'pkcs1'] as const) {
    const key = attempt(() => createPublicKey({ key: der, format: 'der', type }))
    if (key) return { kind: 'public', key }
  }
  return certificatesIn(sequencesIn(der))
}

function certificatesIn(ders: readonly Buffer[]): KeyMaterial {
  const certificates = ders.map(der => attempt(() => new X509Certificate(der)))
  const whole = certificates.filter(one => one !== undefined)
  return whole.length === 0 || whole.length < ders.length
    ? { kind: 'damaged' }
    : { kind: 'certificate', certificates: whole }
}

/** The DER sequences that follow each other; what is left over counts as one. */
function sequencesIn(der: Buffer): Buffer[] {
  const found: Buffer[] = []
  for (let at = 0; at < der.length; ) {
    const first = der[at + 1] ?? 0
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f
    const known = lengthBytes <= 4 && at + 2 + lengthBytes <= der.length
    const length = !known ? der.length : lengthBytes === 0 ? first : der.readUIntBE(at + 2, lengthBytes)
    const end = Math.min(der.length, at + 2 + lengthBytes + length)
    found.push(der.subarray(at, end))
    at = end
  }
  return found
}

function readFileAt(path: string): Buffer | undefined {
  return attempt(() => {
    if (path.length >= 4096) return undefined
    const file = statSync(path)
    return file.isFile() && file.size <= fileBytesMax ? readFileSync(path) : undefined
  })
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}
