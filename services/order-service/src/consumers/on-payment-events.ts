import { PaymentClosed, PaymentSucceeded } from '@alipay-checkout/contracts'
import { type Handler, on } from '@alipay-checkout/messaging'
import type { OrderInput } from '../order.ts'
import type { OrderWatch } from '../order-watch.ts'
import { applyInputs } from './apply-inputs.ts'

/** Payment has answered: the money is there, or none can come any more. */
export function onPaymentEvents(watch: OrderWatch): Handler {
  return on([PaymentSucceeded, PaymentClosed], (tx, events, afterCommit) => {
    const inputs = events.map((event): OrderInput => {
      const { traceparent } = event
      if (event.type === 'PaymentClosed')
        return { orderId: event.data.orderId, traceparent, input: { type: 'paymentClosed' } }
      const { orderId, outTradeNo, tradeNo, amountFen, paidAt } = event.data
      return {
        orderId,
        traceparent,
        input: { type: 'paymentSucceeded', payment: { outTradeNo, tradeNo, amountFen, paidAt } },
      }
    })
    return applyInputs(tx, inputs, { afterCommit, watch })
  })
}
