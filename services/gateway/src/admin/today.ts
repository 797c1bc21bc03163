import type { MoneyToday, OrdersToday, Today } from '@alipay-checkout/contracts'
import type { FastifyRequest } from 'fastify'
import type { Dependencies } from '../dependencies.ts'
import { askServices } from './from-services.ts'

/** Orders and money of today. The part of a service that can not answer is null. */
export async function readToday(dependencies: Dependencies, request: FastifyRequest): Promise<Today> {
  const { answers, missing } = await askServices(dependencies, request, {
    orders: '/admin/today',
    payments: '/admin/today',
  })
  return {
    orders: (answers.orders as OrdersToday | undefined) ?? null,
    money: (answers.payments as MoneyToday | undefined) ?? null,
    missing,
  }
}
