import Type, { type Static } from 'typebox'
import { defineEvent, type EventOf } from './event.ts'
import { CapturedPayment, Fen, OrderId, OutTradeNo, RefundId, ReturnedLine, Timestamp } from './shapes.ts'

/** Alipay says that the order's money has come; `source` tells how we learned it. */
export const PaymentSucceeded = defineEvent(
  'PaymentSucceeded',
  'payment.events',
  Type.Object({
    orderId: OrderId,
    ...CapturedPayment.properties,
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

/**
 * Alipay says that money of the trade went back by a refund that this system did not make, for example one made in
 * Alipay's own console. Fulfilment must stop shipping the order. The refund is in the ledger only after a person has
 * booked it: `PaymentRefunded` says so.
 */
export const OutsideRefundDetected = defineEvent(
  'OutsideRefundDetected',
  'payment.events',
  Type.Object({
    orderId: OrderId,
    outTradeNo: OutTradeNo,
    tradeNo: Type.String(),
    /** Alipay's number of the refund (`out_biz_no`); null where Alipay gave none. */
    requestNo: Type.Union([Type.String({ maxLength: 64 }), Type.Null()]),
    /** What went back of the trade so far by all its refunds, as Alipay says; of one found in a bill only its own amount. */
    refundedFen: Fen,
    paidFen: Fen,
    refundedAt: Timestamp,
    source: Type.Union([Type.Literal('notify'), Type.Literal('bill')]),
  }),
)
export type OutsideRefundDetected = EventOf<typeof OutsideRefundDetected>

export type PaymentEvent = PaymentSucceeded | PaymentClosed | PaymentRefunded | RefundFailed | OutsideRefundDetected
