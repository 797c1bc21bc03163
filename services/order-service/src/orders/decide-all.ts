import type { NewEvent, OrderEvent, OrderStatus } from '@alipay-checkout/contracts'
import { decide } from './order.ts'
import { type Decision, type Input, type Order, reject } from './order-state.ts'

/** One input for one order, with its cause for the timeline and the trace that it belongs to. */
export interface OrderInput {
  readonly orderId: string
  readonly input: Input
  readonly cause: string
  readonly traceparent?: string | undefined
}

/** One change of an order, for its timeline. */
export interface HistoryEntry {
  readonly at: string
  readonly from: OrderStatus
  readonly to: OrderStatus
  /** The types of the events that were published. */
  readonly events: readonly string[]
  readonly cause: string
  /** The trade or the refund that the change concerns. */
  readonly about?: string
}

export interface Decisions {
  /** The changed orders, each once, in its last state. */
  readonly changed: readonly Order[]
  readonly events: readonly NewEvent<OrderEvent>[]
  /** The changes of each changed order, in order. */
  readonly history: ReadonlyMap<string, readonly HistoryEntry[]>
  /** One per input, in order. */
  readonly decisions: readonly Decision[]
}

/** Decides inputs one after the other; a later input gets the order as an earlier one has changed it. */
export function decideAll(orders: readonly Order[], inputs: readonly OrderInput[], now: Date): Decisions {
  const current = new Map(orders.map(order => [order.orderId, order]))
  const changed = new Map<string, Order>()
  const history = new Map<string, HistoryEntry[]>()
  const events: NewEvent<OrderEvent>[] = []
  const decisions = inputs.map(({ orderId, input, cause, traceparent }) => {
    const order = current.get(orderId)
    if (!order) return reject('unknown_order')
    const decision = decide(order, input, now)
    if (decision.outcome === 'changed') {
      current.set(orderId, decision.order)
      changed.set(orderId, decision.order)
      events.push(...decision.events.map(event => (traceparent ? { ...event, traceparent } : event)))
      const entries = history.get(orderId) ?? []
      entries.push({
        at: now.toISOString(),
        from: order.status,
        to: decision.order.status,
        events: decision.events.map(event => event.type),
        cause,
        ...aboutOf(input),
      })
      history.set(orderId, entries)
    }
    return decision
  })
  return { changed: [...changed.values()], events, history, decisions }
}

function aboutOf(input: Input): { about?: string } {
  switch (input.type) {
    case 'paymentSucceeded':
      return { about: input.payment.tradeNo }
    case 'paymentRefunded':
    case 'refundFailed':
      return { about: input.refund.refundId }
    case 'outsideRefundDetected':
      return { about: input.requestNo ?? input.tradeNo }
    default:
      return {}
  }
}
