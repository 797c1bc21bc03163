import { type Actor, type Logger, Problem, traceOf } from '@alipay-checkout/service-kit'
import type { FastifyRequest } from 'fastify'
import type { Dependencies } from '../dependencies.ts'

const names = { orders: 'order-service', inventory: 'inventory-service', payments: 'payment-service' } as const
type ServiceKey = keyof typeof names

interface FromServices {
  /** The parsed responses. Absent: the service refused the request, for instance because it knows no such order. */
  readonly answers: Partial<Record<ServiceKey, unknown>>
  /** Services that could not answer, by name. */
  readonly missing: string[]
}

/** GETs a path of each named service at the same time. A service that can not answer is named in `missing`. */
export async function askServices(
  { orders, inventory, payments }: Pick<Dependencies, ServiceKey>,
  request: FastifyRequest,
  paths: Partial<Record<ServiceKey, string>>,
  actor?: Actor,
): Promise<FromServices> {
  const services = { orders, inventory, payments }
  const answers: Partial<Record<ServiceKey, unknown>> = {}
  const asked = Object.entries(paths) as [ServiceKey, string][]
  const unavailable = await Promise.all(
    asked.map(async ([key, path]) => {
      try {
        const call = { method: 'GET', path, traceparent: traceOf(request), ...(actor ? { actor } : {}) } as const
        answers[key] = JSON.parse((await services[key].call(call)).text)
        return []
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        if (error.status < 500) return []
        const log = request.log as Logger
        log.warn({ err: error, service: names[key] }, 'this service is left out of the answer')
        return [names[key]]
      }
    }),
  )
  return { answers, missing: unavailable.flat() }
}

/** Throws where none of the asked services could answer. */
export function requireAnyService({ missing }: Pick<FromServices, 'missing'>, asked: number): void {
  if (missing.length < asked) return
  throw new Problem('service-unavailable', 'All services are temporarily unavailable. Try again.')
}
