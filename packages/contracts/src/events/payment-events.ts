import Type, { type Static } from 'typebox'
import { defineEvent, type EventOf } from './event.ts'
import {
  CapturedPayment,
  Fen,
  LineUnits,
  OrderId,
  OutTradeNo,
  PaymentMethod,
  RefundId,
  Timestamp,
  TradeNo,
} from './shapes.ts'

export const PaymentSucceeded = defineEvent(
  'PaymentSucceeded',
  'payment.events',
  Type.Object(
    {
      orderId: OrderId,
      ...CapturedPayment.properties,
      source: Type.Union(
        [
          Type.Literal('notify'),
          Type.Literal('query'),
          Type.Literal('close'),
          Type.Literal('reconciliation'),
          Type.Literal('case'),
        ],
        { description: 'How payment-service learned of the payment' },
      ),
      method: Type.Optional(PaymentMethod),
    },
    {
      description:
        'Alipay has taken money for the order. Published once per trade, also when the order is closed or already paid: order-service decides what the money is for.',
    },
  ),
)
export type PaymentSucceeded = EventOf<typeof PaymentSucceeded>

export const PaymentClosed = defineEvent(
  'PaymentClosed',
  'payment.events',
  Type.Object(
    { orderId: OrderId },
    {
      description:
        'Every attempt of the order is closed. The unused link of a cancelled order may still be paid until it expires: such a payment is late.',
    },
  ),
)
export type PaymentClosed = EventOf<typeof PaymentClosed>

/** Why money is refunded: the shop requested it, or the order could not use the payment. */
export const RefundReason = Type.Union(
  [Type.Literal('requested'), Type.Literal('late_payment'), Type.Literal('second_payment')],
  { description: 'The shop requested it, or the payment came too late or for an order that was paid already' },
)
export type RefundReason = Static<typeof RefundReason>

export const PaymentRefunded = defineEvent(
  'PaymentRefunded',
  'payment.events',
  Type.Object(
    {
      orderId: OrderId,
      refundId: RefundId,
      outTradeNo: OutTradeNo,
      tradeNo: TradeNo,
      amountFen: Fen,
      refundedFen: Type.Integer({ ...Fen, description: 'All refunds of the trade so far, this one included, in fen' }),
      paidFen: Type.Integer({ ...Fen, description: 'What the trade paid, in fen' }),
      reason: RefundReason,
      returned: Type.Array(LineUnits, {
        description: 'Units that go back on sale; empty unless the request said so',
      }),
      lines: Type.Optional(
        Type.Array(LineUnits, { description: 'Refunded units; absent where an amount or the whole was refunded' }),
      ),
      refundedAt: Type.String({ ...Timestamp, description: 'When Alipay confirmed the refund' }),
    },
    { description: 'Alipay has confirmed a refund.' },
  ),
)
export type PaymentRefunded = EventOf<typeof PaymentRefunded>

export const RefundFailed = defineEvent(
  'RefundFailed',
  'payment.events',
  Type.Object(
    {
      orderId: OrderId,
      refundId: RefundId,
      outTradeNo: OutTradeNo,
      amountFen: Fen,
      reason: RefundReason,
      why: Type.String({ description: 'What Alipay answered' }),
    },
    { description: 'Alipay refused a refund for good. A case is open for it.' },
  ),
)
export type RefundFailed = EventOf<typeof RefundFailed>

export const OutsideRefundDetected = defineEvent(
  'OutsideRefundDetected',
  'payment.events',
  Type.Object(
    {
      orderId: OrderId,
      outTradeNo: OutTradeNo,
      tradeNo: TradeNo,
      requestNo: Type.Union([Type.String({ maxLength: 64 }), Type.Null()], {
        description: 'Alipay’s number of the refund (`out_biz_no`); null where Alipay gave none',
      }),
      refundedFen: Type.Integer({
        ...Fen,
        description: 'All refunds of the trade so far, in fen; for a refund found in a bill, its own amount',
      }),
      paidFen: Type.Integer({ ...Fen, description: 'What the trade paid, in fen' }),
      refundedAt: Type.String({ ...Timestamp, description: 'When Alipay refunded it' }),
      source: Type.Union([Type.Literal('notify'), Type.Literal('bill')], {
        description: 'Where it was found: in a notify, or in a bill of Alipay',
      }),
    },
    {
      description:
        'Alipay reports a refund that this system did not make, for example one made in Alipay’s console. Fulfilment must stop shipping the order. PaymentRefunded follows once a person has booked the refund.',
    },
  ),
)
export type OutsideRefundDetected = EventOf<typeof OutsideRefundDetected>

export type PaymentEvent = PaymentSucceeded | PaymentClosed | PaymentRefunded | RefundFailed | OutsideRefundDetected
