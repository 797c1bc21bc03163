import { isIP } from 'node:net'
import { ConfigError } from '@alipay-checkout/service-kit'

/** The longest chain of proxies. */
const hopsMax = 10

/** Address ranges that proxy-addr has names for: 127.0.0.0/8, 169.254.0.0/16, private networks; IPv6 alike. */
const rangeNames = new Set(['loopback', 'linklocal', 'uniquelocal'])

/** The proxies whose `X-Forwarded-For` is trusted, as Fastify's `trustProxy`; `hop` 0 is the peer of the connection. */
export type TrustedProxies = false | string[] | ((address: string, hop: number) => boolean)

/**
 * Reads TRUST_PROXY: `false` or `0` for no proxy, the number of proxies in a row, or a comma-separated list of their
 * addresses, CIDR ranges and range names. Throws ConfigError for everything else.
 *
 * Each proxy appends the address that it was called from, so only the entries that trusted proxies appended count, from
 * the right. The entries to their left came from the client and are ignored. That is why `true` is refused: it would
 * trust the first entry, which any client can write.
 */
export function readTrustedProxies(setting: string): TrustedProxies {
  const text = setting.trim()
  if (text === 'false' || text === '0') return false
  if (text === 'true') {
    throw new ConfigError(
      'TRUST_PROXY=true would trust any address that a client writes into X-Forwarded-For: set the number of proxies in front of the gateway, or their addresses',
    )
  }
  if (/^\d+$/.test(text)) {
    const hops = Number(text)
    if (hops > hopsMax) throw new ConfigError(`TRUST_PROXY must be at most ${hopsMax} proxies, or their addresses`)
    // Fastify ignores a number, because it can't know whether the peer is a proxy; this setting states that it is.
    return (_address, hop) => hop < hops
  }
  const entries = text.split(',').map(entry => entry.trim())
  const wrong = entries.find(entry => !rangeNames.has(entry) && !isAddressOrRange(entry))
  if (wrong === undefined) return entries
  throw new ConfigError(
    `TRUST_PROXY: "${wrong.slice(0, 50)}" is neither false, a number of proxies, an address, a range such as 10.0.0.0/8, nor one of ${[...rangeNames].join(', ')}`,
  )
}

function isAddressOrRange(entry: string): boolean {
  const [address = '', bits, ...more] = entry.split('/')
  const version = isIP(address)
  if (version === 0 || address.includes('%') || more.length > 0) return false
  if (bits === undefined) return true
  // A range of all addresses would trust every client.
  return /^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (version === 4 ? 32 : 128)
}
