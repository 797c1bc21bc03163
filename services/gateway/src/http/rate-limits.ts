import { isIP } from 'node:net'
import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import type { FastifyRequest } from 'fastify'
import type { GatewayConfig } from '../config.ts'

/** Callers remembered at once; the least recently seen are forgotten first. */
const callersMax = 50_000

/**
 * Limits per minute: each customer, and for requests without a token each IP address. Counted in this process, so with
 * several replicas a caller has as many times the limit.
 */
export async function addRateLimits(app: HttpApp, config: GatewayConfig): Promise<void> {
  await app.register(rateLimit, {
    max: (request: FastifyRequest) =>
      customerIdOf(request) ? config.RATE_LIMIT_CUSTOMER_PER_MINUTE : config.RATE_LIMIT_IP_PER_MINUTE,
    timeWindow: 60_000,
    cache: callersMax,
    keyGenerator: (request: FastifyRequest) => {
      const customerId = customerIdOf(request)
      return customerId ? `customer:${customerId}` : `ip:${normalizeIP(addressOf(request), 64)}`
    },
    errorResponseBuilder: (_request, { after }) =>
      new Problem('too-many-requests', `Slow down, and try again in ${after}.`),
  })
}

/**
 * The caller's address. Some proxies write it with a port (`203.0.113.7:4711`, `[2001:db8::1]:4711`), which is another
 * one with each connection. What is no address at all counts for the peer that handed it on.
 */
function addressOf({ ip, socket }: FastifyRequest): string {
  const address = /^\[?(.+?)\]?(?::\d{1,5})?$/.exec(ip)?.[1] ?? ''
  return [ip, address, socket.remoteAddress].find(text => text !== undefined && isIP(text) !== 0) ?? 'unknown'
}

function customerIdOf({ identity }: FastifyRequest): string | undefined {
  return identity && !(identity instanceof Problem) ? identity.id : undefined
}
