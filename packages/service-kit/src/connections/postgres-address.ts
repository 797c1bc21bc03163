import { ConfigError } from './config-error.ts'
import { readAuthorities, readClientCertificate } from './pem.ts'

const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
type SslMode = (typeof sslModes)[number]

/** How a connection to PostgreSQL is encrypted, and what is verified. */
export interface PostgresTls {
  mode: Exclude<SslMode, 'disable'>
  /** PEM. Where undefined and `isVerified`, the authorities that Node trusts. */
  ca: string | undefined
  /** Whether the server's certificate must come from a trusted authority. */
  isVerified: boolean
  /** Whether it must be for the host of the address. */
  isNameVerified: boolean
  client: { cert: string; key: string } | undefined
  /** PostgreSQL 17: the handshake is sent at once, without asking first whether the server speaks TLS. */
  isDirect: boolean
}

/** An address for the driver, without the parameters that are handled here. */
export interface PostgresAddress {
  url: string
  /** Undefined: not encrypted. */
  tls: PostgresTls | undefined
}

/**
 * Reads `sslmode`, `sslrootcert`, `sslcert`, `sslkey` and `sslnegotiation` of an address as libpq means them
 * (https://www.postgresql.org/docs/current/libpq-ssl.html), with two differences: without `sslmode` there is no TLS, and
 * no file of the home directory is looked for. Other parameters are left to the driver, which sends them to the server.
 *
 * @param setting names the address in messages
 * @throws ConfigError when a parameter is unknown, can't be honoured, or would make the connection weaker than it says
 */
export function readPostgresAddress(text: string, setting = 'the database address'): PostgresAddress {
  const start = text.indexOf('?')
  const query = new URLSearchParams(start < 0 ? '' : text.slice(start + 1))
  const refuse = (reason: string) => new ConfigError(`${setting}: ${reason}`)
  if (/^(?:[^/?#]*@)?\[/.test(text.slice(text.indexOf('://') + 3)))
    throw refuse('the driver takes no IPv6 address: write a host name that has one')
  const given = takeTls(query, refuse)
  const rest = query.toString()
  const url = `${start < 0 ? text : text.slice(0, start)}${rest ? `?${rest}` : ''}`
  const tls = tlsOf(given, setting, refuse)
  // libpq ignores the mode on Unix sockets.
  return { url, tls: /^(?:[^/?#]*@)?%2F/i.test(text.slice(text.indexOf('://') + 3)) ? undefined : tls }
}

type Given = Partial<Record<'sslmode' | 'sslrootcert' | 'sslcert' | 'sslkey' | 'sslnegotiation', string>>
type Refuse = (reason: string) => ConfigError

/** Parameters of libpq that need no work here with these values. */
const harmless: Readonly<Record<string, readonly string[]>> = {
  channel_binding: ['disable', 'prefer'],
  gssencmode: ['disable', 'prefer'],
  sslcompression: ['0'],
  sslsni: ['1'],
}
const advice: Readonly<Record<string, string>> = {
  channel_binding:
    'the driver does not bind passwords to the TLS connection; leave it out, and verify the server by sslmode=verify-full',
  gssencmode: 'the driver does not speak GSSAPI; leave it out, and use sslmode',
  ssl: 'use sslmode, such as sslmode=verify-full',
  requiressl: 'use sslmode=require or stricter',
  sslpassword: 'leave it out, and give an unencrypted key as sslkey',
}

/** Removes the parameters that concern TLS and returns those that are handled. */
function takeTls(query: URLSearchParams, refuse: Refuse): Given {
  const given: Given = {}
  for (const [name, value] of [...query]) {
    if (['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslnegotiation'].includes(name)) {
      if (value !== '') given[name as keyof Given] = value
    } else if (harmless[name] !== undefined || /^(ssl|gss|require)|^channel_binding$/.test(name)) {
      if (!harmless[name]?.includes(value))
        throw refuse(`${name} has a value that is not supported: ${advice[name] ?? 'leave it out'}`)
    } else continue
    query.delete(name)
  }
  return given
}

function tlsOf(given: Given, setting: string, refuse: Refuse): PostgresTls | undefined {
  const mode = modeOf(given, refuse)
  const { sslrootcert, sslcert, sslkey } = given
  const named = (name: keyof Given) => ({ name: `${name} in ${setting}`, value: given[name] ?? '' })
  if (sslcert && !sslkey) throw refuse('sslcert is set, but sslkey is not: give both, or neither')
  if (sslkey && !sslcert) throw refuse('sslkey is set, but sslcert is not: give both, or neither')
  const isDirect = isDirectOf(given, mode, refuse)
  if (mode === 'disable') {
    const [unused] = (['sslrootcert', 'sslcert', 'sslkey'] as const).filter(name => given[name])
    if (unused) throw refuse(`${unused} has no effect without TLS: set sslmode=verify-full`)
    return undefined
  }
  if (mode.startsWith('verify') && !sslrootcert)
    throw refuse(`sslmode=${mode} needs sslrootcert: the path of a file with the authority's certificate, or system`)
  const ca = sslrootcert && sslrootcert !== 'system' ? readAuthorities(named('sslrootcert')) : undefined
  return {
    mode,
    ca,
    isDirect,
    // As in libpq, the authority is verified in every mode for which there is one.
    isVerified: sslrootcert !== undefined,
    isNameVerified: mode === 'verify-full',
    client: sslcert ? readClientCertificate({ cert: named('sslcert'), key: named('sslkey') }) : undefined,
  }
}

function modeOf({ sslmode, sslrootcert }: Given, refuse: Refuse): SslMode {
  const known = sslModes.find(mode => mode === sslmode)
  if (sslmode !== undefined && known === undefined) throw refuse(`sslmode must be one of ${sslModes.join(', ')}`)
  if (sslrootcert !== 'system') return known ?? 'disable'
  if (known !== undefined && known !== 'verify-full')
    throw refuse(`sslrootcert=system is only allowed with sslmode=verify-full: any site has such a certificate`)
  return 'verify-full'
}

function isDirectOf({ sslnegotiation }: Given, mode: SslMode, refuse: Refuse): boolean {
  if (sslnegotiation === undefined || sslnegotiation === 'postgres') return false
  if (sslnegotiation !== 'direct') throw refuse('sslnegotiation must be postgres or direct')
  if (['disable', 'allow', 'prefer'].includes(mode))
    throw refuse('sslnegotiation=direct needs sslmode=require, verify-ca or verify-full')
  return true
}
