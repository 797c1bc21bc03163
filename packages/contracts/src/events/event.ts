import type { Static, TObject } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'

/** The Kafka topics. A topic belongs to the one service that produces it. */
export type Topic = 'order.events' | 'payment.events' | 'inventory.events'

const dayMs = 24 * 60 * 60 * 1000

/**
 * How long consumers store the ids of handled events, ms. A repeat within this time is recognised. The retention times
 * below follow from it: no record may be delivered for longer than event ids are stored.
 */
export const eventIdLifetimeMs = 16 * dayMs

/** `segment.ms` of topics with events. Kafka deletes whole segments, so a record may outlive its retention by this, ms. */
export const eventSegmentMs = dayMs

/**
 * `retention.ms` of topics with events and of retry topics: 14 days, so that a consumer that is stopped over a long
 * holiday loses nothing. One more day than a segment's age is left for clocks that differ and for records that were
 * fetched and wait for the database.
 */
export const eventRetentionMs = eventIdLifetimeMs - eventSegmentMs - dayMs

/**
 * `max.message.bytes` of topics with events: the largest record batch that a broker accepts. The largest event (an order
 * of 100 lines with the longest titles, metadata and adjustments) has less than a third of it.
 */
export const recordBytesMax = 1024 * 1024

/** Settings of topics with events that the code depends on, by Kafka's names. */
export const eventTopicSettings = {
  'retention.ms': eventRetentionMs,
  'segment.ms': eventSegmentMs,
  'max.message.bytes': recordBytesMax,
  // The age of a record follows the broker's clock. With the producer's, Kafka would refuse the records of a replica whose
  // clock is an hour ahead, and delete those of one that is weeks behind before they are read.
  'message.timestamp.type': 'LogAppendTime',
} as const

/** `max.message.bytes` of dead-letter and retry topics: a record with the headers that dead-lettering adds. */
export const deadLetterBytesMax = recordBytesMax + 64 * 1024

/** One kind of event: its name, its topic and the shape of its data. */
export interface EventType<Name extends string = string, Data extends TObject = TObject> {
  readonly name: Name
  readonly topic: Topic
  readonly data: Data
  readonly validator: Validator
}

/**
 * An event as domain code handles it. `key` orders events (the order id, or the SKU for catalogue events);
 * `id` is never used again and makes repeats recognisable; `time` is when it happened.
 */
export interface DomainEvent<Name extends string = string, Data = unknown> {
  readonly type: Name
  readonly id: string
  readonly key: string
  readonly time: Date
  readonly data: Data
  readonly traceparent?: string
}

/** The event of an event type: `EventOf<typeof OrderCreated>`. */
export type EventOf<T> = T extends EventType<infer Name, infer Data> ? DomainEvent<Name, Static<Data>> : never

/**
 * An event as a decision returns it, without an id and a time. `traceparent` is the trace that it continues; `link` is
 * another one, of the request that caused it, which is only recorded.
 */
export type NewEvent<E extends DomainEvent = DomainEvent> =
  E extends DomainEvent<infer Name, infer Data>
    ? {
        readonly type: Name
        readonly key: string
        readonly data: Data
        readonly traceparent?: string
        readonly link?: string
      }
    : never

export function defineEvent<const Name extends string, Data extends TObject>(
  name: Name,
  topic: Topic,
  data: Data,
): EventType<Name, Data> {
  return { name, topic, data, validator: Compile(data) }
}
