import type { NewEvent, PaymentEvent } from '@alipay-checkout/contracts'
import type { Payment } from '../payments/payment.ts'
import { paymentClosed, paymentSucceeded } from '../payments/payment-events.ts'
import type { Refund } from '../refunds/refund.ts'
import { paymentRefunded, refundFailed } from '../refunds/refund-events.ts'

/**
 * The events that bring order-service to the state of this payment, whatever it has of it. Refunds that order-service had
 * requested come first, and the payment of their trade is not published: the order could not use it, and must not take it
 * now that it has forgotten why. Pure.
 *
 * @param refunds all of the order's, in any order
 */
export function stateEvents(payment: Payment, refunds: readonly Refund[]): NewEvent<PaymentEvent>[] {
  const unusable = new Set(refunds.filter(isOfOrderService).map(({ outTradeNo }) => outTradeNo))
  const paid = payment.attempts
    .flatMap(attempt => (attempt.status === 'PAID' ? [attempt] : []))
    .toSorted((one, other) => one.trade.paidAt.getTime() - other.trade.paidAt.getTime())
  const payments = paid
    .filter(({ outTradeNo }) => !unusable.has(outTradeNo))
    .map(({ trade, method }) => {
      // Another amount was accepted by a person.
      const source = trade.amountFen === payment.amountFen ? 'query' : 'case'
      return paymentSucceeded(payment, trade, { source, method })
    })
  const ended = paid.flatMap(({ trade }) => {
    const { tradeNo, amountFen: paidFen } = trade
    const { traceparent } = payment
    let refundedFen = 0
    return refunds
      .filter(refund => refund.outTradeNo === trade.outTradeNo && refund.finishedAt)
      .toSorted((one, other) => Number(one.finishedAt) - Number(other.finishedAt))
      .flatMap(refund => {
        if (refund.status === 'FAILED') return [{ refund, event: refundFailed(refund, traceparent) }]
        if (refund.status !== 'SUCCEEDED') return []
        refundedFen += refund.amountFen
        const sums = { tradeNo, paidFen, refundedFen, traceparent }
        return [{ refund, event: paymentRefunded(refund, sums, refund.finishedAt as Date) }]
      })
  })
  const eventsOf = (isFirst: boolean) =>
    ended.filter(({ refund }) => isOfOrderService(refund) === isFirst).map(({ event }) => event)
  const closed = payment.status === 'CLOSED' ? [paymentClosed(payment)] : []
  return [...eventsOf(true), ...payments, ...eventsOf(false), ...closed]
}

function isOfOrderService({ reason }: Refund): boolean {
  return reason !== 'requested'
}
