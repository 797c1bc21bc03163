import type {
  AdminOrder,
  AdminOrderDetails,
  AdminPayment,
  Case,
  OrderStock,
  RefundList,
} from '@alipay-checkout/contracts'
import { Problem } from '@alipay-checkout/service-kit'
import type { FastifyRequest } from 'fastify'
import type { Dependencies } from '../dependencies.ts'
import { orderIdOf } from '../http/path-ids.ts'
import { askServices, requireAnyService } from './from-services.ts'

/** Cases of an order that its view shows. */
const casesMax = 100

/**
 * One order as all services know it. What a service that can not answer knows is absent, and `missing` names it. Throws
 * `order-not-found` where all that answered know no such order.
 */
export async function readOrderView(dependencies: Dependencies, request: FastifyRequest): Promise<AdminOrder> {
  const orderId = orderIdOf((request.params as { id: string }).id)
  const [own, refunds, cases] = await Promise.all([
    askServices(dependencies, request, {
      orders: `/admin/orders/${orderId}`,
      payments: `/admin/payments/${orderId}`,
      inventory: `/orders/${orderId}/stock`,
    }),
    askServices(dependencies, request, { payments: `/payments/${orderId}/refunds` }),
    askServices(dependencies, request, { payments: `/cases?orderId=${orderId}&limit=${casesMax}` }),
  ])
  requireAnyService(own, 3)
  const order = own.answers.orders as AdminOrderDetails | undefined
  const payment = own.answers.payments as AdminPayment | undefined
  const stock = own.answers.inventory as OrderStock | undefined
  const refundList = refunds.answers.payments as RefundList | undefined
  const casePage = cases.answers.payments as { items: Case[] } | undefined
  const missing = [...new Set([own, refunds, cases].flatMap(part => part.missing))]
  if (!order && !payment && !stock?.items.length) {
    throw new Problem('order-not-found', 'There is no order with this id.')
  }
  return {
    orderId,
    ...(order ? { order } : {}),
    ...(payment ? { payment } : {}),
    ...(refundList ? { refunds: refundList } : {}),
    ...(stock ? { stock } : {}),
    ...(casePage ? { cases: casePage.items } : {}),
    missing,
  }
}
