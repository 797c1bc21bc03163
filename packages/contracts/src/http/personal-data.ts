import Type, { type Static } from 'typebox'
import { CustomerId, OrderId, Timestamp } from '../events/shapes.ts'
import { TimelineEntry } from './money.ts'
import { Order } from './orders.ts'
import { OrderNote, ShipTo } from './recipient.ts'
import { Shipment } from './shipments.ts'

/** Orders of one page of an export, and of one step of an erasure: few, so that each answer and transaction is small. */
export const exportedOrdersMax = 20
export const erasedOrdersMax = 100

/** An order with what only its customer and the shop may see. */
export const ExportedOrder = Type.Object({
  ...Order.properties,
  shipTo: Type.Optional(ShipTo),
  note: Type.Optional(OrderNote),
  shipments: Type.Optional(Type.Array(Shipment)),
  /** Of order-service. */
  timeline: Type.Array(TimelineEntry),
})
export type ExportedOrder = Static<typeof ExportedOrder>

export const ExportedOrderPage = Type.Object({
  items: Type.Array(ExportedOrder),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
})
export type ExportedOrderPage = Static<typeof ExportedOrderPage>

/** The payment of an order, as the tables of payment-service have it. */
export const ExportedPayment = Type.Object(
  {
    orderId: OrderId,
    attempts: Type.Array(Type.Object({}, { additionalProperties: true })),
    refunds: Type.Array(Type.Object({}, { additionalProperties: true })),
    /** As Alipay sent them; the 200 newest of each trade number. The body is empty once its retention is over. */
    notifies: Type.Array(Type.Object({}, { additionalProperties: true })),
    cases: Type.Array(Type.Object({}, { additionalProperties: true })),
  },
  { additionalProperties: true },
)
export type ExportedPayment = Static<typeof ExportedPayment>

/** Everything that the system stores about a customer. */
export const CustomerExport = Type.Object({
  customerId: CustomerId,
  exportedAt: Timestamp,
  orders: Type.Array(ExportedOrder),
  payments: Type.Array(ExportedPayment),
})
export type CustomerExport = Static<typeof CustomerExport>

/** An order whose personal data is kept, and why. */
export const KeptOrder = Type.Object({ orderId: OrderId, why: Type.String() })
export type KeptOrder = Static<typeof KeptOrder>

export const ErasedCustomer = Type.Object({
  /** Orders that this request has erased. */
  erasedOrders: Type.Integer({ minimum: 0 }),
  keptOrders: Type.Array(KeptOrder),
})
export type ErasedCustomer = Static<typeof ErasedCustomer>

/** A page of a customer's orders, oldest first: those whose data can be erased, and the others. */
export const ErasableOrders = Type.Object({
  orderIds: Type.Array(OrderId),
  keptOrders: Type.Array(KeptOrder),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
})
export type ErasableOrders = Static<typeof ErasableOrders>

const pseudonymPattern = '^erased_[0-9a-f]{32}$'

/** Whether a customer's id is the pseudonym that an erasure has put in its place. */
export const isErased = (customerId: string): boolean => new RegExp(pseudonymPattern).test(customerId)

/** One step of an erasure in one service. `by` requested it. */
export const EraseStep = Type.Object({
  customerId: Type.String({ minLength: 1, maxLength: 128 }),
  pseudonym: Type.String({ pattern: pseudonymPattern }),
  by: Type.String({ minLength: 1, maxLength: 128 }),
  orderIds: Type.Array(OrderId, { maxItems: erasedOrdersMax }),
})
export type EraseStep = Static<typeof EraseStep>

export const OrderIds = Type.Object({ orderIds: Type.Array(OrderId, { minItems: 1, maxItems: exportedOrdersMax }) })
