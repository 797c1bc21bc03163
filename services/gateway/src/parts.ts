import type { GatewayConfig } from './config.ts'
import type { OrderHints } from './live/order-hints.ts'
import type { PageSite } from './pages/site.ts'
import type { Service } from './upstream/service.ts'

/** What the routes work with. */
export interface Parts {
  config: GatewayConfig
  orders: Service
  payments: Service
  inventory: Service
  hints: OrderHints
  site: PageSite
}
