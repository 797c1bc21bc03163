import Type, { type Static } from 'typebox'
import { Fen, OrderId, OutTradeNo, PaymentMethod, Timestamp } from '../../events/shapes.ts'
import { Refund, RefundStatus } from '../money.ts'
import { BillDate, pageOfItems } from './paging.ts'

/** EXPECTED: it can be paid. CLOSING: Alipay is asked to take no more money. UNCLEAR: closing has no clear answer yet. */
export const PaymentState = Type.Union([
  Type.Literal('EXPECTED'),
  Type.Literal('CLOSING'),
  Type.Literal('PAID'),
  Type.Literal('CLOSED'),
])
export const PaymentFilters = {
  state: Type.Optional(Type.Union([...PaymentState.anyOf, Type.Literal('UNCLEAR')])),
  olderThan: Type.Optional(Type.String({ pattern: '^\\d{1,9}$', description: 'Seconds since the order was placed' })),
  paidOn: Type.Optional({ ...BillDate, description: 'The day in Beijing of Alipay’s time of a payment' }),
} as const

export const PaymentRow = Type.Object({
  orderId: OrderId,
  state: PaymentState,
  unclear: Type.Boolean({ description: 'A closing at Alipay had no clear answer and is tried again' }),
  amountFen: Fen,
  method: Type.Optional(PaymentMethod),
  outTradeNo: Type.Optional(OutTradeNo),
  tradeNo: Type.Optional(Type.String({ description: 'Alipay’s number' })),
  attempts: Type.Integer(),
  createdAt: Timestamp,
  paidAt: Type.Optional(Timestamp),
})
export type PaymentRow = Static<typeof PaymentRow>
export const PaymentPage = pageOfItems(PaymentRow)
export type PaymentPage = Static<typeof PaymentPage>

export const AdminAttempt = Type.Object({
  outTradeNo: OutTradeNo,
  status: Type.String({ description: 'CREATED, OPENED, PAID or CLOSED' }),
  method: Type.Optional(PaymentMethod),
  openedAt: Type.Optional(Timestamp),
  timeExpire: Type.Optional(Timestamp),
  tradeNo: Type.Optional(Type.String({ description: 'Alipay’s number' })),
  paidAt: Type.Optional(Timestamp),
  paidFen: Type.Optional(Fen),
  refundedFen: Fen,
  closedAt: Type.Optional(Timestamp),
  closeTries: Type.Integer(),
})

/** Attempts, their trades and their refunds: `paidFen` − `refundedFen` is `keptFen`, over all trades. */
export const AdminPayment = Type.Object({
  orderId: OrderId,
  state: PaymentState,
  amountFen: Fen,
  expiresAt: Timestamp,
  closingReason: Type.Optional(Type.String()),
  attempts: Type.Array(AdminAttempt),
  paidFen: Fen,
  refundedFen: Fen,
  keptFen: Fen,
  notifies: Type.Array(
    Type.Object({
      notifyId: Type.String(),
      receivedAt: Timestamp,
      outTradeNo: Type.String(),
      tradeStatus: Type.String(),
      result: Type.String(),
    }),
    { description: 'Oldest first, at most 100' },
  ),
})
export type AdminPayment = Static<typeof AdminPayment>

/** What a query or closing at Alipay led to. */
export const PaymentResult = Type.Object({
  orderId: OrderId,
  results: Type.Array(Type.Object({ outTradeNo: OutTradeNo, result: Type.String({ description: 'For people' }) })),
  state: PaymentState,
})
export type PaymentResult = Static<typeof PaymentResult>

export const RefundFilters = {
  status: Type.Optional(
    Type.Union([...RefundStatus.anyOf, Type.Literal('OPEN')], { description: '`OPEN`: `REQUESTED` or `PENDING`' }),
  ),
  succeededOn: Type.Optional({ ...BillDate, description: 'The day in Beijing on which it succeeded' }),
} as const
export const RefundPage = pageOfItems(Refund)
export type RefundPage = Static<typeof RefundPage>

/** What a refund would do. Nothing has been done. */
export const RefundPreview = Type.Object({
  preview: Type.Literal(true),
  outTradeNo: OutTradeNo,
  amountFen: Fen,
  shippingFen: Fen,
  refundableAfterFen: Type.Integer({ ...Fen, description: 'What could still be refunded of the trade afterwards' }),
  needsApproval: Type.Boolean({ description: 'A second person has to approve it before Alipay is called' }),
})
export type RefundPreview = Static<typeof RefundPreview>

const Counted = Type.Object({ count: Type.Integer(), oldestAt: Type.Union([Timestamp, Type.Null()]) })

/** Money of today in Beijing, by Alipay's times, and what waits for a person. */
export const MoneyToday = Type.Object({
  payments: Type.Integer(),
  paidFen: Type.Integer(),
  refunds: Type.Integer(),
  refundedFen: Type.Integer(),
  netFen: Type.Integer(),
  cases: Counted,
  casesAwaitingApproval: Counted,
  refundsAwaitingApproval: Counted,
  refundsOpen: Counted,
  deadLetters: Counted,
  /** Of yesterday; null where none has been requested. */
  reconciliation: Type.Union([
    Type.Object({
      date: Type.String(),
      status: Type.String(),
      differences: Type.Integer(),
      signedOffBy: Type.Union([Type.String(), Type.Null()]),
    }),
    Type.Null(),
  ]),
  certificates: Type.Array(Type.Object({ name: Type.String(), daysLeft: Type.Integer() })),
  countedAt: Timestamp,
})
export type MoneyToday = Static<typeof MoneyToday>
