import type { ServiceName } from '@alipay-checkout/launcher'
import { consumedTopics } from '@alipay-checkout/test-support'

/** An event type of a revision, and the topic that it is published to. */
export interface EventTypeName {
  name: string
  topic: string
}

/** In which order the services are replaced. */
export interface RollOrder {
  services: ServiceName[]
  /** New types of which some consumer can't be replaced before their producer, because each publishes one to the other. */
  unordered: string[]
}

const producers: Readonly<Record<string, ServiceName>> = {
  'order.events': 'order-service',
  'payment.events': 'payment-service',
  'inventory.events': 'inventory-service',
}

/** The gateway comes last, because it calls the routes of all services. */
const usualOrder: readonly ServiceName[] = ['inventory-service', 'payment-service', 'order-service', 'gateway']

/**
 * Orders the services so that every consumer of a new event type is replaced before the service that publishes it: an older
 * consumer would skip the event for its whole group (docs/decisions/0004). Pure.
 */
export function rollOrder(older: readonly EventTypeName[], newer: readonly EventTypeName[]): RollOrder {
  const known = new Set(older.map(({ name }) => name))
  const added = newer.filter(({ name }) => !known.has(name))
  const services: ServiceName[] = []
  const left = [...usualOrder]
  const unordered = new Set<string>()
  while (left.length > 0) {
    const free = left.find(service => blockedBy(service, added, left).length === 0)
    // Two services wait for each other: the first one goes, and its types are reported.
    const next = free ?? (left[0] as ServiceName)
    if (free === undefined) for (const { name } of blockedBy(next, added, left)) unordered.add(name)
    services.push(next)
    left.splice(left.indexOf(next), 1)
  }
  return { services, unordered: [...unordered] }
}

/** The new types of a producer of which a consumer is still to be replaced. */
function blockedBy(
  service: ServiceName,
  added: readonly EventTypeName[],
  left: readonly ServiceName[],
): EventTypeName[] {
  return added.filter(
    ({ topic }) =>
      producers[topic] === service &&
      Object.entries(consumedTopics).some(
        ([consumer, topics]) => topics.includes(topic) && left.some(one => one === consumer && one !== service),
      ),
  )
}
