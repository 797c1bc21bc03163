import type { Outbox } from '@alipay-checkout/messaging'
import {
  buildHttpApp,
  type HttpApp,
  type Logger,
  type ReadinessChecks,
  requireServiceToken,
} from '@alipay-checkout/service-kit'
import { addAuditLog } from '@alipay-checkout/service-kit/audit-log'
import type { Db } from '@alipay-checkout/service-kit/database'
import type { Registry } from 'prom-client'
import { addListProducts } from './catalogue/list-products.ts'
import { addSearchProducts } from './catalogue/search-products.ts'
import { addSetProduct } from './catalogue/set-product.ts'
import { addRecovery } from './recovery/routes.ts'
import { addAdjustStock } from './stock/adjust-stock.ts'
import { addOrderStock } from './stock/order-stock.ts'
import { addOrderTimeline } from './stock/order-timeline.ts'
import { addStockHistory } from './stock/stock-history.ts'
import { addListStock } from './stock/stock-list.ts'

/** The HTTP server of inventory-service, not yet listening. */
export function buildApp(options: {
  db: Db
  outbox: Outbox
  service: string
  serviceToken: string
  logger: Logger
  registry: Registry
  readiness: ReadinessChecks
  /** False where metrics have a port of their own. */
  servesMetrics?: boolean
}): HttpApp {
  const { db, outbox, service } = options
  const app = buildHttpApp(options)
  requireServiceToken(app, options.serviceToken)
  addListProducts(app, { db })
  addSetProduct(app, { db, outbox })
  addAdjustStock(app, { db })
  addListStock(app, { db })
  addStockHistory(app, { db })
  addOrderStock(app, { db })
  addOrderTimeline(app, { db, service })
  addSearchProducts(app, { db })
  addRecovery(app, { outbox })
  addAuditLog(app, { db, service })
  return app
}
