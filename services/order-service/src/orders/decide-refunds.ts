import type { PaymentRefunded, RefundFailed } from '@alipay-checkout/contracts'
import { assertNever } from '@alipay-checkout/service-kit'
import { orderLinesReturned, orderOver } from './order-events.ts'
import { type OrderRefund, settleTrade, upsertRefund } from './order-refunds.ts'
import { change, type Decision, ignore, type Order, reject } from './order-state.ts'

/** A refund is done. A refund of the order's own payment may end the order; one of another trade is only stored. */
export function onRefunded(order: Order, refund: PaymentRefunded['data']): Decision {
  const { refundId, reason, outTradeNo, tradeNo, amountFen, refundedAt: at } = refund
  const known = order.refunds.find(back => back.refundId === refundId)
  if (known?.progress === 'done') return ignore('already_refunded')
  const isAll = refund.refundedFen >= refund.paidFen
  const refunds = upsertRefund(isAll ? settleTrade(order.refunds, outTradeNo) : order.refunds, {
    refundId,
    reason,
    outTradeNo,
    tradeNo,
    amountFen,
    progress: 'done',
    at,
  })
  switch (order.status) {
    case 'PAID':
    case 'REINSTATING':
    case 'REFUNDED':
      return order.payment.tradeNo === tradeNo
        ? onOwnRefunded(order, refund, refunds)
        : change(order, order, [], refunds)
    case 'RESERVING':
    case 'PENDING_PAYMENT':
    case 'CLOSING':
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
      return change(order, order, [], refunds)
    default:
      return assertNever(order)
  }
}

function onOwnRefunded(
  order: Extract<Order, { payment: unknown }>,
  refund: PaymentRefunded['data'],
  refunds: readonly OrderRefund[],
): Decision {
  const { payment } = order
  // The sum of the trade's refunds. Events can come out of order, and an earlier refund reports a smaller sum.
  const refundedFen = Math.max(order.refundedFen, refund.refundedFen)
  if (refundedFen > payment.amountFen) return reject('refund_exceeds_payment')
  const isWhole = refundedFen === payment.amountFen
  const returned = refund.returned.length > 0 ? [orderLinesReturned(order, refund.refundId, refund.returned)] : []
  if (order.status === 'REINSTATING') {
    // All money is refunded, so the order ends, and OrderCancelled releases the stock whatever the stock result will be.
    if (isWhole) {
      const state = { status: 'REFUNDED', payment, refundedFen } as const
      return change(order, state, [orderOver(order, { status: 'CANCELLED' })], refunds)
    }
    // inventory-service can return units only once they are sold, so OrderLinesReturned follows OrderPaid.
    const { refundId, returned: returns } = refund
    const back = refunds.map(one => (one.refundId === refundId && returns.length > 0 ? { ...one, returns } : one))
    return change(order, { ...order, refundedFen }, [], back)
  }
  return change(order, { ...order, status: isWhole ? 'REFUNDED' : 'PAID', refundedFen }, returned, refunds)
}

/** A refund failed and a case is open. The order keeps its status, and its money notes report a delay. */
export function onRefundFailed(order: Order, refund: RefundFailed['data'], now: Date): Decision {
  const { refundId, reason, outTradeNo, amountFen } = refund
  const known = order.refunds.find(back => back.refundId === refundId)
  if (known?.progress === 'done') return ignore('already_refunded')
  if (known?.progress === 'failed') return ignore('already_failed')
  const failed: OrderRefund = { refundId, reason, outTradeNo, amountFen, progress: 'failed', at: now.toISOString() }
  return change(order, order, [], upsertRefund(order.refunds, failed))
}
