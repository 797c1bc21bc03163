import {
  type BeforeReinstating,
  type CloseReason,
  type Fulfilment,
  type Order,
  type OrderState,
  unfulfilled,
} from './order-state.ts'
import type { orders } from './schema.ts'

type Row = Omit<typeof orders.$inferSelect, 'history'>

/** The order of a row. Throws where a column is missing that the table's checks require. */
export function toOrder(row: Row): Order {
  const { orderId, customerId, totalFen, lines, createdAt, expiresAt, refunds } = row
  return {
    orderId,
    customerId,
    totalFen,
    lines,
    adjustments: row.adjustments ?? [],
    reference: row.reference ?? undefined,
    metadata: row.metadata ?? undefined,
    traceparent: row.traceparent ?? undefined,
    createdAt,
    expiresAt,
    refunds,
    fulfilment: fulfilmentOf(row),
    ...stateOf(row),
  }
}

function fulfilmentOf({ fulfilmentStatus, shipments, completeAt }: Row): Fulfilment {
  if (fulfilmentStatus === null) return unfulfilled
  return { status: fulfilmentStatus, shipments: shipments ?? [], ...(completeAt ? { completeAt } : {}) }
}

function stateOf(row: Row): OrderState {
  const { status, refundedFen, acceptedLateAt } = row
  switch (status) {
    case 'RESERVING':
    case 'CLOSING':
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
      return originOf(row, status)
    case 'PENDING_PAYMENT':
      return { status }
    case 'REINSTATING':
      return { status, from: originOf(row, row.reinstatingFrom ?? missing(row)), payment: paymentOf(row), refundedFen }
    case 'PAID':
    case 'REFUNDED': {
      const late = acceptedLateAt ? { acceptedLateAt: acceptedLateAt.toISOString() } : {}
      return { status, payment: paymentOf(row), refundedFen, ...late }
    }
  }
}

function originOf(row: Row, status: BeforeReinstating['status']): BeforeReinstating {
  switch (status) {
    case 'CLOSING':
      return { status, reason: row.closeReason ?? missing(row), reserved: row.reserved }
    case 'REJECTED':
      return { status, shortages: row.shortages ?? [] }
    default:
      return { status }
  }
}

function paymentOf(row: Row) {
  return row.payment ?? missing(row)
}

function missing({ orderId, status }: Row): never {
  throw new Error(`${orderId} is ${status}, and what belongs to that is missing`)
}

/** The columns of an order's state; a column that is left out is set to its default. */
export function rowOf(order: Order): object {
  return {
    order_id: order.orderId,
    status: order.status,
    ...(order.refunds.length > 0 ? { refunds: order.refunds } : {}),
    ...fulfilmentColumns(order.fulfilment),
    ...stateColumns(order),
  }
}

function fulfilmentColumns({ status, shipments, completeAt }: Fulfilment): object {
  return status === 'UNFULFILLED' ? {} : { fulfilment_status: status, shipments, complete_at: completeAt }
}

function stateColumns(order: OrderState): object {
  switch (order.status) {
    case 'CLOSING':
      return { close_reason: order.reason satisfies CloseReason, reserved: order.reserved }
    case 'REJECTED':
      return { shortages: order.shortages }
    case 'REINSTATING':
      return {
        ...stateColumns(order.from),
        payment: order.payment,
        reinstating_from: order.from.status,
        refunded_fen: order.refundedFen,
      }
    case 'PAID':
    case 'REFUNDED':
      return { payment: order.payment, refunded_fen: order.refundedFen, accepted_late_at: order.acceptedLateAt }
    default:
      return {}
  }
}
