import type { EventType, Topic } from './event.ts'
import { ProductChanged, StockRejected, StockReserved } from './inventory-events.ts'
import {
  OrderCancelled,
  OrderClosing,
  OrderCompleted,
  OrderCreated,
  OrderDelivered,
  OrderExpired,
  OrderLinesReturned,
  OrderPaid,
  OrderRefunded,
  OrderReinstating,
  OrderRejected,
  OrderShipped,
  RefundRequested,
} from './order-events.ts'
import {
  OutsideRefundDetected,
  PaymentClosed,
  PaymentRefunded,
  PaymentSucceeded,
  RefundFailed,
} from './payment-events.ts'

/** All event types by name. */
export const eventTypes: ReadonlyMap<string, EventType> = new Map(
  [
    OrderCreated,
    OrderClosing,
    OrderPaid,
    OrderExpired,
    OrderCancelled,
    OrderRejected,
    OrderReinstating,
    RefundRequested,
    OrderLinesReturned,
    OrderShipped,
    OrderDelivered,
    OrderCompleted,
    OrderRefunded,
    PaymentSucceeded,
    PaymentClosed,
    PaymentRefunded,
    RefundFailed,
    OutsideRefundDetected,
    StockReserved,
    StockRejected,
    ProductChanged,
  ].map(type => [type.name, type as EventType]),
)

/**
 * The consumer groups. Each has a topic for its dead letters (`<group>.dlq`), which payment-service watches and turns into
 * cases. A group's name is a contract: renaming it replays history.
 */
export const consumerGroups: readonly string[] = ['order-service', 'payment-service', 'inventory-service']

/** The topics of events that each of these groups consumes. */
export const consumedTopics = {
  'order-service': ['inventory.events', 'payment.events'],
  'payment-service': ['order.events'],
  'inventory-service': ['order.events'],
} as const satisfies Readonly<Record<string, readonly Topic[]>>
