import type { DueWorkList, DueWorkOfService } from '@alipay-checkout/contracts'
import type { FastifyRequest } from 'fastify'
import type { Dependencies } from '../dependencies.ts'
import { askServices, requireAnyService } from './from-services.ts'

/** What the workers of all services have due, beside their timers. */
export async function readDueWork(dependencies: Dependencies, request: FastifyRequest): Promise<DueWorkList> {
  const { answers, missing } = await askServices(dependencies, request, { orders: '/due', payments: '/due' })
  requireAnyService({ missing }, 2)
  const items = [answers.orders, answers.payments].flatMap(
    answer => (answer as DueWorkOfService | undefined)?.items ?? [],
  )
  return { items, missing }
}
