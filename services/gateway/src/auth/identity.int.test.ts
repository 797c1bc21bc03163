import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { jwt } from '@alipay-checkout/test-support'
import { expect, it, onTestFinished } from 'vitest'
import WebSocket from 'ws'
import { orderId, startGateway } from '../test-gateway.ts'
import { inAnHour, rsaToken, serveJwks } from './test-tokens.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const provider = { JWT_ISSUER: 'https://login.example/', JWT_AUDIENCE: 'shop', JWT_ROLE_CLAIM: 'realm_access.roles' }
const claims = { sub: 'mei', iss: provider.JWT_ISSUER, aud: ['account', 'shop'] }

async function start() {
  const jwks = await serveJwks([{ ...rsa.publicKey.export({ format: 'jwk' }), kid: 'r1' }])
  const gateway = await startGateway({ ...provider, JWT_JWKS_URL: jwks.url })
  onTestFinished(() => gateway.close())
  return gateway
}

const signed = (changes: object) => rsaToken(rsa.privateKey, 'r1', { ...claims, exp: inAnHour(), ...changes })

/** The status of the response to a WebSocket request with this token: 101 if it is opened. */
async function socketStatus(url: string, token: string): Promise<number> {
  const address = `${url.replace('http', 'ws')}/ws/order-status?order_id=${orderId}`
  const socket = new WebSocket(address, ['order-status', `bearer.${token}`])
  const opened = once(socket, 'open').then(() => 101)
  const refused = once(socket, 'unexpected-response').then(([, response]) => response.statusCode as number)
  const status = await Promise.race([opened, refused])
  opened.catch(() => {})
  refused.catch(() => {})
  socket.on('error', () => {})
  socket.terminate()
  return status
}

it('accepts only tokens that the identity provider issued for this shop, by HTTP and by WebSocket', async () => {
  const { url } = await start()
  const statusOf = async (token: string) =>
    (await fetch(`${url}/api/orders`, { headers: { authorization: `Bearer ${token}` } })).status
  expect([await statusOf(signed({})), await socketStatus(url, signed({}))]).toEqual([200, 101])
  const others = [
    { aud: 'another' },
    { aud: undefined },
    { iss: 'https://evil.example/' },
    { exp: undefined },
    { exp: 1 },
  ]
  for (const changes of [...others, { sub: undefined }, { nbf: inAnHour() }]) {
    expect([await statusOf(signed(changes)), await socketStatus(url, signed(changes))]).toEqual([401, 401])
  }
  // A token signed with the secret needs the same claims.
  expect(await statusOf(jwt('mei'))).toBe(401)
})

it('reads roles from the configured claim, and signs its own tokens with the same settings', async () => {
  const { url } = await start()
  const adminStatus = async (token: string) =>
    (await fetch(`${url}/api/admin/cases`, { headers: { authorization: `Bearer ${token}` } })).status
  expect(await adminStatus(signed({ realm_access: { roles: ['user', 'admin'] } }))).toBe(200)
  expect(await adminStatus(signed({ role: 'admin' }))).toBe(403)
  const headers = { 'content-type': 'application/json' }
  const login = await fetch(`${url}/demo/login`, { method: 'POST', headers, body: '{"name":"mei"}' })
  const { token } = (await login.json()) as { token: string }
  expect(await adminStatus(token)).toBe(403)
})
