import type { NewEvent, PaymentEvent } from '@alipay-checkout/contracts'
import type { NoticedRefund, Trade } from '../alipay/trade.ts'
import type { PaymentDetails, TradeSource } from './payment.ts'

type EventSubject = Pick<PaymentDetails, 'orderId' | 'traceparent'>

export function paymentSucceeded(payment: EventSubject, trade: Trade, source: TradeSource): NewEvent<PaymentEvent> {
  const { outTradeNo, tradeNo, amountFen, paidAt } = trade
  return eventOf(payment, {
    type: 'PaymentSucceeded',
    data: { orderId: payment.orderId, outTradeNo, tradeNo, amountFen, paidAt: paidAt.toISOString(), source },
  })
}

export function paymentClosed(payment: EventSubject): NewEvent<PaymentEvent> {
  return eventOf(payment, { type: 'PaymentClosed', data: { orderId: payment.orderId } })
}

/** The event about a refund that this system did not make. Units: fen. */
export function outsideRefundDetected(
  payment: EventSubject,
  { outTradeNo, tradeNo, amountFen: paidFen }: Pick<Trade, 'outTradeNo' | 'tradeNo' | 'amountFen'>,
  { requestNo, refundedFen, at }: NoticedRefund,
  source: 'notify' | 'bill',
): NewEvent<PaymentEvent> {
  const { orderId } = payment
  const refundedAt = at.toISOString()
  return eventOf(payment, {
    type: 'OutsideRefundDetected',
    data: { orderId, outTradeNo, tradeNo, requestNo: requestNo ?? null, refundedFen, paidFen, refundedAt, source },
  })
}

type KeylessEvent<E = NewEvent<PaymentEvent>> = E extends NewEvent<PaymentEvent> ? Pick<E, 'type' | 'data'> : never

function eventOf({ orderId, traceparent }: EventSubject, { type, data }: KeylessEvent): NewEvent<PaymentEvent> {
  return { type, key: orderId, data, ...(traceparent ? { traceparent } : {}) } as NewEvent<PaymentEvent>
}
