import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { jwt } from '@alipay-checkout/testkit'
import { afterEach, expect, it } from 'vitest'
import { createDemoTokenSigner, createTokenCheck } from './tokens.ts'

const secret = 'a-secret-that-signs-tokens'
const inAnHour = Math.floor(Date.now() / 1000) + 3600
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

function hmacToken(header: object, claims: object, key: string | Buffer = secret): string {
  const text = `${part(header)}.${part(claims)}`
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}

function rsaToken(key: KeyObject, kid: string, claims: object): string {
  const text = `${part({ alg: 'RS256', kid })}.${part(claims)}`
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
}

/** A real JWKS address whose answer can be changed. */
async function serveJwks(keys: object[]) {
  const state = { keys, requests: 0, status: 200 }
  const server = createServer((_request, response) => {
    state.requests++
    response.writeHead(state.status).end(JSON.stringify({ keys: state.keys }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise(resolve => server.close(resolve)))
  return { state, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json` }
}

it('knows a customer by the "sub" claim and an admin by the role', async () => {
  const check = createTokenCheck({ secret })
  expect(await check(jwt('mei', { secret }))).toEqual({ id: 'mei', admin: false })
  expect(await check(jwt('boss', { secret, role: 'admin' }))).toEqual({ id: 'boss', admin: true })
  expect(await check(createDemoTokenSigner(secret)('demo-1'))).toEqual({ id: 'demo-1', admin: false })
})

it.each<[string, () => string]>([
  ['that has expired', () => jwt('mei', { secret, expiresInSeconds: -1 })],
  ['of another shop', () => jwt('mei', { secret: 'another-secret-of-another-shop' })],
  ['with alg none', () => `${part({ alg: 'none' })}.${part({ sub: 'mei' })}.`],
  ['with alg None and a signature', () => hmacToken({ alg: 'None' }, { sub: 'mei' })],
  ['with another HMAC', () => hmacToken({ alg: 'HS512' }, { sub: 'mei' })],
  ['whose alg is a member of every object', () => hmacToken({ alg: 'constructor' }, { sub: 'mei' })],
  ['without a signature', () => hmacToken({ alg: 'HS256' }, { sub: 'mei' }).replace(/[^.]+$/, '')],
  ['that is not valid yet', () => hmacToken({ alg: 'HS256' }, { sub: 'mei', nbf: inAnHour })],
  ['without a customer', () => hmacToken({ alg: 'HS256' }, { exp: inAnHour })],
  ['with an empty customer', () => hmacToken({ alg: 'HS256' }, { sub: '', exp: inAnHour })],
  ['with a customer that is no text', () => hmacToken({ alg: 'HS256' }, { sub: { id: 1 }, exp: inAnHour })],
  ['with a customer too long to store', () => hmacToken({ alg: 'HS256' }, { sub: 'x'.repeat(129) })],
  ['that is no token', () => 'hello'],
  ['that is empty', () => ''],
])('refuses a token %s', (_what, token) => {
  const check = createTokenCheck({ secret })
  expect(() => check(token())).toThrow(expect.objectContaining({ type: 'unauthenticated' }))
})

it('takes RS256 and ES256 tokens of the JWKS address, and asks it once', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwks = await serveJwks([
    { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'r1', alg: 'RS256' },
    { ...ec.publicKey.export({ format: 'jwk' }), kid: 'e1' },
    { kty: 'oct', k: 'c2VjcmV0', kid: 'h1' },
  ])
  const check = createTokenCheck({ jwksUrl: jwks.url })
  expect(await check(rsaToken(rsa.privateKey, 'r1', { sub: 'mei', exp: inAnHour }))).toMatchObject({ id: 'mei' })
  const text = `${part({ alg: 'ES256', kid: 'e1' })}.${part({ sub: 'li', exp: inAnHour })}`
  const signature = sign('sha256', Buffer.from(text), { key: ec.privateKey, dsaEncoding: 'ieee-p1363' })
  expect(await check(`${text}.${signature.toString('base64url')}`)).toMatchObject({ id: 'li' })
  const refused = { type: 'unauthenticated' }
  await expect(check(rsaToken(rsa.privateKey, 'unknown', { sub: 'mei' }))).rejects.toMatchObject(refused)
  await expect(check(rsaToken(rsa.privateKey, 'e1', { sub: 'mei' }))).rejects.toMatchObject(refused)
  await expect(check(rsaToken(rsa.privateKey, 'r1', { sub: 'mei', exp: 1 }))).rejects.toMatchObject(refused)
  expect(jwks.state.requests).toBe(1)
})

it('does not take a public key for a secret', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwks = await serveJwks([{ ...rsa.publicKey.export({ format: 'jwk' }), kid: 'r1' }])
  const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' })
  const forged = hmacToken({ alg: 'HS256', kid: 'r1' }, { sub: 'mei' }, pem as string)
  expect(() => createTokenCheck({ jwksUrl: jwks.url })(forged)).toThrow(
    expect.objectContaining({ type: 'unauthenticated' }),
  )
  expect(() => createTokenCheck({ jwksUrl: jwks.url, secret })(forged)).toThrow(
    expect.objectContaining({ type: 'unauthenticated' }),
  )
})

it('says that tokens can not be checked while the JWKS address is away', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwks = await serveJwks([])
  jwks.state.status = 500
  const check = createTokenCheck({ jwksUrl: jwks.url })
  await expect(check(rsaToken(rsa.privateKey, 'r1', { sub: 'mei' }))).rejects.toMatchObject({
    type: 'service-unavailable',
  })
})
