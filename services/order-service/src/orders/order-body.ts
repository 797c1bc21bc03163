import {
  type MoneyNote,
  type Order as OrderBody,
  type OrderStatusAnswer,
  type OwnOrder,
  type Recipient,
  type Shipment,
  type ShipmentList,
  shopStatus,
} from '@alipay-checkout/contracts'
import { left, refundedShippedLines } from './fulfilment.ts'
import type { OrderRefund } from './order-refunds.ts'
import type { Order, OrderShipment } from './order-state.ts'

/** The order as the API shows it. */
export function orderBody(order: Order): OrderBody {
  const notes = moneyNotes(order)
  return {
    orderId: order.orderId,
    status: shopStatus(order.status),
    orderStatus: order.status,
    totalFen: order.totalFen,
    currency: 'CNY',
    items: [...order.lines],
    adjustments: [...order.adjustments],
    ...(order.reference === undefined ? {} : { reference: order.reference }),
    ...(order.metadata === undefined ? {} : { metadata: order.metadata }),
    fulfilmentStatus: order.fulfilment.status,
    createdAt: order.createdAt.toISOString(),
    expiresAt: order.expiresAt.toISOString(),
    ...(order.status === 'PAID' || order.status === 'REFUNDED' ? { paidAt: order.payment.paidAt } : {}),
    ...(notes.length > 0 ? { moneyNotes: notes } : {}),
  }
}

/** The order as the API shows it to its owner. */
export function ownOrderBody(order: Order, recipient: Omit<Recipient, 'orderId'>): OwnOrder {
  const shipments = order.fulfilment.shipments.map(shipment => shipmentBody(order.orderId, shipment))
  return { ...orderBody(order), ...recipient, ...(shipments.length > 0 ? { shipments } : {}) }
}

/** The order's status alone, as the API shows it. */
export function statusBody({ orderId, status }: Pick<Order, 'orderId' | 'status'>): OrderStatusAnswer {
  return { orderId, status: shopStatus(status), orderStatus: status }
}

/** The shipment as the API shows it: without who reported it. */
export function shipmentBody(orderId: string, shipment: OrderShipment): Shipment {
  const { shipmentId, carrier, trackingNumber, lines, shippedAt, deliveredAt } = shipment
  const delivered = deliveredAt === undefined ? {} : { deliveredAt }
  return { shipmentId, orderId, carrier, trackingNumber, lines: [...lines], shippedAt, ...delivered }
}

/** The shipments of an order, and what is left to ship, as the API shows them. */
export function shipmentList(order: Order): ShipmentList {
  const { status, shipments } = order.fulfilment
  return {
    fulfilmentStatus: status,
    items: shipments.map(shipment => shipmentBody(order.orderId, shipment)),
    left: left(order),
    refundedShippedLines: refundedShippedLines(order),
  }
}

/** The money notes about late payments and refunds, oldest first. */
export function moneyNotes(order: Order): MoneyNote[] {
  const notes = order.refunds
    .filter(({ progress }) => progress !== 'settled')
    .map((refund): MoneyNote => ({ kind: noteKind(refund), amountFen: refund.amountFen, at: refund.at }))
  if ((order.status === 'PAID' || order.status === 'REFUNDED') && order.acceptedLateAt !== undefined) {
    notes.push({ kind: 'late_payment_accepted', amountFen: order.payment.amountFen, at: order.acceptedLateAt })
  }
  return notes.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))
}

function noteKind({ reason, progress }: OrderRefund): MoneyNote['kind'] {
  if (progress === 'failed') return 'refund_delayed'
  if (reason === 'requested') return 'refunded'
  return `${reason}_${progress === 'done' ? 'returned' : 'returning'}`
}
