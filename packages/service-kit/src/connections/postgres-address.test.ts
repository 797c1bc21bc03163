import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CertificateFiles, issueCertificates } from '@alipay-checkout/test-support'
import Type from 'typebox'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadConfig } from '../config.ts'
import { ConfigError } from './config-error.ts'
import { readPostgresAddress } from './postgres-address.ts'

const dir = mkdtempSync(join(tmpdir(), 'postgres-address-'))
let files: CertificateFiles
beforeAll(async () => {
  files = await issueCertificates(dir)
})
afterAll(() => rmSync(dir, { recursive: true }))

const base = 'postgres://me:hunter2@db:5432/orders'
const read = (parameters: Record<string, string>) =>
  readPostgresAddress(`${base}?${new URLSearchParams(parameters)}`, 'ORDER_DATABASE_URL')
const plain = { ca: undefined, client: undefined, isDirect: false, isVerified: false, isNameVerified: false }

it('is not encrypted without sslmode', () => {
  expect(readPostgresAddress(base)).toEqual({ url: base, tls: undefined })
  expect(read({ sslmode: 'disable' })).toEqual({ url: base, tls: undefined })
})

it.each(['allow', 'prefer', 'require'] as const)('sslmode=%s verifies nothing without an authority', mode => {
  expect(read({ sslmode: mode })).toEqual({ url: base, tls: { ...plain, mode } })
})

it.each(['allow', 'prefer', 'require', 'verify-ca'] as const)(
  'sslmode=%s verifies by an authority if there is one',
  mode => {
    const ca = readFileSync(files.ca, 'utf8')
    expect(read({ sslmode: mode, sslrootcert: files.ca }).tls).toEqual({ ...plain, mode, ca, isVerified: true })
  },
)

it('verify-full verifies the host too, and the authorities of the system need it', () => {
  const ca = readFileSync(files.ca, 'utf8')
  const full = { ...plain, mode: 'verify-full', isVerified: true, isNameVerified: true }
  expect(read({ sslmode: 'verify-full', sslrootcert: files.ca }).tls).toEqual({ ...full, ca })
  expect(read({ sslmode: 'verify-full', sslrootcert: 'system' }).tls).toEqual(full)
  expect(read({ sslrootcert: 'system' }).tls).toEqual(full)
})

it('takes a client certificate, and a handshake without a question', () => {
  const { tls } = read({
    sslmode: 'require',
    sslcert: files.clientCert,
    sslkey: files.clientKey,
    sslnegotiation: 'direct',
  })
  expect(tls).toMatchObject({ client: { cert: readFileSync(files.clientCert, 'utf8') }, isDirect: true })
})

it('leaves other parameters, several hosts and Unix sockets to the driver', () => {
  expect(read({ sslmode: 'disable', application_name: 'a b', channel_binding: 'prefer' }).url).toBe(
    `${base}?application_name=a+b`,
  )
  const several = 'postgres://me:p@one:5432,two:5433/orders'
  expect(readPostgresAddress(`${several}?sslmode=require`)).toMatchObject({ url: several, tls: { mode: 'require' } })
  const socket = 'postgres://me@%2Fvar%2Frun%2Fpostgresql/orders'
  expect(readPostgresAddress(`${socket}?sslmode=require`)).toEqual({ url: socket, tls: undefined })
})

it.each(['postgres://me:a%2Fb@db:5432/orders', 'postgres://me:a%2F%40@db/orders', 'postgres://db/a%2Fb'])(
  'is encrypted with a slash in the password or the name of the database: %s',
  address => {
    expect(readPostgresAddress(`${address}?sslmode=require`)).toEqual({
      url: address,
      tls: { ...plain, mode: 'require' },
    })
  },
)

it.each(['postgres://me:a@[2001:db8::1]:5432/orders', 'postgres://[::1]/orders'])(
  'refuses an IPv6 address: %s',
  address => {
    expect(() => readPostgresAddress(address)).toThrow(/takes no IPv6 address/)
  },
)

it.each([
  [{ sslmode: 'verify' }, 'sslmode must be one of disable, allow, prefer, require, verify-ca, verify-full'],
  [{ sslmode: 'verify-full' }, 'sslmode=verify-full needs sslrootcert'],
  [{ sslmode: 'require', sslrootcert: 'system' }, 'sslrootcert=system is only allowed with sslmode=verify-full'],
  [{ sslrootcert: '/ca.pem' }, 'sslrootcert has no effect without TLS'],
  [{ sslmode: 'verify-ca', sslrootcert: '/no/such.pem' }, 'sslrootcert in ORDER_DATABASE_URL is neither'],
  [{ sslmode: 'require', sslcert: '/client.pem' }, 'sslcert is set, but sslkey is not'],
  [{ sslmode: 'require', sslkey: '/client.pem' }, 'sslkey is set, but sslcert is not'],
  [{ sslmode: 'prefer', sslnegotiation: 'direct' }, 'sslnegotiation=direct needs sslmode=require'],
  [{ sslmode: 'require', channel_binding: 'require' }, 'channel_binding has a value that is not supported'],
  [{ gssencmode: 'require' }, 'gssencmode has a value that is not supported'],
  [
    { sslmode: 'require', ssl_min_protocol_version: 'TLSv1.3' },
    'ssl_min_protocol_version has a value that is not supported',
  ],
  [{ sslmode: 'require', sslcrl: '/crl.pem' }, 'sslcrl has a value that is not supported'],
  [{ require_auth: 'scram-sha-256' }, 'require_auth has a value that is not supported'],
  [{ ssl: 'true' }, 'ssl has a value that is not supported: use sslmode'],
])('refuses %o', (parameters, message) => {
  const refuse = () => read(parameters as Record<string, string>)
  expect(refuse).toThrow(ConfigError)
  expect(refuse).toThrow(message)
  expect(refuse).toThrow('ORDER_DATABASE_URL')
  expect(refuse).not.toThrow(/hunter2/)
})

it('is checked when a service reads its settings', () => {
  const schema = Type.Object({ ORDER_DATABASE_URL: Type.String() })
  const load = () => loadConfig(schema, [], { ORDER_DATABASE_URL: `${base}?sslmode=verify-full` })
  expect(load).toThrow('ORDER_DATABASE_URL: sslmode=verify-full needs sslrootcert')
})
