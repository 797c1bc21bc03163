import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { rsaToken, serveJwks } from './test-tokens.ts'
import { createTokenCheck } from './tokens.ts'

const minuteMs = 60_000
const first = generateKeyPairSync('rsa', { modulusLength: 2048 })
const second = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwkOf = (key: typeof first, kid: string) => ({ ...key.publicKey.export({ format: 'jwk' }), kid })
/** A day, so that only the key can expire. */
const exp = () => Math.floor(Date.now() / 1000) + 86_400
const tokenOf = (key: typeof first, kid: string, sub = 'mei') => rsaToken(key.privateKey, kid, { sub, exp: exp() })
const refused = { type: 'unauthenticated' }
const away = { type: 'service-unavailable' }

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})
const passMs = (ms: number) => vi.setSystemTime(Date.now() + ms)

it('no longer accepts a withdrawn key five minutes later, also for a token that was verified before', async () => {
  const jwks = await serveJwks([jwkOf(first, 'k1'), jwkOf(second, 'k2')])
  const check = createTokenCheck({ jwksUrl: jwks.url })
  const token = tokenOf(first, 'k1')
  expect(await check(token)).toMatchObject({ id: 'mei' })
  jwks.state.keys = [jwkOf(second, 'k2')]
  passMs(5 * minuteMs + 1)
  await expect(check(token)).rejects.toMatchObject(refused)
  expect(await check(tokenOf(second, 'k2'))).toMatchObject({ id: 'mei' })
  expect(jwks.state.requests).toBe(2)
})

it('no longer accepts a key that another one has replaced under the same id', async () => {
  const jwks = await serveJwks([jwkOf(first, 'k1')])
  const check = createTokenCheck({ jwksUrl: jwks.url })
  const token = tokenOf(first, 'k1')
  expect(await check(token)).toMatchObject({ id: 'mei' })
  jwks.state.keys = [jwkOf(second, 'k1')]
  passMs(5 * minuteMs + 1)
  await expect(check(token)).rejects.toMatchObject(refused)
  expect(await check(tokenOf(second, 'k1'))).toMatchObject({ id: 'mei' })
})

it('fetches a new key at its first token, and at most every ten seconds for unknown key ids', async () => {
  const jwks = await serveJwks([jwkOf(first, 'k1')])
  const check = createTokenCheck({ jwksUrl: jwks.url })
  await check(tokenOf(first, 'k1'))
  jwks.state.keys = [jwkOf(first, 'k1'), jwkOf(second, 'k2')]
  for (let n = 0; n < 5; n++) await expect(check(tokenOf(second, `unknown-${n}`))).rejects.toMatchObject(refused)
  expect(jwks.state.requests).toBe(1)
  passMs(10_001)
  const news = [tokenOf(second, 'k2'), tokenOf(second, 'unknown-6'), tokenOf(second, 'unknown-7')]
  expect(await Promise.allSettled(news.map(check))).toMatchObject([
    { value: { id: 'mei' } },
    { reason: refused },
    { reason: refused },
  ])
  expect(jwks.state.requests).toBe(2)
})

it('keeps the known keys for one hour while the address is unreachable', async () => {
  const jwks = await serveJwks([jwkOf(first, 'k1')])
  const check = createTokenCheck({ jwksUrl: jwks.url })
  await check(tokenOf(first, 'k1'))
  jwks.state.status = 500
  for (let minute = 0; minute < 59; minute += 2) {
    passMs(2 * minuteMs)
    expect(await check(tokenOf(first, 'k1'))).toMatchObject({ id: 'mei' })
    await expect(check(tokenOf(second, 'k2'))).rejects.toMatchObject(away)
  }
  passMs(minuteMs)
  await expect(check(tokenOf(first, 'k1'))).rejects.toMatchObject(away)
  jwks.state.status = 200
  passMs(10_001)
  expect(await check(tokenOf(first, 'k1'))).toMatchObject({ id: 'mei' })
})

it('treats a response without a list of keys as a failure, but accepts an empty list', async () => {
  const jwks = await serveJwks([jwkOf(first, 'k1')])
  const check = createTokenCheck({ jwksUrl: jwks.url })
  const token = tokenOf(first, 'k1')
  await check(token)
  jwks.state.keys = undefined as never
  passMs(6 * minuteMs)
  expect(await check(token)).toMatchObject({ id: 'mei' })
  jwks.state.keys = []
  passMs(minuteMs)
  // A failed fetch is repeated in the background of tokens whose key is known.
  await check(token)
  await vi.waitFor(() => expect(check(token)).rejects.toMatchObject(refused))
})
