import { followTopics } from '../follow-topics.ts'

/** One event of an order. */
export interface SeenEvent {
  event: string
  /** When it happened, ISO 8601. */
  at: string
  /** The service that published it. */
  service: string
}

export interface EventWatch {
  /** The events of one order so far, in the order of time. */
  of(orderId: string): SeenEvent[]
  stop(): Promise<void>
}

const topics = ['order.events', 'payment.events', 'inventory.events']

/**
 * Collects the events that are published from now on.
 *
 * @param brokers `host:port`, several with commas between
 */
export async function watchEvents(brokers: string): Promise<EventWatch> {
  const seen = new Map<string, SeenEvent[]>()
  const { stop } = await followTopics({ brokers, topics, from: 'now', clientId: 'demo' }, ({ key, type, headers }) => {
    const { ce_time: at = '', ce_source: source = '' } = headers
    seen.set(key, [...(seen.get(key) ?? []), { event: type, at, service: source.replace(/^\//, '') }])
  })
  return { of: orderId => [...(seen.get(orderId) ?? [])].sort((a, b) => a.at.localeCompare(b.at)), stop }
}
