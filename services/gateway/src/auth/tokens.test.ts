import { generateKeyPairSync, sign } from 'node:crypto'
import { jwt } from '@alipay-checkout/test-support'
import { describe, expect, it } from 'vitest'
import { hmacToken, inAnHour, part, rsaToken, testSecret as secret, serveJwks } from './test-tokens.ts'
import { createDemoTokenSigner, createTokenCheck, signAdminToken } from './tokens.ts'

const refused = expect.objectContaining({ type: 'unauthenticated' })

it('reads the customer from the "sub" claim and the admin from the role', async () => {
  const check = createTokenCheck({ secret })
  expect(await check(jwt('mei', { secret }))).toEqual({ id: 'mei', roles: new Set() })
  expect(await check(jwt('boss', { secret, role: 'admin' }))).toEqual({ id: 'boss', roles: new Set(['admin']) })
  expect(await check(createDemoTokenSigner({ secret })('demo-1'))).toEqual({ id: 'demo-1', roles: new Set() })
})

it.each<[string, () => string]>([
  ['that has expired', () => jwt('mei', { secret, expiresInSeconds: -1 })],
  ['of another shop', () => jwt('mei', { secret: 'another-secret-of-another-shop' })],
  ['with alg none', () => `${part({ alg: 'none' })}.${part({ sub: 'mei' })}.`],
  ['with alg None and a signature', () => hmacToken({ alg: 'None' }, { sub: 'mei' })],
  ['with another HMAC', () => hmacToken({ alg: 'HS512' }, { sub: 'mei' })],
  ['whose alg is a member of every object', () => hmacToken({ alg: 'constructor' }, { sub: 'mei' })],
  ['without a signature', () => hmacToken({ alg: 'HS256' }, { sub: 'mei' }).replace(/[^.]+$/, '')],
  ['that is not valid yet', () => hmacToken({ alg: 'HS256' }, { sub: 'mei', exp: inAnHour(), nbf: inAnHour() })],
  ['without a customer', () => hmacToken({ alg: 'HS256' }, { exp: inAnHour() })],
  ['with an empty customer', () => hmacToken({ alg: 'HS256' }, { sub: '', exp: inAnHour() })],
  ['with a customer that is no text', () => hmacToken({ alg: 'HS256' }, { sub: { id: 1 }, exp: inAnHour() })],
  ['whose customer has a NUL character', () => hmacToken({ alg: 'HS256' }, { sub: 'mei\0', exp: inAnHour() })],
  ['whose customer has half a character', () => hmacToken({ alg: 'HS256' }, { sub: '\ud83d', exp: inAnHour() })],
  ['that never expires', () => hmacToken({ alg: 'HS256' }, { sub: 'mei' })],
  ['whose expiry is a text', () => hmacToken({ alg: 'HS256' }, { sub: 'mei', exp: String(inAnHour()) })],
  ['whose expiry is null', () => hmacToken({ alg: 'HS256' }, { sub: 'mei', exp: null })],
  ['whose claims are no object', () => hmacToken({ alg: 'HS256' }, 'mei')],
  [
    'with an extension that must be understood',
    () => hmacToken({ alg: 'HS256', crit: ['x'], x: 1 }, { sub: 'mei', exp: inAnHour() }),
  ],
  ['with a customer too long to store', () => hmacToken({ alg: 'HS256' }, { sub: 'x'.repeat(129), exp: inAnHour() })],
  ['that is no token', () => 'hello'],
  ['that is empty', () => ''],
])('refuses a token %s', (_what, token) => {
  const check = createTokenCheck({ secret })
  expect(() => check(token())).toThrow(expect.objectContaining({ type: 'unauthenticated' }))
})

it('accepts RS256 and ES256 tokens of the JWKS address, and fetches its keys once', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwks = await serveJwks([
    { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'r1', alg: 'RS256' },
    { ...ec.publicKey.export({ format: 'jwk' }), kid: 'e1' },
    { kty: 'oct', k: 'c2VjcmV0', kid: 'h1' },
  ])
  const check = createTokenCheck({ jwksUrl: jwks.url })
  expect(await check(rsaToken(rsa.privateKey, 'r1', { sub: 'mei', exp: inAnHour() }))).toMatchObject({ id: 'mei' })
  const text = `${part({ alg: 'ES256', kid: 'e1' })}.${part({ sub: 'li', exp: inAnHour() })}`
  const signature = sign('sha256', Buffer.from(text), { key: ec.privateKey, dsaEncoding: 'ieee-p1363' })
  expect(await check(`${text}.${signature.toString('base64url')}`)).toMatchObject({ id: 'li' })
  await expect(check(rsaToken(rsa.privateKey, 'unknown', { sub: 'mei' }))).rejects.toEqual(refused)
  await expect(check(rsaToken(rsa.privateKey, 'e1', { sub: 'mei' }))).rejects.toEqual(refused)
  await expect(check(rsaToken(rsa.privateKey, 'r1', { sub: 'mei', exp: 1 }))).rejects.toEqual(refused)
  expect(jwks.state.requests).toBe(1)
})

it('does not accept a public key as a secret', async () => {
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

it('answers 503 while the JWKS address is unreachable', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwks = await serveJwks([])
  jwks.state.status = 500
  const check = createTokenCheck({ jwksUrl: jwks.url })
  await expect(check(rsaToken(rsa.privateKey, 'r1', { sub: 'mei' }))).rejects.toMatchObject({
    type: 'service-unavailable',
  })
})

describe('with an issuer and an audience, a token', () => {
  const settings = { secret, issuer: 'https://login.example/', audience: 'shop' }
  const check = createTokenCheck(settings)
  const claims = { sub: 'mei', iss: 'https://login.example/', aud: 'shop' }
  const token = (changes: object) => hmacToken({ alg: 'HS256' }, { ...claims, exp: inAnHour(), ...changes })

  it.each<[string, object]>([
    ['as they are set', {}],
    ['with the audience in a list', { aud: ['other', 'shop'] }],
    ['as the only one of a list', { aud: ['shop'] }],
  ])('is accepted %s', (_what, changes) => {
    expect(check(token(changes))).toEqual({ id: 'mei', roles: new Set() })
  })

  it.each<[string, object]>([
    ['without an issuer', { iss: undefined }],
    ['of another issuer', { iss: 'https://login.example/other' }],
    ['whose issuer differs by a slash', { iss: 'https://login.example' }],
    ['with a list of issuers', { iss: ['https://login.example/'] }],
    ['without an audience', { aud: undefined }],
    ['for another audience', { aud: 'another-shop' }],
    ['for a list of others', { aud: ['another', 'shopping'] }],
    ['with an empty audience', { aud: [] }],
    ['with an audience that is no text', { aud: { shop: true } }],
    ['with a list that is not of texts', { aud: ['shop', 7] }],
  ])('is refused %s', (_what, changes) => {
    expect(() => check(token(changes))).toThrow(refused)
  })

  it('is checked likewise if a key of the JWKS address signed it', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const jwks = await serveJwks([{ ...rsa.publicKey.export({ format: 'jwk' }), kid: 'r1' }])
    const checkAll = createTokenCheck({ ...settings, jwksUrl: jwks.url })
    const signed = (changes: object) =>
      checkAll(rsaToken(rsa.privateKey, 'r1', { ...claims, exp: inAnHour(), ...changes }))
    expect(await signed({})).toEqual({ id: 'mei', roles: new Set() })
    for (const changes of [{ aud: 'another-shop' }, { iss: undefined }, { exp: undefined }, { sub: undefined }]) {
      await expect(signed(changes)).rejects.toEqual(refused)
    }
  })

  it('has both if the gateway signed it', () => {
    const own = { ...settings, roleClaim: 'realm_access.roles' }
    const checkOwn = createTokenCheck(own)
    expect(checkOwn(createDemoTokenSigner(own)('demo-1'))).toEqual({ id: 'demo-1', roles: new Set() })
    expect(checkOwn(signAdminToken(own, 'li'))).toEqual({ id: 'li', roles: new Set(['admin']) })
  })
})

describe('the role claim', () => {
  const adminBy = async (roleClaim: string | undefined, claims: object) =>
    (
      await createTokenCheck({ secret, roleClaim })(
        hmacToken({ alg: 'HS256' }, { sub: 'mei', exp: inAnHour(), ...claims }),
      )
    ).roles.has('admin')

  it.each<[string, string | undefined, object]>([
    ['is "role" unless it is set', undefined, { role: 'admin' }],
    ['is "roles" unless it is set', undefined, { roles: ['clerk', 'admin'] }],
    ['is both unless it is set', undefined, { roles: ['clerk'], role: 'admin' }],
    ['may be a list', undefined, { role: ['clerk', 'admin'] }],
    ['may have another name', 'roles', { roles: ['admin'] }],
    ['may be a path', 'realm_access.roles', { realm_access: { roles: ['user', 'admin'] } }],
    ['may have dots in its name', 'https://shop.example/roles', { 'https://shop.example/roles': ['admin'] }],
  ])('%s', async (_what, roleClaim, claims) => {
    expect(await adminBy(roleClaim, claims)).toBe(true)
  })

  it.each<[string, string | undefined, object]>([
    ['another claim', 'realm_access.roles', { role: 'admin', roles: ['admin'] }],
    ['the other default', 'role', { roles: ['admin'] }],
    ['part of a word', undefined, { role: 'administrator admin' }],
    ['a key', undefined, { role: { admin: true } }],
    ['a list in a list', undefined, { role: [['admin']] }],
    ['nothing', 'a.b.c', { a: { b: null } }],
    ['what every object has', 'constructor.name', {}],
  ])('does not take %s for it', async (_what, roleClaim, claims) => {
    expect(await adminBy(roleClaim, claims)).toBe(false)
  })
})
