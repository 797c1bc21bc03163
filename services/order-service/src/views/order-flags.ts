import type { AdminOrderRow, OrderFlag } from '@alipay-checkout/contracts'
import { refundedShippedLines } from '../orders/fulfilment.ts'
import type { Order } from '../orders/order-state.ts'

/** What is unusual about an order. The filters of `order-filters.ts` select by the same rules. */
function flagsOf(order: Order): OrderFlag[] {
  const isRefunded = 'refundedFen' in order && order.refundedFen > 0
  const isPaidLate = 'acceptedLateAt' in order && order.acceptedLateAt !== undefined
  return [
    ...(isRefunded ? (['refunded'] as const) : []),
    ...(isPaidLate ? (['paid_late'] as const) : []),
    ...(refundedShippedLines(order).length > 0 ? (['refunded_after_shipping'] as const) : []),
  ]
}

/** The order as the lists of the shop's staff have it. */
export function adminOrderRow(order: Order): AdminOrderRow {
  const { orderId, customerId, status, totalFen, lines, reference, createdAt, expiresAt } = order
  const payment = 'payment' in order ? order.payment : undefined
  return {
    orderId,
    customerId,
    orderStatus: status,
    fulfilmentStatus: order.fulfilment.status,
    totalFen,
    refundedFen: 'refundedFen' in order ? order.refundedFen : 0,
    units: lines.reduce((sum, { quantity }) => sum + quantity, 0),
    ...(reference === undefined ? {} : { reference }),
    ...(payment?.method === undefined ? {} : { method: payment.method }),
    flags: flagsOf(order),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    ...(payment === undefined ? {} : { paidAt: payment.paidAt }),
  }
}
