import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { adminRole, type Customer, type TokenCheck } from './tokens.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The token's customer, the problem with an invalid token, or null if the request has no token. */
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

/** These roles may do everything. */
const rolesOfOwners = [adminRole, 'owner'] as const

/** A `preParsing` hook that requires one of these roles, or an owner's, before the body is read: else 401 or 403. */
export function onlyRoles(...roles: readonly string[]) {
  const needed = [...roles, ...rolesOfOwners]
  const named = needed.map(role => `"${role}"`).join(' or ')
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const customer = requireCustomer(request, reply)
    if (!needed.some(role => customer.roles.has(role))) {
      throw new Problem('forbidden', `This needs a token with the role ${named}.`)
    }
  }
}

/** A `preParsing` hook that requires a customer, before the body is read. */
export const onlyCustomers = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
  requireCustomer(request, reply)
}

/** A `preParsing` hook that requires an admin, before the body is read. */
export const onlyAdmins = onlyRoles()
