import type { NewEvent, OrderEvent, PaymentFacts, ReturnedLine } from '@alipay-checkout/contracts'
import type { MoneyBack } from './money.ts'
import type { CloseReason, OrderFacts } from './order.ts'

type New<Type extends OrderEvent['type']> = NewEvent<Extract<OrderEvent, { type: Type }>>

/** The fact that starts everything: what inventory must hold and payment must expect. */
export function orderCreated(order: OrderFacts): New<'OrderCreated'> {
  const { orderId, customerId, totalFen, lines } = order
  return {
    type: 'OrderCreated',
    key: orderId,
    data: {
      orderId,
      customerId,
      currency: 'CNY',
      totalFen,
      lines: [...lines],
      createdAt: order.createdAt.toISOString(),
      expiresAt: order.expiresAt.toISOString(),
    },
  }
}

export function orderClosing({ orderId }: OrderFacts, reason: CloseReason): New<'OrderClosing'> {
  return { type: 'OrderClosing', key: orderId, data: { orderId, reason } }
}

export function orderPaid(order: OrderFacts, payment: PaymentFacts): New<'OrderPaid'> {
  const { orderId, customerId, totalFen, lines } = order
  return { type: 'OrderPaid', key: orderId, data: { orderId, customerId, totalFen, lines: [...lines], payment } }
}

export function orderReinstating({ orderId, lines }: OrderFacts, payment: PaymentFacts): New<'OrderReinstating'> {
  return { type: 'OrderReinstating', key: orderId, data: { orderId, lines: [...lines], payment } }
}

export function refundRequested(
  { orderId }: OrderFacts,
  back: MoneyBack & { tradeNo: string; reason: 'late_payment' | 'second_payment' },
): New<'RefundRequested'> {
  const { refundId, outTradeNo, tradeNo, amountFen, reason } = back
  return { type: 'RefundRequested', key: orderId, data: { orderId, refundId, outTradeNo, tradeNo, amountFen, reason } }
}

export function orderLinesReturned(
  { orderId }: OrderFacts,
  refundId: string,
  lines: readonly ReturnedLine[],
): New<'OrderLinesReturned'> {
  return { type: 'OrderLinesReturned', key: orderId, data: { orderId, refundId, lines: [...lines] } }
}
