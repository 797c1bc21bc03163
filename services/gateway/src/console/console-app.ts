import { buildHttpApp, type HttpApp, type Logger, metricsPortOf } from '@alipay-checkout/service-kit'
import { redisConnection } from '@alipay-checkout/service-kit/connections'
import cookie from '@fastify/cookie'
import type { Registry } from 'prom-client'
import { addAdminApi } from '../admin/admin-api.ts'
import type { Dependencies } from '../dependencies.ts'
import { watchRoutes } from '../http/method-not-allowed.ts'
import { addRateLimits } from '../http/rate-limits.ts'
import { tracesOf } from '../http/traces-of.ts'
import { readTrustedProxies } from '../http/trusted-proxies.ts'
import { openConsoleRedis } from './console-redis.ts'
import { addJobsBoard } from './jobs-board.ts'
import { requireOwnPages } from './same-site-only.ts'
import { addConsoleHeaders } from './security-headers.ts'
import { addSessionIdentity } from './session-identity.ts'
import { addSessionRoutes } from './session-routes.ts'
import { createSessions } from './sessions.ts'
import type { ConsoleSettings } from './settings.ts'
import { addSignIn } from './sign-in-routes.ts'
import { addSiteFiles } from './site-files.ts'
import { createStartedSignIns } from './started-sign-ins.ts'

/** Requests per minute and replica: a page with several lists that refresh themselves stays far below. */
const perMinute = { customer: 6_000, address: 6_000 }

/**
 * Builds the console without listening: the admin API by session cookie, sign-in, the jobs board and the files of the
 * pages. It shares the connections to the services with the gateway, which closes them.
 */
export async function buildConsole(
  settings: ConsoleSettings,
  { dependencies, logger, registry }: { dependencies: Dependencies; logger: Logger; registry: Registry },
): Promise<HttpApp> {
  const { config } = dependencies
  const redis = openConsoleRedis({ redis: redisConnection(config), systemName: config.SYSTEM_NAME, logger })
  const sessions = createSessions(redis)
  const app = buildHttpApp({
    logger,
    registry,
    servesMetrics: metricsPortOf(config) === undefined,
    trustProxy: readTrustedProxies(config.TRUST_PROXY),
    readiness: { required: { redis: () => redis.run(client => client.ping()) } },
    traces: tracesOf(config),
  })
  app.addHook('onClose', async () => redis.close())
  addConsoleHeaders(app, settings)
  requireOwnPages(app, settings)
  await app.register(cookie)
  addSessionIdentity(app, sessions)
  await addRateLimits(app, perMinute)
  const addMethodNotAllowed = watchRoutes(app)
  addAdminApi(app, dependencies)
  addSessionRoutes(app, sessions)
  addSignIn(app, { settings, sessions, startedSignIns: createStartedSignIns(redis), logger })
  addMethodNotAllowed()
  await addJobsBoard(app, config, logger)
  await addSiteFiles(app)
  return app
}
