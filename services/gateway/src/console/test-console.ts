import { randomUUID } from 'node:crypto'
import { freePort } from '@alipay-checkout/test-support'
import { Redis } from 'ioredis'
import { startGateway, type TestGateway } from '../test-gateway.ts'

const redirectsMax = 20

/** A gateway with a console, and what the tests need of its Redis. */
export interface TestConsole {
  gateway: TestGateway
  url: string
  redis: Redis
  /** The console's keys in Redis, of one kind. */
  keys(kind: 'session' | 'sign-in'): Promise<string[]>
  close(): Promise<void>
}

/** Starts a gateway with a console on a port of its own; its names in Redis are no other's. */
export async function startConsole(settings: Record<string, string> = {}): Promise<TestConsole> {
  const systemName = `console-test-${randomUUID().slice(0, 8)}`
  const port = settings.CONSOLE_PORT ?? String(await freePort())
  const gateway = await startGateway({ CONSOLE_PORT: port, SYSTEM_NAME: systemName, ...settings })
  const redis = new Redis(process.env.TEST_REDIS_URL ?? '')
  return {
    gateway,
    url: `http://127.0.0.1:${port}`,
    redis,
    keys: kind => redis.keys(`${systemName}:console:${kind}:*`),
    async close() {
      redis.disconnect(false)
      await gateway.close()
    },
  }
}

/** A browser without pages: it keeps cookies and follows redirects. */
export function createVisitor() {
  const cookies = new Map<string, string>()

  async function send(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...(cookie === '' ? {} : { cookie }), ...(init.headers as Record<string, string>) }
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const text of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? []
      if (value === '' || /Max-Age=0|Expires=Thu, 01 Jan 1970/i.test(text)) cookies.delete(name)
      else cookies.set(name, value)
    }
    return answer
  }

  return {
    cookies,
    send,
    /** Follows redirects; stops before an address that `stopAt` matches. Returns the last response and where it leads. */
    async follow(url: string, stopAt?: RegExp): Promise<{ answer: Response; url: string }> {
      for (let next = url, count = 0; count < redirectsMax; count++) {
        const answer = await send(next)
        const location = answer.headers.get('location')
        if (location === null) return { answer, url: next }
        next = new URL(location, next).href
        if (stopAt?.test(next)) return { answer, url: next }
      }
      throw new Error(`${url} leads to more than ${redirectsMax} redirects`)
    },
    /** Sends a change as a page of the console does. */
    post(url: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
      return send(url, {
        method: 'POST',
        headers: {
          origin: new URL(url).origin,
          'x-requested-with': 'console',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    },
  }
}

/** A visitor who has signed in by the demo sign-in. */
export async function signedIn(url: string, roles: readonly string[], name = 'Li') {
  const visitor = createVisitor()
  const answer = await visitor.post(`${url}/auth/demo`, { name, roles })
  if (answer.status !== 204) throw new Error(`the demo sign-in answered ${answer.status}: ${await answer.text()}`)
  return visitor
}
