import type { RecordedEvent } from './events.ts'
import type { PromiseScores } from './scores.ts'

/** What must have been published, according to the databases. */
export interface Published {
  orders: { orderId: string; status: string }[]
  /** Paid trades, by our numbers. */
  trades: { orderId: string; outTradeNo: string }[]
  /** Refunds that succeeded. */
  refunds: { orderId: string; refundId: string }[]
}

/** The event that an order in this state has published at least once. */
const finalEventOf: Readonly<Record<string, string>> = {
  PAID: 'OrderPaid',
  REFUNDED: 'OrderPaid',
  EXPIRED: 'OrderExpired',
  CANCELLED: 'OrderCancelled',
  REJECTED: 'OrderRejected',
}

/**
 * Checks that everything in the databases was published (7), as one event however often it was sent (8: a repeat has the
 * same id), and that OrderCreated comes first. Pure.
 */
export function judgeEvents(events: readonly RecordedEvent[], published: Published, scores: PromiseScores): void {
  const byKey = Map.groupBy(events, ({ key }) => key)
  const idsOf = (key: string, type: string, matches: (event: RecordedEvent) => boolean = () => true) =>
    new Set((byKey.get(key) ?? []).filter(event => event.type === type && matches(event)).map(({ id }) => id))

  function expectOnce(key: string, type: string, about: string, matches?: (event: RecordedEvent) => boolean): void {
    const { size } = idsOf(key, type, matches)
    if (size === 0) scores.broken(7, about, `${type} was never published`)
    if (size > 1) scores.broken(8, about, `${type} was published ${size} times with different ids`)
  }

  for (const { orderId, status } of published.orders) {
    expectOnce(orderId, 'OrderCreated', orderId)
    const final = finalEventOf[status]
    // A late payment may reinstate a closed order, but an order is paid once.
    if (final === 'OrderPaid') expectOnce(orderId, final, orderId)
    else if (final !== undefined && idsOf(orderId, final).size === 0)
      scores.broken(7, orderId, `it is ${status}, and ${final} was never published`)
    const late = firstBeforeCreated(byKey.get(orderId) ?? [])
    if (late !== undefined) scores.broken(7, orderId, `${late} was published before OrderCreated`)
  }
  for (const { orderId, outTradeNo } of published.trades) {
    expectOnce(orderId, 'PaymentSucceeded', outTradeNo, ({ data }) => data.outTradeNo === outTradeNo)
  }
  for (const { orderId, refundId } of published.refunds) {
    expectOnce(orderId, 'PaymentRefunded', refundId, ({ data }) => data.refundId === refundId)
  }
  scores.checked(7, 'orders whose events are in Kafka', published.orders.length)
  scores.checked(7, 'trades and refunds whose events are in Kafka', published.trades.length + published.refunds.length)
  scores.checked(8, 'events by id', new Set(events.map(({ id }) => id)).size)
}

/** The type of an event that comes before OrderCreated in the topic. Repeats, which come later, do not count. */
function firstBeforeCreated(events: readonly RecordedEvent[]): string | undefined {
  const [first] = events.filter(({ topic }) => topic === 'order.events').toSorted((a, b) => a.offset - b.offset)
  return first === undefined || first.type === 'OrderCreated' ? undefined : first.type
}

/** How many records are repeats: published again, because the publisher had no acknowledgement. */
export const countRepeats = (events: readonly RecordedEvent[]): number =>
  events.filter(({ id }) => id !== '').length - new Set(events.flatMap(({ id }) => (id === '' ? [] : [id]))).size
