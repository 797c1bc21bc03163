import type { NewEvent, PaymentEvent, PaymentMethod } from '@alipay-checkout/contracts'
import type { NoticedRefund, Trade } from '../alipay/trade.ts'
import type { PaymentDetails, TradeSource } from './payment.ts'

type EventSubject = Pick<PaymentDetails, 'orderId' | 'traceparent'>

export function paymentSucceeded(
  { orderId, traceparent }: EventSubject,
  trade: Trade,
  { source, method }: { source: TradeSource; method: PaymentMethod | undefined },
): NewEvent<PaymentEvent> {
  const { outTradeNo, tradeNo, amountFen } = trade
  const paidAt = trade.paidAt.toISOString()
  const data = { orderId, outTradeNo, tradeNo, amountFen, paidAt, source, ...(method ? { method } : {}) }
  return eventOf({ orderId, traceparent }, { type: 'PaymentSucceeded', data })
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
