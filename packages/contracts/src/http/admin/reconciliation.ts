import Type, { type Static } from 'typebox'
import { PaymentMethod, Timestamp } from '../../events/shapes.ts'
import { BillDate, pageOfItems, Reason } from './paging.ts'

const count = Type.Union([Type.Integer(), Type.Null()])
const time = Type.Union([Timestamp, Type.Null()])
const text = Type.Union([Type.String(), Type.Null()])

/** A comparison of a day's bill with our ledger. Sums are null until it is DONE. */
export const ReconciliationRun = Type.Object({
  runId: Type.String(),
  billDate: BillDate,
  status: Type.Union([Type.Literal('WAITING'), Type.Literal('RUNNING'), Type.Literal('DONE'), Type.Literal('GAVE_UP')]),
  startedBy: Type.String(),
  createdAt: Timestamp,
  finishedAt: time,
  tries: Type.Integer(),
  why: text,
  billPayments: count,
  billPaymentFen: count,
  billRefunds: count,
  billRefundFen: count,
  billFeeFen: Type.Union([Type.Integer(), Type.Null()], {
    description: '服务费 of our rows; positive: paid to Alipay',
  }),
  foreignPayments: count,
  foreignPaymentFen: count,
  foreignRefunds: count,
  foreignRefundFen: count,
  oddRows: count,
  ourPayments: count,
  ourPaymentFen: count,
  ourRefunds: count,
  ourRefundFen: count,
  differences: Type.Union([Type.Record(Type.String(), Type.Integer()), Type.Null()]),
  unsettled: Type.Integer({ description: 'Differences that are neither repaired nor settled' }),
  signedOffBy: text,
  signedOffAt: time,
  signOffNote: text,
})
export type ReconciliationRun = Static<typeof ReconciliationRun>

/** The newest run of each day, newest day first. */
export const ReconciliationPage = pageOfItems(ReconciliationRun)
export type ReconciliationPage = Static<typeof ReconciliationPage>

export const BillDifference = Type.Object({
  billDate: BillDate,
  kind: Type.String(),
  subject: Type.String({ description: 'An `out_trade_no`, or a refund’s `out_request_no`' }),
  status: Type.Union([
    Type.Literal('OPEN'),
    Type.Literal('CARRIED'),
    Type.Literal('REPAIRED'),
    Type.Literal('SETTLED'),
  ]),
  orderId: text,
  outTradeNo: text,
  tradeNo: text,
  requestNo: text,
  method: Type.Union([PaymentMethod, Type.Null()]),
  billFen: count,
  ourFen: count,
  billAt: time,
  ourAt: time,
  detail: Type.String(),
  caseId: Type.Union([Type.String(), Type.Null()], { description: 'The case about it' }),
  foundAt: Timestamp,
  changedAt: Timestamp,
})
export type BillDifference = Static<typeof BillDifference>

/** The newest run of a day, and a page of its differences. */
export const Reconciliation = Type.Object({
  run: ReconciliationRun,
  differences: Type.Array(BillDifference),
  nextOffset: count,
})
export type Reconciliation = Static<typeof Reconciliation>

export const ReconcileBody = Type.Object({ date: Type.Optional(BillDate) }, { additionalProperties: false })
export const SignOffBody = Type.Object({ note: Type.Optional(Reason) }, { additionalProperties: false })

/** Sales of a day, a week or a month in Beijing, by Alipay's times. Fees are those of the bills that were compared. */
export const ReportRow = Type.Object({
  period: Type.String({ description: '2026-03-01, 2026-W09 or 2026-03' }),
  from: BillDate,
  to: BillDate,
  payments: Type.Integer(),
  paidFen: Type.Integer(),
  refunds: Type.Integer(),
  refundedFen: Type.Integer(),
  feeFen: Type.Integer(),
  netFen: Type.Integer({ description: 'Paid − refunded − fees' }),
  days: Type.Integer(),
  reconciledDays: Type.Integer({ description: 'Days whose comparison is DONE' }),
})
export type ReportRow = Static<typeof ReportRow>
export const Report = Type.Object({ items: Type.Array(ReportRow) })
export type Report = Static<typeof Report>
export const ReportQuery = {
  from: Type.Optional(BillDate),
  to: Type.Optional(BillDate),
  by: Type.Optional(Type.Union([Type.Literal('day'), Type.Literal('week'), Type.Literal('month')])),
} as const
