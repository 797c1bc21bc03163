import { RefundRequested } from '@alipay-checkout/contracts'
import { type Handler, on, RefusedEvent } from '@alipay-checkout/messaging'
import { requestRefund } from './request-refund.ts'

/**
 * Requests refunds of money that an order cannot use: each is stored and due at once, and `requested` runs after the
 * commit. The same event twice makes one refund. A refund of a trade that is not paid here cannot be right and is
 * dead-lettered. These events are rare, so each has its own statements.
 */
export function onRefundRequested(listener: { requested(): void }): Handler {
  return on([RefundRequested], async (tx, events) => {
    // Always in the same sequence, so that two batches cannot deadlock.
    const sorted = events.toSorted((a, b) => (a.data.outTradeNo < b.data.outTradeNo ? -1 : 1))
    for (const { data } of sorted) {
      const { orderId, outTradeNo, refundId, amountFen, reason } = data
      const request = { orderId, outTradeNo, refundId, amountFen, reason, requestedBy: 'order-service' }
      // All of it, or what is left after earlier refunds.
      const answer = await requestRefund(tx, request, { upTo: true })
      const fine = ['requested', 'repeated', 'nothing_left'].includes(answer.outcome)
      if (!fine) throw new RefusedEvent(`${answer.outcome}: refund ${refundId} of ${outTradeNo}`)
    }
    return { afterCommit: listener.requested }
  })
}
