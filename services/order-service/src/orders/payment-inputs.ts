import type { PaymentEvent } from '@alipay-checkout/contracts'
import type { OrderInput } from './decide-all.ts'
import type { Input } from './order-state.ts'

/** Payment has answered: the money is there, none can come any more, it went back, or it could not go back. */
export function inputOfPayment(event: PaymentEvent): OrderInput {
  return {
    orderId: event.data.orderId,
    input: inputOf(event),
    cause: causeOf(event),
    traceparent: event.traceparent,
  }
}

function inputOf(event: PaymentEvent): Input {
  switch (event.type) {
    case 'PaymentSucceeded': {
      const { outTradeNo, tradeNo, amountFen, paidAt, source } = event.data
      const payment = { outTradeNo, tradeNo, amountFen, paidAt }
      return { type: 'paymentSucceeded', payment, anyAmount: source === 'case' }
    }
    case 'PaymentClosed':
      return { type: 'paymentClosed' }
    case 'PaymentRefunded':
      return { type: 'paymentRefunded', refund: event.data }
    case 'RefundFailed':
      return { type: 'refundFailed', refund: event.data }
    case 'OutsideRefundDetected': {
      const { tradeNo, requestNo } = event.data
      return { type: 'outsideRefundDetected', tradeNo, requestNo }
    }
  }
}

function causeOf(event: PaymentEvent): string {
  const named = `${event.type} ${event.id}`
  if (event.type === 'PaymentSucceeded') return `${named} (${event.data.source})`
  return event.type === 'RefundFailed' ? `${named} (${event.data.why})` : named
}
