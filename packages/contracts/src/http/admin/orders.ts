import Type, { type Static } from 'typebox'
import {
  CustomerId,
  Fen,
  FulfilmentStatus,
  linesPattern,
  OrderId,
  OrderLine,
  PaymentMethod,
  Reference,
  Timestamp,
} from '../../events/shapes.ts'
import { Case, RefundList } from '../money.ts'
import { Order, OrderStatus } from '../orders.ts'
import { ShipTo } from '../recipient.ts'
import { ShipmentList } from '../shipments.ts'
import { DayOrTime, pageOfItems, ReasonBody } from './paging.ts'
import { AdminPayment } from './payments.ts'

/**
 * What is unusual about an order: some of its payment was refunded; it was paid after its end and accepted; units that
 * were shipped already were refunded.
 */
export const OrderFlag = Type.Union([
  Type.Literal('refunded'),
  Type.Literal('paid_late'),
  Type.Literal('refunded_after_shipping'),
])
export type OrderFlag = Static<typeof OrderFlag>

/** An order in a list for the shop's staff. */
export const AdminOrderRow = Type.Object({
  orderId: OrderId,
  customerId: CustomerId,
  orderStatus: OrderStatus,
  fulfilmentStatus: FulfilmentStatus,
  totalFen: Fen,
  refundedFen: Fen,
  units: Type.Integer({ description: 'Units of all lines' }),
  reference: Type.Optional(Reference),
  method: Type.Optional(PaymentMethod),
  flags: Type.Array(OrderFlag),
  createdAt: Timestamp,
  expiresAt: Timestamp,
  paidAt: Type.Optional(Timestamp),
})
export type AdminOrderRow = Static<typeof AdminOrderRow>

const Amount = Type.String({ pattern: '^\\d{1,11}$', description: 'Fen' })

/** Filters of the list of orders. They are combined with "and". */
export const OrderFilters = {
  status: Type.Optional(OrderStatus),
  fulfilment: Type.Optional(FulfilmentStatus),
  customer: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  reference: Type.Optional(Reference),
  method: Type.Optional(PaymentMethod),
  from: Type.Optional(DayOrTime),
  to: Type.Optional({ ...DayOrTime, description: 'A day in Beijing, with the whole day, or a moment' }),
  minFen: Type.Optional(Amount),
  maxFen: Type.Optional(Amount),
  flag: Type.Optional(OrderFlag),
  paid: Type.Optional(Type.Literal('true', { description: 'Whose payment was accepted, refunded or not' })),
} as const

/** Newest first. A page may have fewer items than its limit although `nextCursor` is set: see `searchedTo`. */
export const AdminOrderPage = Type.Object({
  ...pageOfItems(AdminOrderRow).properties,
  searchedTo: Type.Union([Timestamp, Type.Null()], {
    description:
      'With filters that no index serves, each page searches a limited number of orders: up to the orders of this time. ' +
      'Null where everything was searched',
  }),
})
export type AdminOrderPage = Static<typeof AdminOrderPage>

/** What order-service knows about an order, for the shop's staff. The recipient is masked. */
export const AdminOrderDetails = Type.Object({
  ...Order.properties,
  customerId: CustomerId,
  items: Type.Array(OrderLine),
  closeReason: Type.Optional(Type.String()),
  traceId: Type.Optional(
    Type.String({ description: 'The trace of the order, which its log lines name; not every trace is recorded' }),
  ),
  refundedFen: Fen,
  flags: Type.Array(OrderFlag),
  shipments: ShipmentList,
  recipient: Type.Optional(
    Type.Object(
      { shipTo: Type.Optional(Type.Partial(ShipTo)), note: Type.Optional(Type.String()) },
      { description: 'Masked: `GET /api/admin/orders/{id}/recipient` shows it to those who may see it' },
    ),
  ),
  notes: Type.Array(Type.Object({ at: Timestamp, by: Type.String(), note: Type.String() }), {
    description: 'What the staff wrote, oldest first',
  }),
})
export type AdminOrderDetails = Static<typeof AdminOrderDetails>

export const OrderStock = Type.Object({
  items: Type.Array(
    Type.Object({
      sku: Type.String(),
      quantity: Type.Integer(),
      status: Type.String({ description: 'RESERVED, COMMITTED (sold), RELEASED or REJECTED' }),
      returned: Type.Integer({ description: 'Units of a sold line that are on sale again' }),
    }),
  ),
})
export type OrderStock = Static<typeof OrderStock>

/** One order as all services know it. What a service that could not answer knows is absent. */
export const AdminOrder = Type.Object({
  orderId: OrderId,
  order: Type.Optional(AdminOrderDetails),
  payment: Type.Optional(AdminPayment),
  refunds: Type.Optional(RefundList),
  stock: Type.Optional(OrderStock),
  cases: Type.Optional(Type.Array(Case)),
  missing: Type.Array(Type.String(), { description: 'Services that could not answer' }),
})
export type AdminOrder = Static<typeof AdminOrder>

/** A step of a trace: what one process did, and when. */
export const TraceSpan = Type.Object({
  spanId: Type.String(),
  parentSpanId: Type.Optional(Type.String({ description: 'May name a span that was not recorded' })),
  name: Type.String(),
  service: Type.String(),
  startedAt: Timestamp,
  startMs: Type.Number({ description: 'After the start of the trace' }),
  durationMs: Type.Number(),
  error: Type.Optional(Type.String()),
  linkedTraceIds: Type.Array(Type.String(), {
    description: 'Other traces, such as that of the request that caused it',
  }),
})
export type TraceSpan = Static<typeof TraceSpan>

/** The trace of an order. */
export const OrderTrace = Type.Object({
  orderId: OrderId,
  traceId: Type.Union([Type.String(), Type.Null()], { description: 'Null for an order that was placed before traces' }),
  state: Type.Union([Type.Literal('no_source'), Type.Literal('not_recorded'), Type.Literal('recorded')], {
    description:
      '`no_source`: the setting TRACES_URL is not set. `not_recorded`: the trace was not sampled, or is no longer kept',
  }),
  spans: Type.Array(TraceSpan, { description: 'In the order of their start' }),
})
export type OrderTrace = Static<typeof OrderTrace>

export const CancelledOrder = Type.Object({ orderId: OrderId, orderStatus: OrderStatus })
export type CancelledOrder = Static<typeof CancelledOrder>

export const CancelOrderBody = ReasonBody

export const StaffNoteBody = Type.Object(
  { note: Type.String({ minLength: 1, maxLength: 1000, pattern: linesPattern }) },
  { additionalProperties: false },
)
export type StaffNoteBody = Static<typeof StaffNoteBody>

/** Orders of today, by the database's clock, in Beijing. */
export const OrdersToday = Type.Object({
  states: Type.Array(
    Type.Object({
      orderStatus: OrderStatus,
      count: Type.Integer(),
      oldestAt: Type.Union([Timestamp, Type.Null()]),
    }),
    { description: 'Open states: all orders in them. Final states: orders placed today' },
  ),
  hours: Type.Array(
    Type.Object({
      from: Timestamp,
      placed: Type.Integer(),
      paid: Type.Integer({ description: 'Of the orders placed in this hour' }),
    }),
    { description: 'The last 24 hours, oldest first' },
  ),
  paidDelay: Type.Union(
    [Type.Object({ orders: Type.Integer(), p50Ms: Type.Integer(), p95Ms: Type.Integer() }), Type.Null()],
    { description: 'From Alipay’s time of the payment to PAID, of the newest paid orders' },
  ),
  countedAt: Timestamp,
})
export type OrdersToday = Static<typeof OrdersToday>
