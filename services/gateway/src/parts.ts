import type { PageSite } from '@alipay-checkout/storefront'
import type { GatewayConfig } from './config.ts'
import type { OrderHints } from './live/order-hints.ts'
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
