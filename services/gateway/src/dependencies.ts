import type { ServiceInfo } from '@alipay-checkout/contracts'
import type { PageSite } from '@alipay-checkout/storefront'
import type { AuditRunner } from './admin/audit-runner.ts'
import type { GatewayConfig } from './config.ts'
import type { OrderHints } from './order-status/order-hints.ts'
import type { Contracted } from './payments/choose-method.ts'
import type { Service } from './upstream/service.ts'

/** What the routes are built with. */
export interface Dependencies {
  config: GatewayConfig
  /** From the settings ALIPAY_PRODUCTS and ALIPAY_INSTALMENTS. */
  contracted: Contracted
  orders: Service
  payments: Service
  inventory: Service
  hints: OrderHints
  site: PageSite
  audit: AuditRunner
  /** What the gateway says about itself. */
  describe: () => Promise<ServiceInfo>
}
