import { type Order as OrderBody, type OrderStatusAnswer, shopStatus } from '@alipay-checkout/contracts'
import type { Order } from '../order.ts'

/** An order as callers see it. */
export function orderBody(order: Order): OrderBody {
  return {
    orderId: order.orderId,
    status: shopStatus(order.status),
    orderStatus: order.status,
    totalFen: order.totalFen,
    currency: 'CNY',
    items: [...order.lines],
    createdAt: order.createdAt.toISOString(),
    expiresAt: order.expiresAt.toISOString(),
    ...(order.status === 'PAID' ? { paidAt: order.payment.paidAt } : {}),
  }
}

export function statusBody({ orderId, status }: Pick<Order, 'orderId' | 'status'>): OrderStatusAnswer {
  return { orderId, status: shopStatus(status), orderStatus: status }
}
