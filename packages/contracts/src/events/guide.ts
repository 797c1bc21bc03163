import Type from 'typebox'
import { consumerGroups, eventTypes } from './catalog.ts'
import { type EventType, eventIdLifetimeMs, eventRetentionMs, recordBytesMax, type Topic } from './event.ts'

// What is described to consumers about all events, in docs/events.md, on the page /events and in /asyncapi.json. Texts are
// Markdown with links and code only.

/** The service that publishes to each topic. */
export const topicProducers: Readonly<Record<Topic, string>> = {
  'order.events': 'order-service',
  'payment.events': 'payment-service',
  'inventory.events': 'inventory-service',
}

export const eventTopics = Object.keys(topicProducers) as readonly Topic[]

/** The event types of a topic, in the order of the catalogue. */
export const eventsOf = (topic: Topic): EventType[] => [...eventTypes.values()].filter(type => type.topic === topic)

const days = (ms: number) => `${ms / (24 * 60 * 60 * 1000)} days`

export const eventsIntroduction =
  'Other systems (fulfilment, analytics) learn what happens to orders from Kafka. Records are [CloudEvents 1.0](https://cloudevents.io) in binary mode: attributes in headers, data as JSON in the value.'

/** What consumers may rely on. */
export const eventGuarantees: readonly { title: string; text: string }[] = [
  {
    title: 'Order per key.',
    text: 'The key is the order id (of `ProductChanged`, the SKU). Events with one key are in one partition, in the order in which they happened. There is no order between keys.',
  },
  {
    title: 'At least once.',
    text: `An event can be delivered again. A repeat has the same \`ce_id\` (a UUIDv7): remember the ids that you have handled, for ${days(eventIdLifetimeMs)}.`,
  },
  {
    title: 'Nothing is lost.',
    text: 'An event is stored in the transaction of its cause and published after the commit, also if Kafka was unavailable meanwhile.',
  },
  {
    title: 'Retention.',
    text: `Events are kept for ${days(eventRetentionMs)}. A consumer that stops for longer misses events.`,
  },
  {
    title: 'Compatibility.',
    text: 'An event type gains optional fields, and a field with listed values may gain values. Ignore fields and values that you do not know. Any other change becomes a new type: skip types that you do not know.',
  },
  { title: 'Size.', text: `A record has at most ${recordBytesMax / 1024} KiB.` },
  { title: 'Money', text: 'is an integer number of fen (0.01 yuan). **Times** are ISO 8601 in UTC.' },
]

const groups = consumerGroups.map(group => `\`${group}\``)

export const consumerGroupRule = `Use a consumer group of your own. ${groups.slice(0, -1).join(', ')} and ${groups.at(-1)} are taken.`

/** The headers of a record: CloudEvents' attributes. */
export const EventHeaders = Type.Object({
  ce_id: Type.String({ format: 'uuid', description: 'id of the event, a UUIDv7; the same in every repeat' }),
  ce_type: Type.String({ description: 'name of the event, for example `OrderPaid`' }),
  ce_source: Type.String({ description: 'the service that published it, for example `/order-service`' }),
  ce_time: Type.String({ format: 'date-time', description: 'when it happened' }),
  ce_subject: Type.String({ description: 'the key: order id or SKU' }),
  ce_specversion: Type.Literal('1.0', { description: '`1.0`' }),
  ce_traceparent: Type.Optional(
    Type.String({
      description: 'W3C trace context: an event continues the trace of its order, or of the request that caused it',
    }),
  ),
  'content-type': Type.Literal('application/json', { description: '`application/json`' }),
})

/**
 * The field of an event's data whose value is the record's key.
 *
 * @throws Error for an event about neither an order nor a product
 */
export function keyFieldOf({ name, data }: EventType): 'orderId' | 'sku' {
  if ('orderId' in data.properties) return 'orderId'
  if ('sku' in data.properties) return 'sku'
  throw new Error(`${name} has neither orderId nor sku: say in keyFieldOf what its key is`)
}
