import Type, { type Static } from 'typebox'
import { defineEvent, type EventOf } from './event.ts'
import { Fen, OrderId, OutTradeNo, PaymentFacts, RefundId, ReturnedLine, Timestamp } from './shapes.ts'

/** Alipay says that the order's money has come; `source` tells how we learned it. */
export const PaymentSucceeded = defineEvent(
  'PaymentSucceeded',
  'payment.events',
  Type.Object({
    orderId: OrderId,
    ...PaymentFacts.properties,
    source: Type.Union([
      Type.Literal('notify'),
      Type.Literal('query'),
      Type.Literal('close'),
      Type.Literal('reconciliation'),
      Type.Literal('case'),
    ]),
  }),
)
export type PaymentSucceeded = EventOf<typeof PaymentSucceeded>

/** No attempt of the order can be paid any more, as far as Alipay tells. */
export const PaymentClosed = defineEvent('PaymentClosed', 'payment.events', Type.Object({ orderId: OrderId }))
export type PaymentClosed = EventOf<typeof PaymentClosed>

/** Why money goes back: the shop asked, or the order could not use it. */
export const RefundReason = Type.Union([
  Type.Literal('requested'),
  Type.Literal('late_payment'),
  Type.Literal('second_payment'),
])
export type RefundReason = Static<typeof RefundReason>

/** Alipay has given money back, for certain. `refundedFen` is all that went back of this trade so far, this refund included. */
export const PaymentRefunded = defineEvent(
  'PaymentRefunded',
  'payment.events',
  Type.Object({
    orderId: OrderId,
    refundId: RefundId,
    outTradeNo: OutTradeNo,
    tradeNo: Type.String(),
    amountFen: Fen,
    refundedFen: Fen,
    paidFen: Fen,
    reason: RefundReason,
    /** Units that the request said go back on sale; none without that word. */
    returned: Type.Array(ReturnedLine),
    refundedAt: Timestamp,
  }),
)
export type PaymentRefunded = EventOf<typeof PaymentRefunded>

/** Alipay refused a refund for good, as far as a machine can tell. A person has a case about it. */
export const RefundFailed = defineEvent(
  'RefundFailed',
  'payment.events',
  Type.Object({
    orderId: OrderId,
    refundId: RefundId,
    outTradeNo: OutTradeNo,
    amountFen: Fen,
    reason: RefundReason,
    why: Type.String(),
  }),
)
export type RefundFailed = EventOf<typeof RefundFailed>

export type PaymentEvent = PaymentSucceeded | PaymentClosed | PaymentRefunded | RefundFailed
