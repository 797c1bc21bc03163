import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import type { ServiceInfo } from '@alipay-checkout/contracts'
import type { UsedCertificate } from './certificate-settings.ts'
import type { AlipayKeys } from './keys.ts'

const dayMs = 86_400_000
const namesOf: Record<UsedCertificate['owner'], string> = {
  app: 'the application’s certificate',
  alipay: 'Alipay’s certificate',
  root: 'root certificate',
}

/**
 * The keys and certificates that are used, by the SHA-256 of the public key (DER) or of the certificate. A certificate has
 * `daysLeft`, negative once it has ended; a key does not end.
 */
export function describeKeys(keys: AlipayKeys, now: Date): ServiceInfo['keys'] {
  const { appPrivateKey, publicKeys } = keys
  return [
    { name: 'the application’s public key', ...fingerprintOf(createPublicKey(appPrivateKey)) },
    ...publicKeys.map(key => ({ name: 'Alipay’s public key', ...fingerprintOf(key) })),
    ...keys.certificates().map(({ owner, setting, fingerprint, endsAt }) => ({
      name: setting ? `${namesOf[owner]} (${setting})` : `${namesOf[owner]} (downloaded)`,
      fingerprint,
      daysLeft: Math.floor((endsAt.getTime() - now.getTime()) / dayMs),
    })),
  ]
}

/** Written as that of a certificate: pairs of digits with colons. */
function fingerprintOf(key: KeyObject): { fingerprint: string; daysLeft: null } {
  const hex = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .toUpperCase()
  return { fingerprint: hex.replace(/(..)(?=.)/g, '$1:'), daysLeft: null }
}
