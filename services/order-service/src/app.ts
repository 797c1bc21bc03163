import type { Outbox } from '@alipay-checkout/messaging'
import {
  acceptCalls,
  buildHttpApp,
  type HttpApp,
  type Logger,
  type ReadinessChecks,
  requireServiceToken,
} from '@alipay-checkout/service-kit'
import { addAuditLog } from '@alipay-checkout/service-kit/audit-log'
import type { Db } from '@alipay-checkout/service-kit/database'
import type { DueWorker } from '@alipay-checkout/service-kit/due-worker'
import type { Registry } from 'prom-client'
import { addStoreResponse } from './idempotency/store-responses.ts'
import { addCancelOrder } from './orders/cancel-order.ts'
import type { OrderLimits } from './orders/order-limits.ts'
import { addReadRecipient } from './orders/order-recipients.ts'
import type { OrderWatch } from './orders/order-watch.ts'
import { addPlaceOrder } from './orders/routes.ts'
import { addShipments } from './orders/shipments.ts'
import type { SoldOutCache } from './orders/sold-out.ts'
import { addStaffNotes } from './orders/staff-notes.ts'
import { addPersonalData } from './personal-data/routes.ts'
import { addRecovery } from './recovery/routes.ts'
import { addListOrders } from './views/list-orders.ts'
import { addOrderDetails } from './views/order-details.ts'
import { addReadOrders } from './views/read-orders.ts'
import { addSearch } from './views/search.ts'
import { addOrderTimeline } from './views/timeline.ts'
import { addToday } from './views/today.ts'

export interface AppOptions {
  db: Db
  service: string
  outbox: Outbox
  watch: OrderWatch
  soldOut: SoldOutCache
  closer: DueWorker
  completer: DueWorker
  /** How long an order waits for its payment, ms. */
  ttlMs: number
  limits: OrderLimits
  /** How long after an order is DELIVERED it is completed, ms. */
  completeAfterMs: number
  serviceToken: string
  logger: Logger
  registry: Registry
  readiness: ReadinessChecks
  /** False where metrics have a port of their own. */
  servesMetrics?: boolean
}

/** The HTTP server of order-service, not yet listening. */
export function buildApp(options: AppOptions): HttpApp {
  const app = buildHttpApp(options)
  requireServiceToken(app, options.serviceToken)
  const calls = acceptCalls(app)
  addPlaceOrder(calls, options)
  addStoreResponse(calls, options)
  addReadOrders(app, options)
  addReadRecipient(app, options)
  addOrderTimeline(app, options)
  addCancelOrder(app, options)
  addShipments(app, options)
  addStaffNotes(app, options)
  addPersonalData(app, options)
  addRecovery(app, options)
  addListOrders(app, options)
  addOrderDetails(app, options)
  addSearch(app, options)
  addToday(app, options)
  addAuditLog(app, options)
  return app
}
