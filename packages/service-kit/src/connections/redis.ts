import { isIP } from 'node:net'
import { ConfigError } from './config-error.ts'
import { readAuthorities } from './pem.ts'
import { adviceOnTls } from './tls-advice.ts'

/** How Redis is reached. The address may hold a user name and a password: never log it. */
export interface RedisConnection {
  /** `rediss://` speaks TLS. */
  readonly url: string
  /** PEM: the authorities that verify the server. Without it, those that Node trusts. */
  readonly ca?: string
}

/**
 * How Redis is reached by these settings.
 *
 * @throws ConfigError when the authorities can't be read, or are given for an address without TLS
 */
export function redisConnection(settings: { REDIS_URL: string; REDIS_SSL_CA?: string }): RedisConnection {
  const { REDIS_URL: url, REDIS_SSL_CA: value } = settings
  if (!value) return { url }
  if (!isTls(url))
    throw new ConfigError('REDIS_SSL_CA is set, but REDIS_URL does not begin with rediss://: change one of them')
  return { url, ca: readAuthorities({ name: 'REDIS_SSL_CA', value }) }
}

/** The options of ioredis that go with the address: `new Redis(url, redisOptions(connection))`. */
export function redisOptions({ url, ca }: RedisConnection): { tls?: { ca?: string; servername?: string } } {
  if (!isTls(url)) return {}
  const { hostname } = new URL(url)
  // For servers that choose their certificate by the name. A literal address is no name.
  const isName = isIP(hostname.replace(/^\[|\]$/g, '')) === 0
  return { tls: { ...(ca === undefined ? {} : { ca }), ...(isName ? { servername: hostname } : {}) } }
}

const isTls = (url: string) => url.startsWith('rediss://')

const notTls = 'REDIS_URL: its port may not speak TLS, for which the address begins with redis://'

/**
 * What an error of ioredis means for the settings, as a sentence; undefined where they are not the cause.
 *
 * @param isFirst whether these settings have never connected: a server with TLS just hangs up on a client without
 */
export function adviceOnRedis(
  error: Error,
  { url }: RedisConnection,
  { isFirst }: { isFirst: boolean },
): string | undefined {
  const text = `${(error as NodeJS.ErrnoException).code} ${error.message}`
  if (/WRONGPASS|NOAUTH|invalid password|without any password/i.test(text))
    return 'check the user name and the password in REDIS_URL'
  const isHangUp = isFirst && /ECONNRESET|closed/i.test(text)
  if (!isTls(url)) return isHangUp ? 'check REDIS_URL: for a server with TLS it begins with rediss://' : undefined
  if (isHangUp) return `check ${notTls}`
  return adviceOnTls(text, {
    ca: 'REDIS_SSL_CA',
    names: 'REDIS_URL',
    client: "REDIS_URL and the server's tls-auth-clients, which must be off",
    notTls,
  })
}
