import fastify, { type FastifyInstance } from 'fastify'
import { type BillRouteOptions, billRoutes } from './bill/routes.ts'
import { PAGE_POLICY } from './cashier/page-frame.ts'
import { type CashierRouteOptions, cashierRoutes } from './cashier/routes.ts'
import { type ControlOptions, controlRoutes } from './control/routes.ts'
import { type GatewayOptions, gatewayRoutes } from './gateway/routes.ts'
import type { Log } from './log.ts'

export type AppOptions = GatewayOptions &
  CashierRouteOptions &
  ControlOptions &
  BillRouteOptions & { readonly log: Log }

const BODY_MAX_BYTES = 256 * 1024

/** The HTTP server with all its routes, not yet listening. */
export function buildApp(options: AppOptions): FastifyInstance {
  const server = fastify({
    bodyLimit: BODY_MAX_BYTES,
    // Signatures cover the raw query, so it is read strictly by the routes themselves.
    routerOptions: { querystringParser: text => Object.fromEntries(new URLSearchParams(text)) },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  })
  server.addContentTypeParser(/^application\/x-www-form-urlencoded/, { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  )
  server.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store')
    if (String(reply.getHeader('content-type')).startsWith('text/html')) {
      reply.header('content-security-policy', PAGE_POLICY).header('referrer-policy', 'no-referrer')
    }
  })
  server.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) options.log.error({ err: error }, 'a request failed')
    return reply
      .code(status)
      .send({ error: { subMsg: status >= 500 ? 'the simulator failed; see its log' : error.message } })
  })
  server.get('/healthz', async () => ({ status: 'ok' }))
  gatewayRoutes(server, options)
  cashierRoutes(server, options)
  billRoutes(server, options)
  server.register(async scope => controlRoutes(scope, options), { prefix: '/simulator' })
  return server
}
