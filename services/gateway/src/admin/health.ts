import type { ServiceInfo, SystemHealth } from '@alipay-checkout/contracts'
import type { FastifyRequest } from 'fastify'
import type { Dependencies } from '../dependencies.ts'
import { askServices } from './from-services.ts'

type ServiceHealth = SystemHealth['services'][number]

/** How each service is, the gateway included. A service that does not answer is `unavailable`. */
export async function readHealth(dependencies: Dependencies, request: FastifyRequest): Promise<SystemHealth> {
  const path = '/info'
  const [own, { answers }] = await Promise.all([
    dependencies.describe(),
    askServices(dependencies, request, { orders: path, payments: path, inventory: path }),
  ])
  const of = (service: string, info: unknown): ServiceHealth => ({
    service,
    status: statusOf(info as ServiceInfo | undefined),
    info: (info as ServiceInfo | undefined) ?? null,
  })
  return {
    services: [
      of('gateway', own),
      of('order-service', answers.orders),
      of('payment-service', answers.payments),
      of('inventory-service', answers.inventory),
    ],
  }
}

/** Of a service that answers: it is unavailable if a dependency fails that it can not work without. Pure. */
function statusOf(info: ServiceInfo | undefined): ServiceHealth['status'] {
  if (info === undefined) return 'unavailable'
  const failed = Object.entries(info.checks).filter(([, outcome]) => outcome !== 'ok')
  if (failed.some(([name]) => !info.degraded.includes(name))) return 'unavailable'
  return failed.length > 0 ? 'degraded' : 'ready'
}
