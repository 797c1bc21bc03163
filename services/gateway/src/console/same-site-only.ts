import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import type { FastifyRequest } from 'fastify'
import { type ConsoleSettings, isLoopback } from './settings.ts'

/** Sent by the console's own pages; pages of other origins can not send it without the console's consent (CORS). */
const requestedWith = { name: 'x-requested-with', value: 'console' } as const

/**
 * Refuses changes that another site makes a browser send with the session's cookie (CSRF): each request but GET and HEAD
 * needs the console's own `Origin`, and a header that forms can not send. Runs before the body is read.
 */
export function requireOwnPages(app: HttpApp, settings: ConsoleSettings): void {
  app.addHook('onRequest', async request => {
    if (request.method === 'GET' || request.method === 'HEAD') return
    if (!isOwnOrigin(request, settings)) {
      throw new Problem('forbidden', `The header Origin must be ${settings.origin}, the address of the console.`)
    }
    if (request.headers[requestedWith.name] !== requestedWith.value) {
      throw new Problem('forbidden', `The header ${requestedWith.name} must be "${requestedWith.value}".`)
    }
  })
}

function isOwnOrigin({ headers }: FastifyRequest, { origin, isHttps }: ConsoleSettings): boolean {
  if (headers.origin === undefined) return false
  if (headers.origin === origin) return true
  // Locally, 127.0.0.1 and localhost are the same console.
  const own = URL.parse(`http://${headers.host}`)
  return !isHttps && own !== null && isLoopback(own.hostname) && headers.origin === own.origin
}
