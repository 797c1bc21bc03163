import { buildHttpApp, type HttpApp, type Logger } from '@alipay-checkout/service-kit'
import { addStorefront, loadPageSite } from '@alipay-checkout/storefront'
import cors from '@fastify/cors'
import { Registry } from 'prom-client'
import { addIdentity } from './auth/identity.ts'
import { createTokenCheck } from './auth/tokens.ts'
import { type GatewayConfig, tokenClaimsOf } from './config.ts'
import { addDocs } from './docs.ts'
import { openOrderHints } from './live/order-hints.ts'
import { refuseOtherMethods } from './other-methods.ts'
import type { Parts } from './parts.ts'
import { addRateLimits } from './rate-limits.ts'
import { addAlipayNotify } from './routes/alipay-notify.ts'
import { addCases } from './routes/cases.ts'
import { addDemoLogin } from './routes/demo-login.ts'
import { addOrderStatusSocket } from './routes/order-status-socket.ts'
import { addOrders } from './routes/orders.ts'
import { addPay } from './routes/pay.ts'
import { addPayment } from './routes/payment.ts'
import { addPlaceOrder } from './routes/place-order.ts'
import { addProblemPages } from './routes/problem-pages.ts'
import { addProductAdministration, addProducts } from './routes/products.ts'
import { addRefunds } from './routes/refunds.ts'
import { addTimeline } from './routes/timeline.ts'
import { addSecurityHeaders } from './security-headers.ts'
import { readTrustedProxies } from './trusted-proxies.ts'
import { openService, type Service } from './upstream/service.ts'

/** Builds the gateway without listening. It starts while the services are away; `/readyz` says which. */
export async function buildGateway({ config, logger }: { config: GatewayConfig; logger: Logger }): Promise<HttpApp> {
  const registry = new Registry()
  const parts = openParts(config, logger, registry)
  const { orders, payments, inventory, hints, site } = parts
  const app = buildHttpApp({
    logger,
    registry,
    trustProxy: readTrustedProxies(config.TRUST_PROXY),
    readiness: {
      required: { 'orders or payments': () => firstOf([orders, payments]) },
      optional: {
        orders: () => orders.check(),
        payments: () => payments.check(),
        inventory: () => inventory.check(),
        redis: () => hints.check(),
      },
    },
  })
  app.addHook('onClose', async () => {
    hints.close()
    await Promise.all([orders.close(), payments.close(), inventory.close()])
  })
  await addEdge(app, config)
  const refuse = refuseOtherMethods(app)
  addPlaceOrder(app, parts)
  addOrders(app, parts)
  addPayment(app, parts)
  addPay(app, parts)
  addAlipayNotify(app, parts, registry)
  addProducts(app, parts)
  addProductAdministration(app, parts)
  addRefunds(app, parts)
  addCases(app, parts)
  addTimeline(app, parts)
  addDemoLogin(app, parts)
  await addOrderStatusSocket(app, parts, registry)
  addStorefront(app, site, { demoLogin: config.DEMO_LOGIN })
  addProblemPages(app, site)
  refuse()
  return app
}

/**
 * With one of the two the gateway does useful work: it takes notifies or orders. Without both, another gateway that
 * reaches them should get the requests. A missing catalogue or Redis never takes it out of the load balancer.
 */
async function firstOf(services: readonly Service[]): Promise<void> {
  await Promise.any(services.map(service => service.check())).catch(({ errors }: AggregateError) => {
    throw new Error(errors.map(error => error.message).join('; '))
  })
}

function openParts(config: GatewayConfig, logger: Logger, registry: Registry): Parts {
  const token = config.SERVICE_TOKEN
  return {
    config,
    orders: openService({ name: 'orders', url: config.ORDER_SERVICE_URL, token }),
    payments: openService({ name: 'payments', url: config.PAYMENT_SERVICE_URL, token }),
    inventory: openService({ name: 'products', url: config.INVENTORY_SERVICE_URL, token }),
    hints: openOrderHints({ redisUrl: config.REDIS_URL, systemName: config.SYSTEM_NAME, logger, registry }),
    site: loadPageSite(),
  }
}

/** What every request passes, in this order. */
async function addEdge(app: HttpApp, config: GatewayConfig): Promise<void> {
  addSecurityHeaders(app, config)
  if (config.CORS_ORIGINS) {
    const origin = config.CORS_ORIGINS.split(',').map(text => text.trim())
    await app.register(cors, {
      origin,
      exposedHeaders: ['location', 'retry-after', 'idempotent-replayed'],
      maxAge: 600,
    })
  }
  addIdentity(
    app,
    createTokenCheck({ secret: config.JWT_SECRET, jwksUrl: config.JWT_JWKS_URL, ...tokenClaimsOf(config) }),
  )
  await addRateLimits(app, config)
  await addDocs(app, config)
}
