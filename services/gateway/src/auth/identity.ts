import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Customer, TokenCheck } from './tokens.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The token's customer, why the token was refused, or null where none was brought. */
    identity: Customer | Problem | null
  }
}

/** Browsers can't set headers on a WebSocket: there the token travels as an offered subprotocol, `bearer.<token>`. */
const socketTokenPrefix = 'bearer.'

/**
 * Looks at a request's token before anything else, so that limits count per customer. A bad token does not end the
 * request here: routes that need no token don't mind it, the others refuse it with `requireCustomer`.
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

/** The customer of a request; else throws 401, with the header that says how to authenticate. */
export function requireCustomer(request: FastifyRequest, reply: FastifyReply): Customer {
  const { identity } = request
  if (identity && !(identity instanceof Problem)) return identity
  if (identity && identity.type !== 'unauthenticated') throw identity
  reply.header('www-authenticate', identity ? 'Bearer error="invalid_token"' : 'Bearer')
  throw identity ?? new Problem('unauthenticated', 'Send a token: "Authorization: Bearer …".')
}

/** The customer of a request if they are an admin; else throws 401 without a token, 403 with somebody else's. */
function requireAdmin(request: FastifyRequest, reply: FastifyReply): Customer {
  const customer = requireCustomer(request, reply)
  if (!customer.admin) throw new Problem('forbidden', 'This needs a token with the role "admin".')
  return customer
}

/** As a route hook: refuses before the body is read. */
export const onlyCustomers = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
  requireCustomer(request, reply)
}

/** As a route hook: refuses before the body is read. */
export const onlyAdmins = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
  requireAdmin(request, reply)
}
