import {
  buildHttpApp,
  describeService,
  type HttpApp,
  type Logger,
  metricsPortOf,
  type ReadinessChecks,
  shownSettings,
} from '@alipay-checkout/service-kit'
import { redisConnection } from '@alipay-checkout/service-kit/connections'
import { addStorefront, loadPageSite } from '@alipay-checkout/storefront'
import cors from '@fastify/cors'
import { Registry } from 'prom-client'
import { addAdminApi } from './admin/admin-api.ts'
import { readAuditCommand } from './admin/audit-command.ts'
import { createAuditRunner } from './admin/audit-runner.ts'
import { addDemoLogin } from './auth/demo-login.ts'
import { addIdentity } from './auth/identity.ts'
import { linkedOrderOf } from './auth/order-access.ts'
import { roles } from './auth/permissions.ts'
import { createTokenCheck } from './auth/tokens.ts'
import { addProducts } from './catalogue/routes.ts'
import { configSchema, type GatewayConfig, tokenClaimsOf } from './config.ts'
import { type ConsoleSettings, consoleSettingsOf } from './console/settings.ts'
import type { Dependencies } from './dependencies.ts'
import { addDocs } from './http/api-docs.ts'
import { addEventDocs } from './http/event-docs.ts'
import { watchRoutes } from './http/method-not-allowed.ts'
import { addProblemPages } from './http/problem-pages.ts'
import { addRateLimits } from './http/rate-limits.ts'
import { addSecurityHeaders } from './http/security-headers.ts'
import { tracesOf } from './http/traces-of.ts'
import { readTrustedProxies } from './http/trusted-proxies.ts'
import { addAlipayNotify } from './notify/receive-notify.ts'
import { openOrderHints } from './order-status/order-hints.ts'
import { addOrderStatusSocket } from './order-status/order-status-socket.ts'
import { addDemoQuote, demoQuotesOf } from './orders/demo-quote.ts'
import { addPlaceOrder } from './orders/place-order.ts'
import { addOrders } from './orders/routes.ts'
import { contractedOf } from './payments/choose-method.ts'
import { addPayPage } from './payments/pay-page.ts'
import { addPayment } from './payments/routes.ts'
import { openService, type Service } from './upstream/service.ts'

export interface Gateway {
  /** The API and the storefront. Closing it closes the console as well. */
  app: HttpApp
  /** The console, for a port of its own, where the settings ask for one. */
  consoleApp?: HttpApp
  /** The metrics of both. */
  registry: Registry
}

/** Builds the gateway without listening. It starts while services are unreachable; `/readyz` names them. */
export async function buildGateway({ config, logger }: { config: GatewayConfig; logger: Logger }): Promise<Gateway> {
  const registry = new Registry()
  const site = await loadPageSite()
  const dependencies = openDependencies({ config, site, logger, registry })
  const { orders, payments, inventory, hints, audit } = dependencies
  const app = buildHttpApp({
    logger,
    registry,
    servesMetrics: metricsPortOf(config) === undefined,
    trustProxy: readTrustedProxies(config.TRUST_PROXY),
    readiness: readinessOf(dependencies),
    traces: tracesOf(config),
  })
  const consoleSettings = consoleSettingsOf(config)
  const consoleApp = consoleSettings && (await loadConsole(consoleSettings, { dependencies, logger, registry }))
  app.addHook('onClose', async () => {
    await consoleApp?.close()
    hints.close()
    await audit.close()
    await Promise.all([orders.close(), payments.close(), inventory.close()])
  })
  await addRequestChecks(app, config)
  const addMethodNotAllowed = watchRoutes(app)
  addPlaceOrder(app, dependencies, registry)
  addOrders(app, dependencies)
  addPayment(app, dependencies)
  addPayPage(app, dependencies)
  addAlipayNotify(app, dependencies, registry)
  addProducts(app, dependencies)
  addAdminApi(app, dependencies)
  addDemoLogin(app, dependencies)
  addDemoQuote(app, dependencies)
  await addOrderStatusSocket(app, dependencies, registry)
  addStorefront(app, site, { demoLogin: config.DEMO_LOGIN, demoQuote: demoQuotesOf(config) !== undefined })
  addProblemPages(app, site)
  addEventDocs(app, config, site)
  addMethodNotAllowed()
  return { app, registry, ...(consoleApp && { consoleApp }) }
}

/** Loads the console's libraries only where there is one: about 25 MB of memory. */
async function loadConsole(
  ...parts: [ConsoleSettings, { dependencies: Dependencies; logger: Logger; registry: Registry }]
): Promise<HttpApp> {
  const { buildConsole } = await import('./console/console-app.ts')
  return buildConsole(...parts)
}

function readinessOf({ orders, payments, inventory, hints }: Upstreams): ReadinessChecks {
  return {
    required: { 'orders or payments': () => anyReachable([orders, payments]) },
    optional: {
      orders: () => orders.check(),
      payments: () => payments.check(),
      inventory: () => inventory.check(),
      redis: () => hints.check(),
    },
  }
}

/**
 * The gateway is useful while it reaches one of these services: it accepts orders or notifies. If it reaches neither,
 * the load balancer should use another replica. A missing catalogue or Redis never takes a replica out.
 */
async function anyReachable(services: readonly Service[]): Promise<void> {
  await Promise.any(services.map(service => service.check())).catch(({ errors }: AggregateError) => {
    throw new Error(errors.map(error => error.message).join('; '))
  })
}

type Upstreams = Pick<Dependencies, 'orders' | 'payments' | 'inventory' | 'hints'>

function openDependencies({
  config,
  site,
  logger,
  registry,
}: Pick<Dependencies, 'config' | 'site'> & { logger: Logger; registry: Registry }): Dependencies {
  const token = config.SERVICE_TOKEN
  const upstreams: Upstreams = {
    orders: openService({ name: 'order service', url: config.ORDER_SERVICE_URL, token }),
    payments: openService({ name: 'payment service', url: config.PAYMENT_SERVICE_URL, token }),
    inventory: openService({ name: 'inventory service', url: config.INVENTORY_SERVICE_URL, token }),
    hints: openOrderHints({ redis: redisConnection(config), systemName: config.SYSTEM_NAME, logger, registry }),
  }
  const about = {
    service: 'gateway',
    startedAt: new Date(),
    readiness: readinessOf(upstreams),
    settings: shownSettings(configSchema, config),
  }
  return {
    config,
    contracted: contractedOf(config),
    ...upstreams,
    site,
    audit: createAuditRunner(config.AUDIT_COMMAND ? readAuditCommand(config.AUDIT_COMMAND) : undefined, logger),
    describe: () => describeService(about),
  }
}

/** What every request passes, in this order. */
async function addRequestChecks(app: HttpApp, config: GatewayConfig): Promise<void> {
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
  await addRateLimits(app, {
    customer: config.RATE_LIMIT_CUSTOMER_PER_MINUTE,
    address: config.RATE_LIMIT_IP_PER_MINUTE,
    linkedOrderOf: request => linkedOrderOf(config, request),
  })
  await addDocs(app, config, roles)
}
