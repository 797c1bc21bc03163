import type { FulfilmentStatus, LineUnits, NewEvent, OrderEvent } from '@alipay-checkout/contracts'
import { assertNever } from '@alipay-checkout/service-kit'
import { orderCompleted, orderDelivered, orderShipped } from './order-events.ts'
import { refundedUnitsOf } from './order-refunds.ts'
import { type Fulfilment, type Order, type OrderShipment, unfulfilled } from './order-state.ts'
import { mergeUnits, subtractUnits } from './units.ts'

/** Keeps the order's row small. */
export const shipmentsMax = 100

/** What the people who ship report of an order, and the clock. `lines` absent: all that is left. */
export type FulfilmentInput =
  | {
      readonly type: 'ship'
      readonly lines?: readonly LineUnits[] | undefined
      readonly carrier: string
      readonly trackingNumber: string
      readonly by: string
      /** A repeat with this key is the same shipment, if the hash of its request is the same. */
      readonly repeatable?: { readonly idempotencyKey: string; readonly requestHash: string } | undefined
    }
  | { readonly type: 'delivered'; readonly shipmentId: string }
  | { readonly type: 'complete' }

export type FulfilmentDecision =
  | {
      readonly outcome: 'changed'
      readonly order: Order
      readonly events: readonly NewEvent<OrderEvent>[]
      /** The new shipment, or the delivered one. */
      readonly shipment?: OrderShipment
    }
  | { readonly outcome: 'ignored'; readonly reason: 'repeated' | 'already_delivered'; readonly shipment: OrderShipment }
  | { readonly outcome: 'ignored'; readonly reason: 'not_due' | 'already_completed' }
  | { readonly outcome: 'rejected'; readonly reason: 'exceeds'; readonly left: readonly LineUnits[] }
  | {
      readonly outcome: 'rejected'
      readonly reason:
        | 'unknown_order'
        | 'not_paid'
        | 'nothing_left'
        | 'key_reused'
        | 'too_many_shipments'
        | 'unknown_shipment'
    }

/** `completeAfterMs`: how long after an order is DELIVERED it is completed. */
export interface FulfilmentTimes {
  readonly now: Date
  readonly completeAfterMs: number
}

/** Decides what an input changes in the fulfilment of an order. Pure. */
export function decideFulfilment(order: Order, input: FulfilmentInput, times: FulfilmentTimes): FulfilmentDecision {
  switch (input.type) {
    case 'ship':
      return ship(order, input, times)
    case 'delivered':
      return deliver(order, input.shipmentId, times)
    case 'complete':
      return complete(order, times.now)
    default:
      return assertNever(input)
  }
}

function ship(
  order: Order,
  input: Extract<FulfilmentInput, { type: 'ship' }>,
  times: FulfilmentTimes,
): FulfilmentDecision {
  const { carrier, trackingNumber, by, repeatable } = input
  const { shipments } = order.fulfilment
  const repeated = repeatable && shipments.find(one => one.idempotencyKey === repeatable.idempotencyKey)
  if (repeated) {
    if (repeated.requestHash !== repeatable.requestHash) return { outcome: 'rejected', reason: 'key_reused' }
    return { outcome: 'ignored', reason: 'repeated', shipment: repeated }
  }
  if (!isShippable(order)) return { outcome: 'rejected', reason: 'not_paid' }
  const rest = left(order)
  if (rest.length === 0) return { outcome: 'rejected', reason: 'nothing_left' }
  const lines = input.lines ? mergeUnits(input.lines) : rest
  if (subtractUnits(lines, rest).length > 0) return { outcome: 'rejected', reason: 'exceeds', left: rest }
  if (shipments.length >= shipmentsMax) return { outcome: 'rejected', reason: 'too_many_shipments' }
  const shipment: OrderShipment = {
    shipmentId: `shp_${order.orderId.slice('ord_'.length)}_${shipments.length + 1}`,
    carrier,
    trackingNumber,
    lines,
    shippedAt: times.now.toISOString(),
    by,
    ...repeatable,
  }
  const shipped = withShipments(order, [...shipments, shipment], times)
  return { outcome: 'changed', order: shipped, events: [orderShipped(shipped, shipment)], shipment }
}

function isShippable(order: Order): boolean {
  switch (order.status) {
    case 'PAID':
      return true
    case 'RESERVING':
    case 'PENDING_PAYMENT':
    case 'CLOSING':
    // Its stock is not reserved yet.
    case 'REINSTATING':
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
    case 'REFUNDED':
      return false
    default:
      return assertNever(order)
  }
}

/** A parcel that is on its way arrives whatever happens to the order, so every status takes it. */
function deliver(order: Order, shipmentId: string, times: FulfilmentTimes): FulfilmentDecision {
  const { shipments } = order.fulfilment
  const known = shipments.find(one => one.shipmentId === shipmentId)
  if (!known) return { outcome: 'rejected', reason: 'unknown_shipment' }
  if (known.deliveredAt !== undefined) return { outcome: 'ignored', reason: 'already_delivered', shipment: known }
  const shipment = { ...known, deliveredAt: times.now.toISOString() }
  const delivered = withShipments(
    order,
    shipments.map(one => (one === known ? shipment : one)),
    times,
  )
  return { outcome: 'changed', order: delivered, events: [orderDelivered(delivered, shipment)], shipment }
}

function complete(order: Order, now: Date): FulfilmentDecision {
  const { status, shipments, completeAt } = order.fulfilment
  switch (status) {
    case 'UNFULFILLED':
    case 'PARTIALLY_SHIPPED':
    case 'SHIPPED':
      return { outcome: 'ignored', reason: 'not_due' }
    case 'DELIVERED': {
      if (completeAt === undefined || now < completeAt) return { outcome: 'ignored', reason: 'not_due' }
      const completed = { ...order, fulfilment: { status: 'COMPLETED', shipments } as const }
      return { outcome: 'changed', order: completed, events: [orderCompleted(completed, now)] }
    }
    case 'COMPLETED':
      return { outcome: 'ignored', reason: 'already_completed' }
    default:
      return assertNever(status)
  }
}

/** The order with its fulfilment as it is with these shipments, or after a refund with the same ones. */
export function withShipments<O extends Order>(
  order: O,
  shipments: readonly OrderShipment[],
  { now, completeAfterMs }: FulfilmentTimes,
): O {
  const before = order.fulfilment
  const status = statusWith(order, shipments)
  if (status !== 'DELIVERED') {
    return { ...order, fulfilment: shipments.length === 0 ? unfulfilled : { status, shipments } }
  }
  const completeAt = before.completeAt ?? new Date(now.getTime() + completeAfterMs)
  return { ...order, fulfilment: { status, shipments, completeAt } }
}

function statusWith(order: Order, shipments: readonly OrderShipment[]): FulfilmentStatus {
  if (order.fulfilment.status === 'COMPLETED') return 'COMPLETED'
  if (shipments.length === 0) return 'UNFULFILLED'
  if (left({ ...order, fulfilment: { ...order.fulfilment, shipments } }).length > 0) return 'PARTIALLY_SHIPPED'
  return shipments.every(({ deliveredAt }) => deliveredAt !== undefined) ? 'DELIVERED' : 'SHIPPED'
}

/** Units by SKU that may be shipped: paid, not refunded and not shipped. */
export function left(order: Order): LineUnits[] {
  return isShippable(order) ? subtractUnits(keptUnits(order), shippedUnits(order.fulfilment)) : []
}

/** Units by SKU that were shipped and are refunded all the same: they should come back, or be stopped on their way. */
export function refundedShippedLines(order: Order): LineUnits[] {
  return subtractUnits(shippedUnits(order.fulfilment), keptUnits(order))
}

/** Ordered units that the payment of the order still pays for. */
function keptUnits(order: Order): LineUnits[] {
  if (order.status === 'REFUNDED') return []
  return 'payment' in order ? subtractUnits(order.lines, refundedUnitsOf(order.refunds, order.payment.tradeNo)) : []
}

function shippedUnits({ shipments }: Fulfilment): LineUnits[] {
  return shipments.flatMap(({ lines }) => lines)
}
