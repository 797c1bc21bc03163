import type { NewEvent, OrderEvent, OrderLine, PaymentFacts, Shortage } from '@alipay-checkout/contracts'

export type CloseReason = 'expired' | 'cancelled'

/** What never changes once an order is saved. */
export interface OrderFacts {
  readonly orderId: string
  readonly customerId: string
  readonly totalFen: number
  readonly lines: readonly OrderLine[]
  readonly createdAt: Date
  readonly expiresAt: Date
}

export type OrderState =
  | { readonly status: 'RESERVING' }
  | { readonly status: 'PENDING_PAYMENT' }
  | { readonly status: 'CLOSING'; readonly reason: CloseReason }
  | { readonly status: 'PAID'; readonly payment: PaymentFacts }
  | { readonly status: 'EXPIRED' }
  | { readonly status: 'CANCELLED' }
  | { readonly status: 'REJECTED'; readonly shortages: readonly Shortage[] }

export type Order = OrderFacts & OrderState

/** What can happen to an order. */
export type Input =
  | { readonly type: 'stockReserved' }
  | { readonly type: 'stockRejected'; readonly shortages: readonly Shortage[] }
  | { readonly type: 'paymentSucceeded'; readonly payment: PaymentFacts }
  | { readonly type: 'paymentClosed' }
  | { readonly type: 'due'; readonly now: Date }
  | { readonly type: 'cancel' }

/** Why an input changes nothing, though nothing is wrong. */
export type Ignored =
  | 'already_reserved'
  | 'already_rejected'
  | 'already_paid'
  | 'already_closing'
  | 'already_cancelled'
  | 'already_over'
  | 'not_due'
  | 'not_closing'
  | 'paid_first'

/** Why an input can't be right in this state. A person, or a later attempt, has to look. */
export type Rejected =
  | 'unknown_order'
  | 'amount_differs'
  | 'stock_not_confirmed'
  | 'late_payment'
  | 'second_payment'
  | 'paid'
  | 'over'

export type Decision =
  | { readonly outcome: 'changed'; readonly order: Order; readonly events: readonly NewEvent<OrderEvent>[] }
  | { readonly outcome: 'ignored'; readonly why: Ignored }
  | { readonly outcome: 'rejected'; readonly why: Rejected }

const ignore = (why: Ignored): Decision => ({ outcome: 'ignored', why })
const reject = (why: Rejected): Decision => ({ outcome: 'rejected', why })

function change(order: Order, state: OrderState, events: readonly NewEvent<OrderEvent>[]): Decision {
  const { orderId, customerId, totalFen, lines, createdAt, expiresAt } = order
  return {
    outcome: 'changed',
    order: { orderId, customerId, totalFen, lines, createdAt, expiresAt, ...state },
    events,
  }
}

/** What an input does to an order in its state. Pure: the same order and input give the same answer. */
export function decide(order: Order, input: Input): Decision {
  switch (input.type) {
    case 'stockReserved':
      return onStockReserved(order)
    case 'stockRejected':
      return onStockRejected(order, input.shortages)
    case 'paymentSucceeded':
      return onPaymentSucceeded(order, input.payment)
    case 'paymentClosed':
      return onPaymentClosed(order)
    case 'due':
      return onDue(order, input.now)
    case 'cancel':
      return onCancel(order)
    default:
      return assertNever(input)
  }
}

function onStockReserved(order: Order): Decision {
  switch (order.status) {
    case 'RESERVING':
      return change(order, { status: 'PENDING_PAYMENT' }, [])
    case 'PENDING_PAYMENT':
    case 'PAID':
      return ignore('already_reserved')
    // The hold stays until the close is decided; OrderExpired or OrderCancelled gives it back.
    case 'CLOSING':
      return ignore('already_closing')
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
      return ignore('already_over')
    default:
      return assertNever(order)
  }
}

function onStockRejected(order: Order, shortages: readonly Shortage[]): Decision {
  switch (order.status) {
    case 'RESERVING':
      return change(order, { status: 'REJECTED', shortages }, [
        { type: 'OrderRejected', key: order.orderId, data: { orderId: order.orderId, shortages: [...shortages] } },
      ])
    case 'CLOSING':
      return ignore('already_closing')
    case 'REJECTED':
      return ignore('already_rejected')
    case 'PENDING_PAYMENT':
    case 'PAID':
      return ignore('already_reserved')
    case 'EXPIRED':
    case 'CANCELLED':
      return ignore('already_over')
    default:
      return assertNever(order)
  }
}

function onPaymentSucceeded(order: Order, payment: PaymentFacts): Decision {
  if (payment.amountFen !== order.totalFen) return reject('amount_differs')
  switch (order.status) {
    case 'PENDING_PAYMENT':
    // The money came before the close was final, so the order is paid and the close is off.
    case 'CLOSING':
      return change(order, { status: 'PAID', payment }, [orderPaid(order, payment)])
    case 'PAID':
      return payment.tradeNo === order.payment.tradeNo ? ignore('already_paid') : reject('second_payment')
    // Nobody is sent to Alipay before the stock is held.
    case 'RESERVING':
      return reject('stock_not_confirmed')
    // The stock went back on sale when the order closed.
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
      return reject('late_payment')
    default:
      return assertNever(order)
  }
}

function onPaymentClosed(order: Order): Decision {
  switch (order.status) {
    case 'CLOSING':
      return order.reason === 'expired'
        ? change(order, { status: 'EXPIRED' }, [closed('OrderExpired', order)])
        : change(order, { status: 'CANCELLED' }, [closed('OrderCancelled', order)])
    case 'PAID':
      return ignore('paid_first')
    case 'RESERVING':
    case 'PENDING_PAYMENT':
      return ignore('not_closing')
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
      return ignore('already_over')
    default:
      return assertNever(order)
  }
}

function onDue(order: Order, now: Date): Decision {
  switch (order.status) {
    case 'RESERVING':
    case 'PENDING_PAYMENT':
      return now < order.expiresAt ? ignore('not_due') : startClosing(order, 'expired')
    case 'CLOSING':
      return ignore('already_closing')
    case 'PAID':
      return ignore('already_paid')
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
      return ignore('already_over')
    default:
      return assertNever(order)
  }
}

function onCancel(order: Order): Decision {
  switch (order.status) {
    case 'RESERVING':
    case 'PENDING_PAYMENT':
      return startClosing(order, 'cancelled')
    case 'CLOSING':
      return ignore('already_closing')
    case 'CANCELLED':
      return ignore('already_cancelled')
    case 'PAID':
      return reject('paid')
    case 'EXPIRED':
    case 'REJECTED':
      return reject('over')
    default:
      return assertNever(order)
  }
}

/** The first phase of closing: the stock stays held until payment-service has made sure that no money can come. */
function startClosing(order: Order, reason: CloseReason): Decision {
  return change(order, { status: 'CLOSING', reason }, [
    { type: 'OrderClosing', key: order.orderId, data: { orderId: order.orderId, reason } },
  ])
}

function closed(type: 'OrderExpired' | 'OrderCancelled', order: Order): NewEvent<OrderEvent> {
  return { type, key: order.orderId, data: { orderId: order.orderId } }
}

function orderPaid(order: Order, payment: PaymentFacts): NewEvent<OrderEvent> {
  const { orderId, customerId, totalFen, lines } = order
  return { type: 'OrderPaid', key: orderId, data: { orderId, customerId, totalFen, lines: [...lines], payment } }
}

/** The fact that starts everything: what inventory must hold and payment must expect. */
export function orderCreated(order: OrderFacts): NewEvent<OrderEvent> {
  const { orderId, customerId, totalFen, lines } = order
  return {
    type: 'OrderCreated',
    key: orderId,
    data: {
      orderId,
      customerId,
      currency: 'CNY',
      totalFen,
      lines: [...lines],
      createdAt: order.createdAt.toISOString(),
      expiresAt: order.expiresAt.toISOString(),
    },
  }
}

/** One input for one order, with the trace it belongs to. */
export interface OrderInput {
  readonly orderId: string
  readonly input: Input
  readonly traceparent?: string | undefined
}

export interface Decisions {
  /** Orders that changed, each once, in its last state. */
  readonly changed: readonly Order[]
  readonly events: readonly NewEvent<OrderEvent>[]
  /** One per input, in order. */
  readonly decisions: readonly Decision[]
}

/** Applies inputs in order; a later input sees what an earlier one made of the same order. */
export function decideAll(orders: readonly Order[], inputs: readonly OrderInput[]): Decisions {
  const current = new Map(orders.map(order => [order.orderId, order]))
  const changed = new Map<string, Order>()
  const events: NewEvent<OrderEvent>[] = []
  const decisions = inputs.map(({ orderId, input, traceparent }) => {
    const order = current.get(orderId)
    const decision = order ? decide(order, input) : reject('unknown_order')
    if (decision.outcome === 'changed') {
      current.set(orderId, decision.order)
      changed.set(orderId, decision.order)
      events.push(...decision.events.map(event => (traceparent ? { ...event, traceparent } : event)))
    }
    return decision
  })
  return { changed: [...changed.values()], events, decisions }
}

function assertNever(value: never): never {
  throw new Error(`impossible: ${JSON.stringify(value)}`)
}
