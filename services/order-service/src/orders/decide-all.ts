import type { FulfilmentStatus, NewEvent, OrderEvent, OrderStatus } from '@alipay-checkout/contracts'
import { traceIdOf } from '@alipay-checkout/service-kit'
import { decideFulfilment, type FulfilmentDecision, type FulfilmentInput, type FulfilmentTimes } from './fulfilment.ts'
import { decide } from './order.ts'
import { type Decision, type Input, type Order, reject } from './order-state.ts'

/** One input for one order, with its cause for the timeline and the trace in which it came. */
export interface OrderInput<I = Input> {
  readonly orderId: string
  readonly input: I
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
  /** The trade, the refund or the shipment that the change concerns. */
  readonly about?: string
  /** The fulfilment status that the change led to; absent where it stayed. */
  readonly fulfilmentStatus?: FulfilmentStatus
}

export interface Decisions<D = Decision> {
  /** The changed orders, each once, in its last state. */
  readonly changed: readonly Order[]
  readonly events: readonly NewEvent<OrderEvent>[]
  /** The changes of each changed order, in order. */
  readonly history: ReadonlyMap<string, readonly HistoryEntry[]>
  /** One per input, in order. */
  readonly decisions: readonly D[]
}

/** Decides inputs one after the other; a later input gets the order as an earlier one has changed it. */
export function decideAll(orders: readonly Order[], inputs: readonly OrderInput[], now: Date): Decisions {
  return decideEach(orders, inputs, now, {
    decideOne: (order, input) => decide(order, input, now),
    unknown: reject('unknown_order'),
    aboutOf,
  })
}

/** The same for what happens to orders after they are paid. */
export function decideFulfilments(
  orders: readonly Order[],
  inputs: readonly OrderInput<FulfilmentInput>[],
  times: FulfilmentTimes,
): Decisions<FulfilmentDecision> {
  return decideEach<FulfilmentInput, FulfilmentDecision>(orders, inputs, times.now, {
    decideOne: (order, input) => decideFulfilment(order, input, times),
    unknown: { outcome: 'rejected', reason: 'unknown_order' },
    aboutOf: (_input, decision) => (decision.outcome === 'changed' ? decision.shipment?.shipmentId : undefined),
  })
}

type AnyDecision =
  | { readonly outcome: 'changed'; readonly order: Order; readonly events: readonly NewEvent<OrderEvent>[] }
  | { readonly outcome: 'ignored' | 'rejected' }

function decideEach<I, D extends AnyDecision>(
  orders: readonly Order[],
  inputs: readonly OrderInput<I>[],
  now: Date,
  rules: {
    decideOne: (order: Order, input: I) => D
    unknown: D
    aboutOf: (input: I, decision: D) => string | undefined
  },
): Decisions<D> {
  const current = new Map(orders.map(order => [order.orderId, order]))
  const changed = new Map<string, Order>()
  const history = new Map<string, HistoryEntry[]>()
  const events: NewEvent<OrderEvent>[] = []
  const decisions = inputs.map(({ orderId, input, cause, traceparent }) => {
    const order = current.get(orderId)
    if (!order) return rules.unknown
    const decision = rules.decideOne(order, input)
    if (decision.outcome === 'changed') {
      current.set(orderId, decision.order)
      changed.set(orderId, decision.order)
      events.push(...decision.events.map(event => ({ ...event, ...traceOfEvent(order, traceparent) })))
      const about = rules.aboutOf(input, decision)
      const { status } = decision.order.fulfilment
      const entries = history.get(orderId) ?? []
      entries.push({
        at: now.toISOString(),
        from: order.status,
        to: decision.order.status,
        events: decision.events.map(event => event.type),
        cause,
        ...(about === undefined ? {} : { about }),
        ...(status === order.fulfilment.status ? {} : { fulfilmentStatus: status }),
      })
      history.set(orderId, entries)
    }
    return decision
  })
  return { changed: [...changed.values()], events, history, decisions }
}

/**
 * The trace that an order's events continue: of the event that caused them, if that is in the order's own trace, else the
 * order's, with a link to what caused them, such as a request to cancel it.
 */
function traceOfEvent(order: Order, cause: string | undefined): { traceparent?: string; link?: string } {
  const { traceparent } = order
  if (traceparent === undefined || traceIdOf(traceparent) === traceIdOf(cause))
    return cause ? { traceparent: cause } : {}
  return cause ? { traceparent, link: cause } : { traceparent }
}

function aboutOf(input: Input): string | undefined {
  switch (input.type) {
    case 'paymentSucceeded':
      return input.payment.tradeNo
    case 'paymentRefunded':
    case 'refundFailed':
      return input.refund.refundId
    case 'outsideRefundDetected':
      return input.requestNo ?? input.tradeNo
    default:
      return undefined
  }
}
