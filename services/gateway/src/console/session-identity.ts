import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Session, Sessions } from './sessions.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The console's session that the request belongs to, or null. */
    session: Session | null
  }
}

/** `__Host-`: browsers take the cookie only with Secure, for this host alone and all its paths (RFC 6265bis, 4.1.3.2). */
const cookieName = '__Host-console'
export const cookieOptions = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' } as const

/** What a page requests by itself, such as the refreshes of a list, does not keep a session from becoming idle. */
const backgroundHeader = 'x-background'
/** The page of the jobs board requests these every few seconds, and can not send the header. */
const refreshesOfBoard = /^\/jobs-board\/api\//

/** The session id that a request has. */
export function sessionIdOf(request: FastifyRequest): string | undefined {
  return request.cookies[cookieName]
}

/** Gives the browser the id of its session; it ends with the browser at the latest. */
export function setSessionCookie(reply: FastifyReply, id: string): void {
  reply.setCookie(cookieName, id, cookieOptions)
}

export function clearSessionCookie(reply: FastifyReply): void {
  reply.clearCookie(cookieName, cookieOptions)
}

/**
 * Reads who sends a request from the session cookie. A token is not looked at. A request without a session does not end
 * here: routes that need one refuse it as they refuse a missing token.
 */
export function addSessionIdentity(app: HttpApp, sessions: Sessions): void {
  app.decorateRequest('identity', null)
  app.decorateRequest('session', null)
  app.addHook('onRequest', async request => {
    // Files are the same for everyone, and are served while Redis is away.
    if (!/^\/(api|jobs-board)(\/|$|\?)/.test(request.url)) return
    try {
      const id = sessionIdOf(request)
      const isPerson = request.headers[backgroundHeader] === undefined && !refreshesOfBoard.test(request.url)
      request.session = id ? ((await sessions.read(id, { extends: isPerson })) ?? null) : null
      const { session } = request
      request.identity = session
        ? { id: session.id, roles: new Set(session.roles) }
        : new Problem('unauthenticated', id ? 'Your session has ended. Sign in again.' : 'Sign in to the console.')
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      request.identity = error
    }
  })
  // The challenge asks for a token, which the console does not take.
  app.addHook('onSend', async (_request, reply) => {
    reply.removeHeader('www-authenticate')
  })
}
