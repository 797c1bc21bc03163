import { expect, it } from 'vitest'
import { readTrustedProxies } from './trusted-proxies.ts'

it.each(['false', '0', ' false '])('trusts no proxy with %j', setting => {
  expect(readTrustedProxies(setting)).toBe(false)
})

it('trusts a number of hops', () => {
  const trusts = readTrustedProxies('2') as (address: string, hop: number) => boolean
  expect([0, 1, 2, 3].map(hop => trusts('203.0.113.7', hop))).toEqual([true, true, false, false])
})

it.each([
  ['127.0.0.1', ['127.0.0.1']],
  ['10.0.0.0/8,  loopback', ['10.0.0.0/8', 'loopback']],
  ['uniquelocal,linklocal,::1,2001:db8::/32', ['uniquelocal', 'linklocal', '::1', '2001:db8::/32']],
])('trusts the addresses of %s', (setting, list) => {
  expect(readTrustedProxies(setting)).toEqual(list)
})

it.each([
  ...['true', 'TRUE', 'yes', '', ',', '-1', '1.5', '1e3', '11', '0x1', '10.0.0.1,', 'localhost', 'proxy.internal'],
  ...['10.0.0.0/0', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/255.0.0.0', '10.0.0', '::/0', '::1/129', 'fe80::1%eth0'],
  ...['loopback;linklocal', '1,10.0.0.1', '10.0.0.1 10.0.0.2', 'Loopback'],
])('refuses %j and names the variable', setting => {
  expect(() => readTrustedProxies(setting)).toThrow(/^TRUST_PROXY/)
})
