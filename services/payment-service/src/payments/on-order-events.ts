import {
  type EventOf,
  OrderCancelled,
  OrderClosing,
  OrderCreated,
  OrderExpired,
  OrderRejected,
} from '@alipay-checkout/contracts'
import { type Handler, onLoaded, RefusedEvent } from '@alipay-checkout/messaging'
import type { Tx } from '@alipay-checkout/service-kit/database'
import { decideAll, type PaymentInput } from './decide-all.ts'
import { decisionWrites, lockPayments } from './payment-store.ts'

/** OrderPaid is our own news coming back; there is nothing to do about it. */
const types = [OrderCreated, OrderClosing, OrderExpired, OrderCancelled, OrderRejected] as const

/** Who wants to hear what a batch of order events did, once it is committed. */
export interface OrderEventsListener {
  /** These payments are known now. */
  expected(orderIds: readonly string[]): void
  /** Some attempts are to be closed at Alipay. */
  closing(): void
}

/**
 * What orders are to be paid, and which are over: five statements for a batch, whatever its size. An event that can't
 * be right throws, naming it: alone in its batch it is parked with that reason.
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
      quiet: decided.events.length === 0,
      afterCommit() {
        if (decided.created.length > 0) listener.expected(decided.created.map(({ orderId }) => orderId))
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
      const lines = event.data.lines.map(({ sku, quantity, unitPriceFen }) => ({ sku, quantity, unitPriceFen }))
      const order = { orderId, customerId, amountFen: totalFen, expiresAt: new Date(expiresAt), traceparent, lines }
      return { orderId, input: { type: 'orderCreated', order } }
    }
    case 'OrderClosing':
      return { orderId, input: { type: 'closingRequested', reason: event.data.reason, at } }
    default:
      return { orderId, input: { type: 'orderEnded', at } }
  }
}
