import {
  buildHttpApp,
  type HttpApp,
  type Logger,
  type ReadinessChecks,
  requireServiceToken,
} from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import type { Registry } from 'prom-client'
import { addListProducts } from './catalogue/list-products.ts'
import { addSetProduct } from './catalogue/set-product.ts'
import { addAdjustStock } from './stock/adjust-stock.ts'
import { addOrderTimeline } from './stock/order-timeline.ts'

/** The HTTP side: catalogue and stock for callers with the service token. `wakeRelay` is called when events wait to go out. */
export function buildApp(options: {
  db: Db
  service: string
  serviceToken: string
  logger: Logger
  registry: Registry
  readiness: ReadinessChecks
  wakeRelay: () => void
}): HttpApp {
  const { db, service, wakeRelay } = options
  const app = buildHttpApp(options)
  requireServiceToken(app, options.serviceToken)
  addListProducts(app, { db })
  addSetProduct(app, { db, service, wakeRelay })
  addAdjustStock(app, { db })
  addOrderTimeline(app, { db, service })
  return app
}
