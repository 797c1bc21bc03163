import {
  acceptCalls,
  buildHttpApp,
  type HttpApp,
  type Logger,
  type ReadinessChecks,
  requireServiceToken,
} from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import type { DueJobs } from '@alipay-checkout/service-kit/due-jobs'
import type { Registry } from 'prom-client'
import type { OrderLimits } from './order-limits.ts'
import type { OrderWatch } from './order-watch.ts'
import { addCancelOrder } from './routes/cancel-order.ts'
import { addOrderTimeline } from './routes/order-timeline.ts'
import { addPlaceOrder } from './routes/place-order.ts'
import { addReadOrders } from './routes/read-orders.ts'
import type { SoldOut } from './sold-out.ts'

export interface AppOptions {
  db: Db
  watch: OrderWatch
  soldOut: SoldOut
  closing: DueJobs
  wakeRelay: () => void
  /** How long an order waits for its payment, ms. */
  ttlMs: number
  /** What one customer may order. */
  limits: OrderLimits
  serviceToken: string
  logger: Logger
  registry: Registry
  readiness: ReadinessChecks
}

/** order-service's HTTP side, not yet listening. */
export function buildApp(options: AppOptions): HttpApp {
  const app = buildHttpApp(options)
  requireServiceToken(app, options.serviceToken)
  addPlaceOrder(acceptCalls(app), options)
  addReadOrders(app, options)
  addOrderTimeline(app, options)
  addCancelOrder(app, options)
  return app
}
