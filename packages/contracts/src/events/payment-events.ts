import Type from 'typebox'
import { defineEvent, type EventOf } from './event.ts'
import { OrderId, PaymentFacts } from './shapes.ts'

/** Alipay says that the order's money has come; `source` tells how we learned it. */
export const PaymentSucceeded = defineEvent(
  'PaymentSucceeded',
  'payment.events',
  Type.Object({
    orderId: OrderId,
    ...PaymentFacts.properties,
    source: Type.Union([Type.Literal('notify'), Type.Literal('query'), Type.Literal('close')]),
  }),
)
export type PaymentSucceeded = EventOf<typeof PaymentSucceeded>

/** No attempt of the order can be paid any more, as far as Alipay tells. */
export const PaymentClosed = defineEvent('PaymentClosed', 'payment.events', Type.Object({ orderId: OrderId }))
export type PaymentClosed = EventOf<typeof PaymentClosed>

export type PaymentEvent = PaymentSucceeded | PaymentClosed
