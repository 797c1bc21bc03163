import { inject } from 'vitest'

/** The system under test, as the global setup provides it to every test file. */
export interface System {
  gatewayUrl: string
  /** A second gateway, over a second order-service whose orders expire after three seconds. */
  shortTtlGatewayUrl: string
  orderServiceUrl: string
  paymentServiceUrl: string
  inventoryServiceUrl: string
  simulatorUrl: string
  /** Where browsers reach the console. */
  consoleUrl: string
  /** Where browsers are sent back to. */
  publicUrl: string
  /** The three databases, each as the role of the service that owns it. */
  databases: { orders: string; payments: string; inventory: string }
  kafkaBrokers: string
  /** Settings that all services share: addresses and secrets. */
  environment: Record<string, string>
  alipay: { appId: string; sellerId: string; privateKeyFile: string }
  /** The system's folder, and in `replicas` the second services'. Each has its `logs`. */
  dir: string
  /** Stops and starts servers: see server-control.ts. */
  controlUrl: string
}

declare module 'vitest' {
  interface ProvidedContext {
    system: System
  }
}

export const system: System = inject('system')
