import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dueWorkers } from '@alipay-checkout/contracts'
import { jwt } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createVisitor, signedIn, startConsole, type TestConsole } from './test-console.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

let running: TestConsole
beforeAll(async () => {
  running = await startConsole()
})
afterAll(() => running.close())
beforeEach(async () => {
  running.gateway.standIn.reset()
  const keys = await running.keys('session')
  if (keys.length > 0) await running.redis.del(...keys)
})

type Visitor = ReturnType<typeof createVisitor>
const statusOf = async (visitor: Visitor, path: string, headers?: Record<string, string>) =>
  (await visitor.send(`${running.url}${path}`, headers ? { headers } : {})).status

/** The only session's key, and how long Redis keeps it, ms. */
async function storedSession() {
  const [key = ''] = await running.keys('session')
  return { key, ttlMs: await running.redis.pttl(key) }
}

describe('a session', () => {
  it('is an opaque cookie for this host alone, which Redis does not have', async () => {
    const visitor = createVisitor()
    const answer = await visitor.post(`${running.url}/auth/demo`, { name: ' Mei ', roles: ['finance', 'viewer'] })
    expect(answer.status).toBe(204)
    const [cookie = ''] = answer.headers.getSetCookie()
    expect(cookie).toMatch(/^__Host-console=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    const { key } = await storedSession()
    const id = visitor.cookies.get('__Host-console') ?? ''
    expect(`${key} ${await running.redis.get(key)}`).not.toContain(id)
    const session = (await (await visitor.send(`${running.url}/api/session`)).json()) as Record<string, string>
    expect(session).toEqual({
      id: 'demo-mei',
      name: 'Mei',
      roles: ['finance', 'viewer'],
      permissions: expect.arrayContaining(['read', 'refund.decide', 'reconcile']),
      idleUntil: expect.any(String),
      endsAt: expect.any(String),
    })
    expect(Date.parse(session.endsAt ?? '') - Date.parse(session.idleUntil ?? '')).toBeGreaterThan(7 * hourMs)
  })

  it('names its person and role to the services', async () => {
    const visitor = await signedIn(running.url, ['support', 'cashier'])
    expect(await statusOf(visitor, '/api/admin/orders?limit=5')).toBe(200)
    expect(running.gateway.standIn.calls.at(-1)).toMatchObject({
      path: '/admin/orders?limit=5',
      headers: { 'x-actor': 'demo-li', 'x-actor-role': 'support' },
    })
    const answer = await visitor.post(`${running.url}/api/admin/refunds/ref_x/approve`)
    expect([answer.status, await answer.json()]).toEqual([
      403,
      expect.objectContaining({ type: '/problems/forbidden', detail: expect.stringContaining('"finance"') }),
    ])
  })

  it('ends when a person has sent nothing for 30 minutes; what pages refresh by themselves does not count', async () => {
    const visitor = await signedIn(running.url, ['operator'])
    const { key, ttlMs } = await storedSession()
    expect(ttlMs > 29 * minuteMs && ttlMs <= 30 * minuteMs).toBe(true)
    await running.redis.pexpire(key, minuteMs)
    expect(await statusOf(visitor, '/api/session', { 'x-background': '1' })).toBe(200)
    expect((await storedSession()).ttlMs).toBeLessThanOrEqual(minuteMs)
    expect(await statusOf(visitor, '/assets/unknown.js')).toBe(404)
    expect((await storedSession()).ttlMs).toBeLessThanOrEqual(minuteMs)
    expect(await statusOf(visitor, '/jobs-board/api/queues')).toBe(200)
    expect((await storedSession()).ttlMs).toBeLessThanOrEqual(minuteMs)
    expect(await statusOf(visitor, '/api/session')).toBe(200)
    expect((await storedSession()).ttlMs).toBeGreaterThan(29 * minuteMs)
    await running.redis.del(key)
    const answer = await visitor.send(`${running.url}/api/session`)
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, null])
    expect(await answer.json()).toMatchObject({
      type: '/problems/unauthenticated',
      detail: 'Your session has ended. Sign in again.',
    })
  })

  it('ends after 8 hours in any case', async () => {
    const visitor = await signedIn(running.url, ['viewer'])
    const { key } = await storedSession()
    const stored = JSON.parse((await running.redis.get(key)) ?? '')
    const setAge = (ms: number) =>
      running.redis.set(key, JSON.stringify({ ...stored, createdAt: stored.createdAt - ms }), 'PX', 30 * minuteMs)
    await setAge(8 * hourMs - 10 * minuteMs)
    expect(await statusOf(visitor, '/api/session')).toBe(200)
    expect((await storedSession()).ttlMs).toBeLessThanOrEqual(10 * minuteMs)
    await setAge(8 * hourMs)
    expect(await statusOf(visitor, '/api/session')).toBe(401)
  })

  it('ends when its person signs out, whoever has its id', async () => {
    const visitor = await signedIn(running.url, ['viewer'])
    const id = visitor.cookies.get('__Host-console') ?? ''
    expect((await visitor.post(`${running.url}/auth/sign-out`)).status).toBe(204)
    expect(visitor.cookies.has('__Host-console')).toBe(false)
    visitor.cookies.set('__Host-console', id)
    expect(await statusOf(visitor, '/api/session')).toBe(401)
  })

  it('is not a token, and a token is no session', async () => {
    const headers = { authorization: `Bearer ${jwt('boss', { roles: ['owner'] })}` }
    expect(await statusOf(createVisitor(), '/api/admin/orders', headers)).toBe(401)
    expect(await statusOf(createVisitor(), '/api/session', headers)).toBe(401)
    const visitor = await signedIn(running.url, ['owner'])
    const answer = await visitor.send(`${running.gateway.url}/api/admin/orders`)
    expect(answer.status).toBe(401)
  })
})

describe('a change', () => {
  const change = (visitor: Visitor, headers: Record<string, string | undefined>) => {
    const { origin } = new URL(running.url)
    const all = { origin, 'x-requested-with': 'console', 'content-type': 'application/json', ...headers }
    const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
    return visitor.send(`${running.url}/api/admin/system/audit`, {
      method: 'POST',
      headers: given as Record<string, string>,
      // Not JSON: what is refused before the body is read is not answered 400.
      body: '{"',
    })
  }

  it.each<[string, Record<string, string | undefined>]>([
    ['without an origin', { origin: undefined }],
    ['of another site', { origin: 'https://evil.example' }],
    ['of another port', { origin: 'http://127.0.0.1:1' }],
    ['of no site', { origin: 'null' }],
    ['of another scheme', { origin: 'https://127.0.0.1' }],
    ['without the header', { 'x-requested-with': undefined }],
    ['with another header', { 'x-requested-with': 'XMLHttpRequest' }],
  ])('is refused %s, before its body is read', async (_what, headers) => {
    const answer = await change(await signedIn(running.url, ['owner']), headers)
    expect([answer.status, ((await answer.json()) as { type: string }).type]).toEqual([403, '/problems/forbidden'])
  })

  it('is accepted from its own page, by either name of this machine', async () => {
    expect((await change(await signedIn(running.url, ['owner']), {})).status).toBe(400)
    const local = running.url.replace('127.0.0.1', 'localhost')
    expect((await createVisitor().post(`${local}/auth/demo`, { name: 'x', roles: ['viewer'] })).status).toBe(204)
  })

  it('is refused of signing in and out too', async () => {
    const headers = { origin: 'https://evil.example' }
    expect((await createVisitor().post(`${running.url}/auth/sign-out`, undefined, headers)).status).toBe(403)
    expect((await createVisitor().post(`${running.url}/auth/demo`, {}, headers)).status).toBe(403)
  })
})

it.each<[string, object]>([
  ['no role', { name: 'x', roles: [] }],
  ['an unknown role', { name: 'x', roles: ['root'] }],
  ['no name', { name: ' ', roles: ['owner'] }],
])('refuses a demo sign-in with %s', async (_what, body) => {
  expect((await createVisitor().post(`${running.url}/auth/demo`, body)).status).toBe(400)
})

describe('the two listeners', () => {
  it('share nothing but health and the admin API', async () => {
    const visitor = await signedIn(running.url, ['owner'])
    for (const path of ['/api/orders', '/api/products', '/api/payment/notify', '/openapi.json', '/demo/login']) {
      const answer = await visitor.send(`${running.url}${path}`)
      const isOfShop = answer.status === 200 && answer.headers.get('content-type')?.includes('json')
      expect([path, isOfShop]).toEqual([path, false])
    }
    expect(await statusOf(visitor, '/api/orders')).toBe(404)
    for (const path of ['/auth/methods', '/auth/sign-in', '/auth/callback', '/api/session', '/jobs-board']) {
      expect([path, (await fetch(`${running.gateway.url}${path}`)).status]).toEqual([path, 404])
    }
    expect((await fetch(`${running.gateway.url}/auth/demo`, { method: 'POST' })).status).toBe(404)
    expect(await statusOf(createVisitor(), '/healthz')).toBe(200)
  })

  it('answer errors alike: problems, 405 with Allow, security headers', async () => {
    const visitor = await signedIn(running.url, ['owner'])
    const unknown = await visitor.send(`${running.url}/api/unknown`)
    expect([unknown.status, unknown.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ])
    const wrong = await visitor.post(`${running.url}/api/session`)
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    expect(wrong.headers.get('content-security-policy')).toMatch(
      /^default-src 'none';script-src 'self';style-src 'self';/,
    )
    expect(wrong.headers.get('x-content-type-options')).toBe('nosniff')
  })
})

it('answers 503 and says why while Redis is away, and still serves its pages', async () => {
  const away = await startConsole({
    REDIS_URL: 'redis://127.0.0.1:9',
    CONSOLE_OIDC_ISSUER: 'http://127.0.0.1:9',
    CONSOLE_OIDC_CLIENT_ID: 'console',
  })
  try {
    const visitor = createVisitor()
    visitor.cookies.set('__Host-console', 'a-session')
    visitor.cookies.set('__Host-console-sign-in', 'a-browser')
    for (const path of ['/api/session', '/api/admin/orders', '/jobs-board']) {
      const answer = await visitor.send(`${away.url}${path}`)
      expect([path, answer.status, await answer.text()]).toEqual([path, 503, expect.stringContaining('Redis')])
    }
    const signIn = await visitor.post(`${away.url}/auth/demo`, { name: 'x', roles: ['viewer'] })
    expect([signIn.status, await signIn.text()]).toEqual([503, expect.stringContaining('Redis')])
    const callback = await visitor.send(`${away.url}/auth/callback?state=x&code=y`)
    expect([callback.status, await callback.text()]).toEqual([503, expect.stringContaining('Redis')])
    expect((await visitor.send(`${away.url}/assets/unknown.js`)).status).toBe(404)
  } finally {
    await away.close()
  }
})

describe('the jobs board', () => {
  it('shows the queues of every worker for due work, to those who may see jobs, and changes nothing', async () => {
    const visitor = await signedIn(running.url, ['operator'])
    const page = await visitor.send(`${running.url}/jobs-board`)
    expect([page.status, page.headers.get('content-security-policy')]).toEqual([
      200,
      expect.stringContaining("script-src 'self';"),
    ])
    const answer = await visitor.send(`${running.url}/jobs-board/api/queues`)
    const { queues } = (await answer.json()) as { queues: { name: string; readOnlyMode: boolean }[] }
    expect(queues.map(({ name }) => name).toSorted()).toEqual(Object.values(dueWorkers).flat().toSorted())
    expect(queues.every(({ readOnlyMode }) => readOnlyMode)).toBe(true)
    const headers = { origin: running.url, 'x-requested-with': 'console' }
    const retry = `${running.url}/jobs-board/api/queues/reconcile/retry/failed`
    const change = await visitor.send(retry, { method: 'PUT', headers })
    expect([change.status, await change.text()]).toEqual([405, expect.stringContaining('only shows jobs')])
  })

  it('is closed to others', async () => {
    for (const path of ['/jobs-board', '/jobs-board/api/queues', '/jobs-board/queue/reconcile']) {
      expect(await statusOf(createVisitor(), path)).toBe(401)
      expect(await statusOf(await signedIn(running.url, ['support', 'finance']), path)).toBe(403)
    }
  })

  it('knows every worker', () => {
    const folder = join(import.meta.dirname, '../../..')
    const sources = globSync('*/src/**/*.ts', { cwd: folder, exclude: ['**/*.test.ts'] })
    const names = sources.flatMap(file =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/createDueWorker(?:<\w+>)?\(\{\s*name: '([\w-]+)'/g)].map(
        ([, name]) => name,
      ),
    )
    expect(names.toSorted()).toEqual(Object.values(dueWorkers).flat().toSorted())
  })
})
