import type { EventType } from './event.ts'
import { ProductChanged, StockRejected, StockReserved } from './inventory-events.ts'
import { OrderCancelled, OrderClosing, OrderCreated, OrderExpired, OrderPaid, OrderRejected } from './order-events.ts'
import { PaymentClosed, PaymentSucceeded } from './payment-events.ts'

/** Every event type there is, by name. */
export const eventTypes: ReadonlyMap<string, EventType> = new Map(
  [
    OrderCreated,
    OrderClosing,
    OrderPaid,
    OrderExpired,
    OrderCancelled,
    OrderRejected,
    PaymentSucceeded,
    PaymentClosed,
    StockReserved,
    StockRejected,
    ProductChanged,
  ].map(type => [type.name, type as EventType]),
)
