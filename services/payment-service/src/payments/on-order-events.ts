import {
  type Adjustment,
  type EventOf,
  OrderCancelled,
  OrderClosing,
  OrderCreated,
  OrderExpired,
  type OrderLine,
  OrderRejected,
} from '@alipay-checkout/contracts'
import { type Handler, onLoaded, RefusedEvent } from '@alipay-checkout/messaging'
import type { Tx } from '@alipay-checkout/service-kit/database'
import { decideAll, type PaymentInput } from './decide-all.ts'
import type { OrderedLine } from './payment.ts'
import { decisionWrites, lockPayments } from './payment-store.ts'

/** OrderPaid only confirms PaymentSucceeded, so it is not handled. */
const types = [OrderCreated, OrderClosing, OrderExpired, OrderCancelled, OrderRejected] as const

/** Called after the commit of a batch of order events. */
export interface OrderEventsListener {
  /** These payments have been created. */
  created(orderIds: readonly string[]): void
  /** Some attempts are due for closing at Alipay. */
  closing(): void
}

/**
 * Creates payments for new orders and closes those of orders that are over: five statements for a batch, whatever its
 * size. An event that cannot be right throws, and is dead-lettered with that reason once it is alone in its batch.
 */
export function onOrderEvents(listener: OrderEventsListener): Handler {
  const load = (tx: Tx, events: EventOf<(typeof types)[number]>[]) =>
    lockPayments(
      tx,
      events.map(event => event.data.orderId),
    )
  return onLoaded(types, load, ({ payments, now }, events) => {
    const inputs = events.map(event => toInput(event, now))
    const decided = decideAll(payments, inputs)
    for (const [index, decision] of decided.decisions.entries()) {
      if (decision.outcome === 'rejected') {
        throw new RefusedEvent(`${decision.reason}: ${inputs[index]?.input.type} for ${inputs[index]?.orderId}`)
      }
    }
    return {
      writes: decisionWrites(decided, now),
      events: decided.events,
      now,
      afterCommit() {
        if (decided.created.length > 0) listener.created(decided.created.map(({ orderId }) => orderId))
        if (decided.changed.some(({ status }) => status === 'CLOSING')) listener.closing()
      },
    }
  })
}

function toInput(event: EventOf<(typeof types)[number]>, at: Date): PaymentInput {
  const { orderId } = event.data
  switch (event.type) {
    case 'OrderCreated': {
      const { customerId, totalFen, expiresAt } = event.data
      const { traceparent } = event
      const lines = event.data.lines.map(orderedLine)
      const shippingFen = shippingOf(event.data.adjustments)
      const details = { amountFen: totalFen, expiresAt: new Date(expiresAt), lines, shippingFen }
      return { orderId, input: { type: 'orderCreated', order: { orderId, customerId, traceparent, ...details } } }
    }
    case 'OrderClosing':
      return { orderId, input: { type: 'closingRequested', reason: event.data.reason, at } }
    default:
      return { orderId, input: { type: 'orderEnded', at } }
  }
}

function orderedLine({ sku, quantity, unitPriceFen, adjustmentFen }: OrderLine): OrderedLine {
  return adjustmentFen ? { sku, quantity, unitPriceFen, adjustmentFen } : { sku, quantity, unitPriceFen }
}

/** What an order pays for shipping; undefined for nothing. */
function shippingOf(adjustments: readonly Adjustment[] = []): number | undefined {
  const fen = adjustments.reduce((sum, { type, amountFen }) => (type === 'shipping' ? sum + amountFen : sum), 0)
  return fen || undefined
}
