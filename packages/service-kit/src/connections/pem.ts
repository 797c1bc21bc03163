import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ConfigError } from './config-error.ts'

/** How a setting names a certificate or key: in an address by the path alone, in a variable by path or text. */
export interface PemSetting {
  /** As messages call it: `KAFKA_SSL_CA`, or `sslrootcert in ORDER_DATABASE_URL`. */
  name: string
  value: string
}

const certificates = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]+?-----END (?:TRUSTED )?CERTIFICATE-----/g

/**
 * Certificates of authorities, which verify a server.
 *
 * @throws ConfigError when there is none, or each has expired
 */
export function readAuthorities(setting: PemSetting, now = new Date()): string {
  const text = readPem(setting, 'the certificates of authorities')
  const found = certificatesOf(setting, text)
  if (found.every(one => one.validToDate < now)) throw expired(setting, found[0] as X509Certificate)
  return text
}

/**
 * A client's certificate, which other certificates may follow, and its private key.
 *
 * @throws ConfigError when one is not PEM, the certificate is not valid now, or the key belongs to another certificate
 */
export function readClientCertificate(
  { cert, key }: { cert: PemSetting; key: PemSetting },
  now = new Date(),
): { cert: string; key: string } {
  const certText = readPem(cert, 'a certificate')
  const [first] = certificatesOf(cert, certText) as [X509Certificate]
  if (first.validToDate < now) throw expired(cert, first)
  if (first.validFromDate > now)
    throw new ConfigError(`${cert.name}: the certificate is valid only from ${first.validFromDate.toISOString()} on`)
  const keyText = readPem(key, 'a private key')
  if (!first.checkPrivateKey(privateKeyOf(key, keyText)))
    throw new ConfigError(`${key.name}: the private key does not belong to the certificate of ${cert.name}`)
  return { cert: certText, key: keyText }
}

function certificatesOf({ name }: PemSetting, text: string): X509Certificate[] {
  const found = text.match(certificates) ?? []
  if (found.length === 0)
    throw new ConfigError(`${name}: there is no certificate in it; it must be PEM: -----BEGIN CERTIFICATE-----`)
  try {
    return found.map(one => new X509Certificate(one))
  } catch {
    throw new ConfigError(`${name}: a certificate in it is damaged`)
  }
}

function privateKeyOf({ name }: PemSetting, text: string): KeyObject {
  if (/-----BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(text))
    throw new ConfigError(`${name}: the private key is encrypted; give it without a passphrase`)
  try {
    return createPrivateKey(text)
  } catch {
    throw new ConfigError(`${name}: there is no private key in it; it must be PEM: -----BEGIN PRIVATE KEY-----`)
  }
}

const expired = ({ name }: PemSetting, { validToDate }: X509Certificate) =>
  new ConfigError(`${name}: the certificate expired on ${validToDate.toISOString()}; give a new one`)

/** PEM text, in which `\n` may stand for line ends, or the text of the file that the value names. */
function readPem({ name, value }: PemSetting, what: string): string {
  if (value.includes('-----BEGIN')) return value.replaceAll('\\n', '\n')
  try {
    return readFileSync(value, 'utf8')
  } catch (error) {
    // The value is left out: it may be a key whose PEM lines are missing.
    const { code } = error as NodeJS.ErrnoException
    throw new ConfigError(`${name} is neither PEM text nor the path of a file that can be read (${code}): give ${what}`)
  }
}
