import { Problem } from '@alipay-checkout/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Dependencies } from '../dependencies.ts'
import { requireCustomer } from './identity.ts'
import { checkReturnLink, type LinkRefusal } from './return-link.ts'

/**
 * Authorises a request to read an order's status. Returns undefined for the holder of the order's return link, for any
 * customer; else the id of the token's customer, which order-service compares with the order's. Throws otherwise.
 */
export function authoriseStatus(
  { config }: Pick<Dependencies, 'config'>,
  request: FastifyRequest,
  reply: FastifyReply,
  orderId: string,
): string | undefined {
  const query = request.query as Record<string, unknown>
  if (query.t === undefined && query.sign === undefined) return requireCustomer(request, reply).id
  const link = checkReturnLink(config.RETURN_URL_SECRET, query, Date.now())
  if (link.ok && link.orderId === orderId) return undefined
  throw new Problem('invalid-return-signature', explainRefusal(link.ok ? 'wrong_signature' : link.reason))
}

/** What the holder of a return link may call. */
const linkRoutes: ReadonlySet<string | undefined> = new Set(['/api/orders/:id/status', '/ws/order-status'])

/** The order of a request with a valid return link, for rate limits. */
export function linkedOrderOf(
  { RETURN_URL_SECRET }: Pick<Dependencies['config'], 'RETURN_URL_SECRET'>,
  request: FastifyRequest,
): string | undefined {
  if (!linkRoutes.has(request.routeOptions.url)) return undefined
  const link = checkReturnLink(RETURN_URL_SECRET, request.query as Record<string, unknown>, Date.now())
  return link.ok ? link.orderId : undefined
}

function explainRefusal(reason: LinkRefusal): string {
  return reason === 'expired'
    ? 'The link is older than 24 hours. Sign in and open your orders.'
    : 'This shop did not make the link for this order. Sign in and open your orders.'
}

/** The order's path in order-service, which answers only if the order is `customerId`'s; undefined reads any order. */
export function orderPath(orderId: string, tail: '' | '/status', customerId: string | undefined): string {
  const query = customerId === undefined ? '' : `?customerId=${encodeURIComponent(customerId)}`
  return `/orders/${orderId}${tail}${query}`
}
