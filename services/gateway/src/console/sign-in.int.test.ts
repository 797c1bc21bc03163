import { freePort } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createVisitor, startConsole, type TestConsole } from './test-console.ts'
import { startProvider, type TestProvider } from './test-provider.ts'

let provider: TestProvider
let running: TestConsole
let callback: string

async function start(client: { secret?: string; rolesInIdToken?: boolean } = {}) {
  const [consolePort, providerPort] = [await freePort(), await freePort()]
  const redirectUri = `http://127.0.0.1:${consolePort}/auth/callback`
  const startedProvider = await startProvider({ ...client, redirectUri, port: providerPort })
  const startedConsole = await startConsole({
    CONSOLE_PORT: String(consolePort),
    CONSOLE_OIDC_ISSUER: startedProvider.issuer,
    CONSOLE_OIDC_CLIENT_ID: 'console',
    ...(client.secret === undefined ? {} : { CONSOLE_OIDC_CLIENT_SECRET: client.secret }),
    DEMO_LOGIN: 'false',
  })
  return { provider: startedProvider, running: startedConsole, callback: redirectUri }
}

beforeAll(async () => {
  ;({ provider, running, callback } = await start())
})
afterAll(async () => {
  await running.close()
  await provider.close()
})
beforeEach(() => {
  provider.account = { sub: 'li', name: '李雷', roles: ['support', 'clerk'] }
  provider.isAway = false
})

const signIn = (visitor = createVisitor(), returnTo = '/refunds?status=FAILED') =>
  visitor.follow(`${running.url}/auth/sign-in?returnTo=${encodeURIComponent(returnTo)}`, /\/refunds|\/$/)
const atCallback = (visitor: ReturnType<typeof createVisitor>) =>
  visitor.follow(`${running.url}/auth/sign-in?returnTo=/orders`, /\/auth\/callback/)
const session = async (visitor: ReturnType<typeof createVisitor>) => visitor.send(`${running.url}/api/session`)

/** A page that says what happened in both languages, and leads back to signing in. */
async function expectMessage(answer: Response, status: number, text: string, link = '/auth/sign-in?returnTo=') {
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
  const page = await answer.text()
  expect(page).toContain(text)
  expect(page).toContain('lang="zh-CN"')
  expect(page).toContain(`href="${link}`)
}

it('signs in at a real provider with PKCE, and returns to the page', async () => {
  const visitor = createVisitor()
  const begun = await visitor.send(`${running.url}/auth/sign-in?returnTo=/orders`)
  const asked = new URL(begun.headers.get('location') ?? '').searchParams
  expect(Object.fromEntries(asked)).toMatchObject({
    client_id: 'console',
    redirect_uri: callback,
    response_type: 'code',
    scope: 'openid profile',
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
  })
  expect(begun.headers.getSetCookie()[0]).toMatch(
    /^__Host-console-sign-in=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  )
  expect((await signIn(visitor)).url).toBe(`${running.url}/refunds?status=FAILED`)
  expect(await (await session(visitor)).json()).toMatchObject({
    id: 'li',
    name: '李雷',
    roles: ['support'],
    permissions: expect.arrayContaining(['read', 'order.cancel']),
  })
})

it('gives a new session id at each sign-in, and ends the earlier session', async () => {
  const visitor = createVisitor()
  visitor.cookies.set('__Host-console', 'chosen-by-an-attacker')
  await signIn(visitor)
  const first = visitor.cookies.get('__Host-console')
  expect(first).toMatch(/^[\w-]{43}$/)
  await signIn(visitor)
  const second = visitor.cookies.get('__Host-console')
  expect(second).not.toBe(first)
  visitor.cookies.set('__Host-console', first ?? '')
  expect((await session(visitor)).status).toBe(401)
})

it('accepts a key that the provider has rotated to, at once', async () => {
  await signIn()
  provider.rotateKey()
  const visitor = createVisitor()
  await signIn(visitor)
  expect((await session(visitor)).status).toBe(200)
})

it('signs several tabs of one browser in', async () => {
  const visitor = createVisitor()
  const [one, other] = [await atCallback(visitor), await atCallback(visitor)]
  expect((await visitor.send(one.url)).status).toBe(302)
  expect((await visitor.send(other.url)).status).toBe(302)
})

describe('refuses with a page', () => {
  it('an answer that is used again', async () => {
    const visitor = createVisitor()
    const { url } = await atCallback(visitor)
    expect((await visitor.send(url)).headers.get('location')).toBe('/orders')
    await expectMessage(await visitor.send(url), 400, 'was used already')
  })

  it('an answer in another browser', async () => {
    const { url } = await atCallback(createVisitor())
    const victim = createVisitor()
    await expectMessage(await victim.send(url), 400, 'began in another browser')
    await victim.send(`${running.url}/auth/sign-in`)
    await expectMessage(await victim.send(url), 400, 'began in another browser')
    expect(victim.cookies.has('__Host-console')).toBe(false)
  })

  it.each(['another', ''])('the state "%s"', async state => {
    const visitor = createVisitor()
    const url = new URL((await atCallback(visitor)).url)
    url.searchParams.set('state', state)
    await expectMessage(await visitor.send(url.href), 400, '此次登录已过期')
  })

  it.each(['', '?code=x', '?state=a&state=b', '?error=x'])('the callback %s', async query => {
    const visitor = createVisitor()
    await visitor.send(`${running.url}/auth/sign-in`)
    await expectMessage(await visitor.send(`${callback}${query}`), 400, 'Sign in again')
  })

  it('an ID token with another nonce', async () => {
    const visitor = createVisitor()
    await running.redis.del(...(await running.keys('sign-in')), 'none')
    const { url } = await atCallback(visitor)
    const [key = ''] = await running.keys('sign-in')
    const stored = JSON.parse((await running.redis.get(key)) ?? '')
    await running.redis.set(key, JSON.stringify({ ...stored, nonce: 'another' }))
    await expectMessage(await visitor.send(url), 400, 'could not be verified')
    expect(visitor.cookies.has('__Host-console')).toBe(false)
  })

  it('a sign-in that took longer than 10 minutes', async () => {
    const visitor = createVisitor()
    await running.redis.del(...(await running.keys('sign-in')), 'none')
    const { url } = await atCallback(visitor)
    const [key = ''] = await running.keys('sign-in')
    const ttl = await running.redis.ttl(key)
    expect(ttl > 500 && ttl <= 600).toBe(true)
    await running.redis.del(key)
    await expectMessage(await visitor.send(url), 400, 'older than 10 minutes')
  })

  it('a code that the provider does not know', async () => {
    const visitor = createVisitor()
    const url = new URL((await atCallback(visitor)).url)
    url.searchParams.set('code', 'guessed')
    await expectMessage(await visitor.send(url.href), 400, 'could not be verified', '/auth/sign-in?returnTo=%2Forders')
  })

  it('what the provider did not sign in', async () => {
    const visitor = createVisitor()
    const url = new URL((await atCallback(visitor)).url)
    url.searchParams.delete('code')
    url.searchParams.set('error', 'access_denied')
    await expectMessage(await visitor.send(url.href), 403, 'did not complete the sign-in')
  })

  it.each([[undefined], ['customer'], [[]], [{ owner: true }]])('an account with the roles %j', async roles => {
    provider.account = { sub: 'mei', ...(roles === undefined ? {} : { roles }) }
    const visitor = createVisitor()
    const { answer } = await signIn(visitor)
    await expectMessage(answer, 403, 'You have no role here', '/auth/sign-in?returnTo=%2Frefunds')
    expect(visitor.cookies.has('__Host-console')).toBe(false)
  })

  it('everyone while the provider is away, before and after they were there', async () => {
    const visitor = createVisitor()
    const { url } = await atCallback(visitor)
    provider.isAway = true
    await expectMessage(await visitor.send(url), 503, 'does not answer')
    await expectMessage(await visitor.send(`${running.url}/auth/sign-in?returnTo=/x`), 503, '暂时无法登录')
    provider.isAway = false
    await signIn(visitor)
    expect((await session(visitor)).status).toBe(200)
  })
})

it.each([
  '//evil.example',
  '/\\evil.example',
  'https://evil.example/',
  'javascript:alert(1)',
  '/\t/evil.example',
  '/x/..//evil.example',
  '/auth/sign-out',
  '/api/session',
  `/${'x'.repeat(1_000)}`,
])('returns to its own pages only, not to %.40s', async returnTo => {
  expect((await signIn(createVisitor(), returnTo)).url).toBe(`${running.url}/`)
})

it('leads localhost to the address that the provider knows', async () => {
  const local = running.url.replace('127.0.0.1', 'localhost')
  const answer = await createVisitor().send(`${local}/auth/sign-in?returnTo=/orders`)
  expect(answer.headers.get('location')).toBe(`${running.url}/auth/sign-in?returnTo=%2Forders`)
})

it('says how one can sign in', async () => {
  const answer = await fetch(`${running.url}/auth/methods`)
  expect(await answer.json()).toMatchObject({ oidc: true, demo: false, roles: expect.arrayContaining(['owner']) })
  expect((await createVisitor().post(`${running.url}/auth/demo`, { name: 'x', roles: ['owner'] })).status).toBe(404)
})

it('refuses an ID token whose signature is wrong', async () => {
  const own = await start()
  try {
    own.provider.publishOtherKeys()
    const { answer } = await createVisitor().follow(`${own.running.url}/auth/sign-in`)
    await expectMessage(answer, 400, 'could not be verified')
  } finally {
    await own.running.close()
    await own.provider.close()
  }
})

it('is a confidential client with a secret, and reads roles from the userinfo where the ID token has none', async () => {
  const own = await start({ secret: 'a secret of this test: 100 %', rolesInIdToken: false })
  try {
    const visitor = createVisitor()
    await visitor.follow(`${own.running.url}/auth/sign-in?returnTo=/orders`, /\/orders/)
    const answer = await visitor.send(`${own.running.url}/api/session`)
    expect(await answer.json()).toMatchObject({ id: 'li', name: '李雷', roles: ['support'] })
  } finally {
    await own.running.close()
    await own.provider.close()
  }
})
