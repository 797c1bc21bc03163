import { RefundRequested } from '@alipay-checkout/contracts'
import { type Handler, on, RefusedEvent } from '@alipay-checkout/messaging'
import { requestRefund } from './request-refund.ts'

/**
 * Money that an order can't use: its refund is kept and made due; `refunding` runs after the commit. Saying it twice is
 * one refund. One for a trade that nobody paid here can't be right and is parked. These are rare, so each has its own
 * statements.
 */
export function onRefundRequested(listener: { refunding(): void }): Handler {
  return on([RefundRequested], async (tx, events) => {
    // Always in the same sequence: two batches can't wait for each other.
    const sorted = events.toSorted((a, b) => (a.data.outTradeNo < b.data.outTradeNo ? -1 : 1))
    for (const { data } of sorted) {
      const { orderId, outTradeNo, refundId, amountFen, reason } = data
      const wish = { orderId, outTradeNo, refundId, amountFen, reason, requestedBy: 'order-service' }
      // All of it, or what a person has not given back already.
      const answer = await requestRefund(tx, wish, { upTo: true })
      const fine = ['requested', 'repeated', 'nothing_left'].includes(answer.outcome)
      if (!fine) throw new RefusedEvent(`${answer.outcome}: refund ${refundId} of ${outTradeNo}`)
    }
    return { afterCommit: listener.refunding }
  })
}
