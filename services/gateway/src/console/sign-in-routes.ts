import { randomBytes } from 'node:crypto'
import { type HttpApp, type Logger, Problem } from '@alipay-checkout/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { roles } from '../auth/permissions.ts'
import { createIdentityProvider, type IdentityProvider, SignInFailure } from './identity-provider.ts'
import { messagePage } from './message-page.ts'
import { cookieOptions, sessionIdOf, setSessionCookie } from './session-identity.ts'
import type { Sessions, Staff } from './sessions.ts'
import { type ConsoleSettings, isLoopback } from './settings.ts'
import { type StartedSignIns, signInSeconds } from './started-sign-ins.ts'

/** A secret of the browser in which a sign-in starts. */
const browserCookie = '__Host-console-sign-in'
const browserCookieOptions = { ...cookieOptions, maxAge: signInSeconds } as const
const returnToLengthMax = 1_000

const DemoBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 40, pattern: '\\S' }),
    roles: Type.Array(Type.Enum(roles), { minItems: 1, uniqueItems: true }),
  },
  { additionalProperties: false },
)

interface SignInParts {
  settings: ConsoleSettings
  sessions: Sessions
  startedSignIns: StartedSignIns
  logger: Logger
}

/** Adds the routes under `/auth/`: how someone gets a session. */
export function addSignIn(app: HttpApp, parts: SignInParts): void {
  const { settings, sessions } = parts
  const provider = settings.oidc && createIdentityProvider(settings.oidc, `${settings.origin}/auth/callback`)
  app.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith('/auth/')) reply.header('cache-control', 'no-store')
  })
  app.get('/auth/methods', async () => ({ oidc: provider !== undefined, demo: settings.isDemo, roles }))
  addProviderSignIn(app, parts, provider)
  if (settings.isDemo) {
    app.post('/auth/demo', { schema: { body: DemoBody } }, async (request, reply) => {
      const name = request.body.name.trim()
      const staff = { id: `demo-${name.toLowerCase()}`, name, roles: request.body.roles }
      await startSession(request, reply, sessions, staff)
      return reply.code(204).send()
    })
  }
}

function addProviderSignIn(app: HttpApp, parts: SignInParts, provider: IdentityProvider | undefined): void {
  const { settings, sessions, startedSignIns, logger } = parts

  app.get('/auth/sign-in', async (request, reply) => {
    const { returnTo, again } = request.query as { returnTo?: unknown; again?: unknown }
    const page = localPath(returnTo)
    if (provider === undefined) return messagePage(reply, 'no-provider')
    // The provider sends the browser to CONSOLE_URL, and cookies of localhost do not reach 127.0.0.1.
    const { host, hostname } = new URL(settings.origin)
    if (isLoopback(hostname) && request.host !== host && isLoopback(request.hostname)) {
      return reply.redirect(`${settings.origin}${signInAddress(page)}`)
    }
    return answerFailures(reply, logger, page, async () => {
      const browser = request.cookies[browserCookie] ?? randomBytes(32).toString('base64url')
      const { url, state, signIn } = await provider.begin(page, { again: again !== undefined })
      await startedSignIns.add(state, browser, signIn)
      reply.setCookie(browserCookie, browser, browserCookieOptions)
      return reply.redirect(url.href)
    })
  })

  app.get('/auth/callback', async (request, reply) => {
    if (provider === undefined) return messagePage(reply, 'no-provider')
    const { state } = request.query as { state?: unknown }
    const browser = request.cookies[browserCookie]
    return answerFailures(reply, logger, '/', async () => {
      const isKnown = typeof state === 'string' && browser !== undefined
      const signIn = isKnown ? await startedSignIns.take(state, browser) : undefined
      if (!isKnown || signIn === undefined) return messagePage(reply, 'sign-in-expired', signInAddress('/'))
      const { returnTo } = signIn
      return answerFailures(reply, logger, returnTo, async () => {
        const staff = await provider.finish(new URL(request.url, settings.origin), state, signIn)
        if (staff.roles.length === 0) {
          logger.warn({ staff: staff.id }, 'a sign-in to the console was refused: the account has no role')
          return messagePage(reply, 'no-role', `${signInAddress(returnTo)}&again=1`)
        }
        await startSession(request, reply, sessions, staff)
        return reply.redirect(returnTo)
      })
    })
  })
}

/** Starts a session with a new id, so that nobody can prepare one for someone else. Ends the one that the browser had. */
async function startSession(request: FastifyRequest, reply: FastifyReply, sessions: Sessions, staff: Staff) {
  const earlier = sessionIdOf(request)
  if (earlier) await sessions.end(earlier)
  setSessionCookie(reply, await sessions.start(staff))
}

/** Answers a failed sign-in with a page for people. */
async function answerFailures(
  reply: FastifyReply,
  logger: Logger,
  returnTo: string,
  attempt: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await attempt()
  } catch (error) {
    const isRedis = error instanceof Problem && error.type === 'service-unavailable'
    if (!isRedis && !(error instanceof SignInFailure)) throw error
    logger.warn({ reason: error.message }, 'a sign-in to the console failed')
    return messagePage(reply, isRedis ? 'redis-unavailable' : (error as SignInFailure).kind, signInAddress(returnTo))
  }
}

function signInAddress(returnTo: string): string {
  return `/auth/sign-in?returnTo=${encodeURIComponent(returnTo)}`
}

/** A path of the console's pages; `/` for anything else, such as an address of another site. */
function localPath(text: unknown): string {
  if (typeof text !== 'string' || text.length > returnToLengthMax || !/^\/(?![/\\])[\x21-\x7e]*$/.test(text)) return '/'
  const base = 'http://console.invalid'
  const url = URL.parse(text, base)
  if (url === null || url.origin !== base || /^\/(auth|api)(\/|$)/.test(url.pathname)) return '/'
  // `/x/..//evil.example` is a path that begins with two slashes after all.
  const path = url.pathname + url.search + url.hash
  return path.startsWith('//') ? '/' : path
}
