import { isIP } from 'node:net'
import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import type { FastifyRequest } from 'fastify'

/** Callers counted at once, in a least-recently-used cache. */
const callersMax = 50_000

/** Requests per minute: of one customer, and of one address without a valid token or session. */
interface RateLimits {
  customer: number
  address: number
}

/**
 * Limits requests per minute: by customer, or by IP address for requests without a valid token. Each replica counts by
 * itself, so a caller's limit grows with the number of replicas.
 */
export async function addRateLimits(app: HttpApp, limits: RateLimits): Promise<void> {
  await app.register(rateLimit, {
    max: (request: FastifyRequest) => (customerIdOf(request) ? limits.customer : limits.address),
    timeWindow: 60_000,
    cache: callersMax,
    keyGenerator: (request: FastifyRequest) => {
      const customerId = customerIdOf(request)
      return customerId ? `customer:${customerId}` : `ip:${normalizeIP(addressOf(request), 64)}`
    },
    errorResponseBuilder: (_request, { after }) =>
      new Problem('too-many-requests', `Too many requests. Try again in ${after}.`),
  })
}

/**
 * The caller's address. Some proxies append the port (`203.0.113.7:4711`, `[2001:db8::1]:4711`), which differs with
 * each connection and is removed. A text that is no address counts for the peer of the connection.
 */
function addressOf({ ip, socket }: FastifyRequest): string {
  const address = /^\[?(.+?)\]?(?::\d{1,5})?$/.exec(ip)?.[1] ?? ''
  return [ip, address, socket.remoteAddress].find(text => text !== undefined && isIP(text) !== 0) ?? 'unknown'
}

function customerIdOf({ identity }: FastifyRequest): string | undefined {
  return identity && !(identity instanceof Problem) ? identity.id : undefined
}
