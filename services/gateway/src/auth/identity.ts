import { type Actor, type HttpApp, Problem } from '@alipay-checkout/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Permission, roleFor, rolesWith } from './permissions.ts'
import type { Customer, TokenCheck } from './tokens.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sends the request: the customer of the token or session, the problem with either, or null without both. */
    identity: Customer | Problem | null
  }
}

/** Browsers can't set headers on a WebSocket, so they send the token as an offered subprotocol, `bearer.<token>`. */
const socketTokenPrefix = 'bearer.'

/**
 * Checks a request's token before every other hook, so that rate limits can count by customer. An invalid token does
 * not end the request here: routes that need a token refuse it with `requireCustomer`.
 */
export function addIdentity(app: HttpApp, check: TokenCheck): void {
  app.decorateRequest('identity', null)
  app.addHook('onRequest', async request => {
    const token = tokenOf(request)
    if (token === undefined) return
    try {
      request.identity = await check(token)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      request.identity = error
    }
  })
}

function tokenOf(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers
  if (authorization !== undefined) return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? ''
  const offered = request.headers['sec-websocket-protocol']
  const protocol = offered?.split(',').find(name => name.trim().startsWith(socketTokenPrefix))
  return protocol?.trim().slice(socketTokenPrefix.length)
}

/** The customer of a request; else throws 401 and sets `WWW-Authenticate`. */
export function requireCustomer(request: FastifyRequest, reply: FastifyReply): Customer {
  const { identity } = request
  if (identity && !(identity instanceof Problem)) return identity
  if (identity && identity.type !== 'unauthenticated') throw identity
  reply.header('www-authenticate', identity ? 'Bearer error="invalid_token"' : 'Bearer')
  throw identity ?? new Problem('unauthenticated', 'Send a token: "Authorization: Bearer …".')
}

/**
 * A `preParsing` hook that requires a role with this permission, before the body is read: else 401 or 403. No answer is
 * kept by browsers or proxies, because it may have data of customers.
 */
export function permit(permission: Permission) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.header('cache-control', 'no-store')
    actorFor(permission, request, reply)
  }
}

/**
 * Who acts, for the audit log: the person or program of the token, and the role that permits it. Throws 401 without a
 * valid token and 403 without such a role.
 */
export function actorFor(permission: Permission, request: FastifyRequest, reply: FastifyReply): Actor {
  const { id, roles } = requireCustomer(request, reply)
  const role = roleFor(permission, roles)
  if (role !== undefined) return { id, role, requestId: request.id }
  const needed = rolesWith(permission)
  const named = needed.map(name => `"${name}"`).join(' or ')
  throw new Problem('forbidden', `This needs the role ${named}.`, { roles: needed })
}

/** A `preParsing` hook that requires a customer, before the body is read. */
export const onlyCustomers = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
  requireCustomer(request, reply)
}
