import { type Order as OrderBody, type OrderStatusAnswer, shopStatus } from '@alipay-checkout/contracts'
import { moneyNotes } from '../orders/order-refunds.ts'
import type { Order } from '../orders/order-state.ts'

/** An order as callers see it. */
export function orderBody(order: Order): OrderBody {
  const notes = moneyNotes(order)
  return {
    orderId: order.orderId,
    status: shopStatus(order.status),
    orderStatus: order.status,
    totalFen: order.totalFen,
    currency: 'CNY',
    items: [...order.lines],
    createdAt: order.createdAt.toISOString(),
    expiresAt: order.expiresAt.toISOString(),
    ...(order.status === 'PAID' || order.status === 'REFUNDED' ? { paidAt: order.payment.paidAt } : {}),
    ...(notes.length > 0 ? { moneyNotes: notes } : {}),
  }
}

export function statusBody({ orderId, status }: Pick<Order, 'orderId' | 'status'>): OrderStatusAnswer {
  return { orderId, status: shopStatus(status), orderStatus: status }
}
