import { isIP } from 'node:net'
import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import type { FastifyRequest } from 'fastify'

/** Callers counted at once, in a least-recently-used cache. */
const callersMax = 50_000

/**
 * Status requests per minute with the return links of one order. A page that waits for a payment sends 20 and a
 * WebSocket: ample for an order that is open in several tabs.
 */
const perOrderLink = 300

/** Requests per minute: of one customer, and of one address without a valid token, session or return link. */
interface RateLimits {
  customer: number
  address: number
  /** The order of a request with a valid return link; absent where there are none. */
  linkedOrderOf?: (request: FastifyRequest) => string | undefined
}

/**
 * Limits requests per minute: by customer, by order for a valid return link, else by IP address, which many shoppers may
 * share. Each replica counts by itself, so a caller's limit grows with the number of replicas.
 */
export async function addRateLimits(app: HttpApp, limits: RateLimits): Promise<void> {
  const callerOf = (request: FastifyRequest): { key: string; max: number } => {
    const customerId = customerIdOf(request)
    if (customerId !== undefined) return { key: `customer:${customerId}`, max: limits.customer }
    const orderId = limits.linkedOrderOf?.(request)
    if (orderId !== undefined) return { key: `order:${orderId}`, max: perOrderLink }
    return { key: `ip:${normalizeIP(addressOf(request), 64)}`, max: limits.address }
  }
  await app.register(rateLimit, {
    max: (request: FastifyRequest) => callerOf(request).max,
    timeWindow: 60_000,
    cache: callersMax,
    keyGenerator: (request: FastifyRequest) => callerOf(request).key,
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
