import Type, { type Static } from 'typebox'
import { RefundReason } from '../events/payment-events.ts'
import {
  Fen,
  LineUnits,
  linePattern,
  linesPattern,
  OrderId,
  OutTradeNo,
  PaymentMethod,
  Quantity,
  RefundId,
  Sku,
  Timestamp,
} from '../events/shapes.ts'

/**
 * A refund that an admin requests: of `amountFen`, of `lines` (their share of what was paid, discounts and surcharges
 * included), or, with neither, of the whole balance. `returnToStock` needs `lines` and puts their units back on sale.
 * `includeShipping` adds to `lines` what is left of the shipping fee; the whole has it anyway. `outTradeNo` names a trade
 * of the order, by default the one that paid it. A repeat with the same `Idempotency-Key` is the same refund.
 */
export const RefundBody = Type.Object(
  {
    amountFen: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000_000_000 })),
    lines: Type.Optional(Type.Array(LineUnits, { minItems: 1, maxItems: 100 })),
    returnToStock: Type.Optional(Type.Boolean()),
    includeShipping: Type.Optional(Type.Boolean()),
    outTradeNo: Type.Optional(OutTradeNo),
    preview: Type.Optional(Type.Boolean({ description: 'True: nothing is done; the answer says what would be' })),
    reason: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        pattern: linePattern,
        description: 'Required, except with `preview`',
      }),
    ),
  },
  { additionalProperties: false },
)
export type RefundBody = Static<typeof RefundBody>

/**
 * AWAITING_APPROVAL: its amount is reserved, and a second person has to approve it. REQUESTED: Alipay is not called yet.
 * PENDING: called, result unknown; it is queried again. REJECTED: the second person refused it.
 */
export const RefundStatus = Type.Union([
  Type.Literal('AWAITING_APPROVAL'),
  Type.Literal('REQUESTED'),
  Type.Literal('PENDING'),
  Type.Literal('SUCCEEDED'),
  Type.Literal('FAILED'),
  Type.Literal('REJECTED'),
])
export type RefundStatus = Static<typeof RefundStatus>

export const Refund = Type.Object({
  refundId: RefundId,
  orderId: OrderId,
  outTradeNo: OutTradeNo,
  /** How the refunded trade was paid; left out where payment-service did not open it. */
  method: Type.Optional(PaymentMethod),
  amountFen: Fen,
  status: RefundStatus,
  reason: RefundReason,
  /** What the admin wrote. */
  note: Type.Optional(Type.String()),
  requestedBy: Type.String(),
  requestedAt: Timestamp,
  /** The second person, who approved or rejected it. */
  approvedBy: Type.Optional(Type.String()),
  finishedAt: Type.Optional(Timestamp),
  /** Why it failed or is not finished yet. */
  why: Type.Optional(Type.String()),
  lines: Type.Optional(Type.Array(LineUnits)),
  shippingFen: Type.Optional(Type.Integer({ ...Fen, description: 'What `includeShipping` added to `amountFen`, fen' })),
})
export type Refund = Static<typeof Refund>
/** `paidFen` and `refundableFen` are those of the trade that paid the order; `trades` are all paid trades of it. */
export const RefundList = Type.Object({
  items: Type.Array(Refund),
  lines: Type.Array(
    Type.Object({
      sku: Sku,
      quantity: Quantity,
      refundableQuantity: Type.Integer({
        minimum: 0,
        description: 'Units that no refund has taken; 0 where nothing is left of the trade',
      }),
      refundableFen: Type.Integer({
        ...Fen,
        description:
          'What a refund of all these units takes, fen. It is never more than `refundableFen` of the trade: where that is less than their share, because an amount was refunded before, refund an amount instead',
      }),
    }),
    { description: 'What refunds by line can still take of the trade that paid the order' },
  ),
  shippingRefundableFen: Type.Integer({
    ...Fen,
    description: 'What `includeShipping` adds, fen; never more than `refundableFen` of the trade',
  }),
  paidFen: Fen,
  refundableFen: Fen,
  trades: Type.Array(
    Type.Object({
      outTradeNo: OutTradeNo,
      method: Type.Optional(PaymentMethod),
      paidFen: Fen,
      refundableFen: Fen,
    }),
  ),
})
export type RefundList = Static<typeof RefundList>

export const CaseKind = Type.Union([
  Type.Literal('amount_mismatch'),
  Type.Literal('app_mismatch'),
  Type.Literal('seller_mismatch'),
  Type.Literal('notify_refused'),
  Type.Literal('unknown_order'),
  Type.Literal('refund_failed'),
  Type.Literal('outside_refund'),
  Type.Literal('bill_difference'),
  Type.Literal('bill_unavailable'),
  Type.Literal('certificate_expiring'),
  Type.Literal('parked_message'),
])

/**
 * What the system does about a case once an operator approves. `none` only records that the case was dealt with.
 * `book_outside_refund` books a refund that was made elsewhere, once Alipay has confirmed it.
 */
export const CaseAction = Type.Union([
  Type.Literal('none'),
  Type.Literal('retry_refund'),
  Type.Literal('refund_trade'),
  Type.Literal('accept_payment'),
  Type.Literal('query_trade'),
  Type.Literal('book_outside_refund'),
])

/** OPEN → (APPROVED by the first of two operators, where two are required) → RESOLVED. */
export const CaseStatus = Type.Union([Type.Literal('OPEN'), Type.Literal('APPROVED'), Type.Literal('RESOLVED')])

export const Case = Type.Object({
  caseId: Type.String({ pattern: '^case_[0-9a-f]{32}$' }),
  kind: CaseKind,
  status: CaseStatus,
  orderId: Type.Optional(Type.String()),
  outTradeNo: Type.Optional(Type.String()),
  /** What is wrong, for an operator. */
  summary: Type.String(),
  /** The evidence: the signed notify, the row of the bill, the row of the ledger, the dead letter. */
  evidence: Type.Unknown(),
  proposal: Type.Object({ action: CaseAction, why: Type.String() }),
  openedAt: Timestamp,
  resolvedAt: Type.Optional(Timestamp),
  /** What it is about, where its evidence has an amount. */
  amountFen: Type.Optional(Type.Integer()),
  /** Who works on it. */
  claimedBy: Type.Optional(Type.String()),
  claimedAt: Type.Optional(Timestamp),
  /** The actions of operators, oldest first. */
  trail: Type.Array(
    Type.Object({ at: Timestamp, by: Type.String(), what: Type.String(), note: Type.Optional(Type.String()) }),
  ),
})
export type Case = Static<typeof Case>
export const CaseList = Type.Object({ items: Type.Array(Case), nextCursor: Type.Union([Type.String(), Type.Null()]) })

/** Without `preview: false` nothing is done: the response describes what would be done. */
export const ResolveCaseBody = Type.Object(
  {
    action: CaseAction,
    note: Type.String({ minLength: 1, maxLength: 1000, pattern: linesPattern }),
    preview: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type ResolveCaseBody = Static<typeof ResolveCaseBody>

/** One entry of an order's timeline, recorded by one service. */
export const TimelineEntry = Type.Object({
  at: Timestamp,
  service: Type.String(),
  /** A short name, e.g. `OrderPaid`, `notify`, `query`, `close`, `refund`, `case`, `hold`. */
  what: Type.String(),
  /** Its cause: an event, a notify, an operator, the clock. */
  cause: Type.String(),
  detail: Type.Optional(Type.Unknown()),
})
export type TimelineEntry = Static<typeof TimelineEntry>
export const Timeline = Type.Object({
  orderId: OrderId,
  entries: Type.Array(TimelineEntry),
  /** The services that could not answer: their entries are missing. */
  missing: Type.Optional(Type.Array(Type.String())),
})
export type Timeline = Static<typeof Timeline>
