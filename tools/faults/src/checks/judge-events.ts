import type { LoggedEvent } from './events.ts'
import type { Scores } from './scores.ts'

/** What the books say that must have been published. */
export interface Published {
  orders: { orderId: string; status: string }[]
  /** Paid trades, by our numbers. */
  trades: { orderId: string; outTradeNo: string }[]
  /** Refunds that went back. */
  refunds: { orderId: string; refundId: string }[]
}

/** What an order in this state has said, at least once. */
const saidBy: Readonly<Record<string, string>> = {
  PAID: 'OrderPaid',
  REFUNDED: 'OrderPaid',
  EXPIRED: 'OrderExpired',
  CANCELLED: 'OrderCancelled',
  REJECTED: 'OrderRejected',
}

/**
 * Whether everything that happened was told downstream (7), once however often it was sent (8: an event that comes twice
 * has the same id), and in the order in which it happened. Pure.
 */
export function judgeEvents(events: readonly LoggedEvent[], published: Published, scores: Scores): void {
  const byKey = Map.groupBy(events, ({ key }) => key)
  const idsOf = (key: string, type: string, matches: (event: LoggedEvent) => boolean = () => true) =>
    new Set((byKey.get(key) ?? []).filter(event => event.type === type && matches(event)).map(({ id }) => id))

  function expectOnce(key: string, type: string, about: string, matches?: (event: LoggedEvent) => boolean): void {
    const { size } = idsOf(key, type, matches)
    if (size === 0) scores.broke(7, about, `${type} was never published`)
    if (size > 1) scores.broke(8, about, `${type} was said ${size} times, with as many ids`)
  }

  for (const { orderId, status } of published.orders) {
    expectOnce(orderId, 'OrderCreated', orderId)
    const said = saidBy[status]
    // Late money may close and revive an order; what it was paid with it says once.
    if (said === 'OrderPaid') expectOnce(orderId, said, orderId)
    else if (said !== undefined && idsOf(orderId, said).size === 0)
      scores.broke(7, orderId, `it is ${status}, and ${said} was never published`)
    const late = firstBeforeCreated(byKey.get(orderId) ?? [])
    if (late !== undefined) scores.broke(7, orderId, `${late} was published before OrderCreated`)
  }
  for (const { orderId, outTradeNo } of published.trades) {
    expectOnce(orderId, 'PaymentSucceeded', outTradeNo, ({ data }) => data.outTradeNo === outTradeNo)
  }
  for (const { orderId, refundId } of published.refunds) {
    expectOnce(orderId, 'PaymentRefunded', refundId, ({ data }) => data.refundId === refundId)
  }
  scores.looked(7, 'orders whose events are in Kafka', published.orders.length)
  scores.looked(7, 'trades and refunds whose events are in Kafka', published.trades.length + published.refunds.length)
  scores.looked(8, 'events told apart by id', new Set(events.map(({ id }) => id)).size)
}

/** An event of an order that is in its topic before the order itself. Repeats, which come later, do not count. */
function firstBeforeCreated(events: readonly LoggedEvent[]): string | undefined {
  const [first] = events.filter(({ topic }) => topic === 'order.events').toSorted((a, b) => a.offset - b.offset)
  return first === undefined || first.type === 'OrderCreated' ? undefined : first.type
}

/** Records that came more than once: published, and published again by whoever did not know. */
export const countRepeats = (events: readonly LoggedEvent[]): number =>
  events.filter(({ id }) => id !== '').length - new Set(events.flatMap(({ id }) => (id === '' ? [] : [id]))).size
