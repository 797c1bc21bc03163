import type { HttpApp } from '@alipay-checkout/service-kit'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { GatewayConfig } from '../config.ts'

const description = `From a basket to a paid order with Alipay.

Errors are \`application/problem+json\` (RFC 9457); each \`type\` has a page that explains it and what to do.
\`status\` is PENDING, PAID or FAILED; \`orderStatus\` is the exact state. Amounts are integer fen.

**Live status.** \`GET /ws/order-status?order_id=…\` is a WebSocket that sends \`{"orderId","status","orderStatus"}\` at
once and at every change. Authorise it with a return link's \`t\` and \`sign\`, with an \`Authorization\` header, or from
a browser with the subprotocols \`["order-status", "bearer.<token>"]\`. It closes with 1000 after a final state, 4404
where there is no such order, 1001 and 1013 when you should connect again.

**Return link.** Alipay sends the browser to \`/payment/result/{order_id}/{t}/{sign}\`, with parameters of its own
added: \`t\` is in ms since 1970, \`sign\` the hex HMAC-SHA256 of order_id followed by t. As
\`?order_id={id}&t={t}&sign={sign}\` the same three show one order's status for 24 hours, here and on that page.

**Events.** Other systems learn what happens to orders from Kafka: [events](/events), [AsyncAPI](/asyncapi.json).`

type Description = { paths?: Record<string, { post?: { requestBody?: { required: boolean } } }> }

/**
 * Serves `/openapi.json`, made of the routes' schemas, and `/docs` (Swagger UI). Add it before the routes. `roles` are
 * those that tokens may have.
 */
export async function addDocs(app: HttpApp, config: GatewayConfig, roles: readonly string[]): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'alipay-checkout', version: '0.1.0', description, license: { name: 'MIT', identifier: 'MIT' } },
      servers: [{ url: config.PUBLIC_URL }],
      tags: [
        { name: 'products', description: 'The catalogue' },
        { name: 'orders', description: 'Placing, reading and cancelling orders' },
        { name: 'payment', description: 'Paying with Alipay' },
        {
          name: 'admin',
          description:
            'What support, finance and operations do. Each route needs a role that permits it, or is refused with 403; ' +
            '`owner` may do everything',
        },
        ...(config.DEMO_LOGIN ? [{ name: 'demo', description: 'For the demo storefront only' }] : []),
      ],
      components: {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description:
              'Claims: `sub` is the customer or the member of staff, `roles` (or `role`) the roles that open admin routes: ' +
              `${roles.map(role => `\`${role}\``).join(', ')}; \`admin\` is \`owner\``,
          },
          returnLink: {
            type: 'apiKey',
            in: 'query',
            name: 'sign',
            description: 'With `order_id` and `t`, as in a return link',
          },
        },
      },
    },
    hideUntagged: true,
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { url: '/openapi.json', deepLinking: true, tryItOutEnabled: true, persistAuthorization: false },
    theme: { title: 'alipay-checkout API' },
    // Swagger UI sets inline styles; scripts still come from this origin only.
    staticCSP: {
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self' 'unsafe-inline'",
      'img-src': "'self' data:",
      'connect-src': "'self'",
      'base-uri': "'none'",
      'frame-ancestors': "'none'",
    },
  })
  app.get('/openapi.json', { schema: { hide: true } as object }, async (_request, reply) => {
    reply.header('cache-control', 'no-cache')
    const description = app.swagger() as Description
    // @fastify/swagger declares every body as required; this one is optional.
    const body = description.paths?.['/api/orders/{id}/payment']?.post?.requestBody
    if (body !== undefined) body.required = false
    return description
  })
}
