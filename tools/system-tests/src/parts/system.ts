import { inject } from 'vitest'

/** The doors of the system under test, as the global setup tells them to every test file. */
export interface System {
  gatewayUrl: string
  /** A second gateway, over a second order-service whose orders are due after three seconds. */
  hastyGatewayUrl: string
  orderServiceUrl: string
  paymentServiceUrl: string
  inventoryServiceUrl: string
  simulatorUrl: string
  /** Where browsers are sent back to. */
  publicUrl: string
  /** The three databases, each as the role of the service that owns it. */
  databases: { orders: string; payments: string; inventory: string }
  kafkaBrokers: string
  /** What every service shares: addresses and secrets. */
  environment: Record<string, string>
  alipay: { appId: string; sellerId: string; privateKeyFile: string }
  /** Where everything that belongs to it lies; its replicas' in `replicas`. Logs are in `logs` of both. */
  dir: string
  /** Takes servers down and brings them back: see servers.ts. */
  controlUrl: string
}

declare module 'vitest' {
  interface ProvidedContext {
    system: System
  }
}

export const system: System = inject('system')
