import type { Static, TObject } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'

/** The Kafka topics. A topic belongs to the one service that produces it. */
export type Topic = 'order.events' | 'payment.events' | 'inventory.events'

/**
 * How long Kafka keeps events, ms: 14 days, so that a consumer that stands still over a long holiday loses nothing.
 * Whoever recognises repeats by event id must remember ids for longer than that.
 */
export const eventRetentionMs = 14 * 24 * 60 * 60 * 1000

/** One kind of event: its name, its topic and the shape of its data. */
export interface EventType<Name extends string = string, Data extends TObject = TObject> {
  readonly name: Name
  readonly topic: Topic
  readonly data: Data
  readonly validator: Validator
}

/**
 * An event as domain code handles it. `key` orders events (the order id, or the SKU for catalogue events);
 * `id` is unique for ever and makes repeats recognisable; `time` is when the fact became true.
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

/** What a decision gives back: an event that has no id and no time yet. */
export type NewEvent<E extends DomainEvent = DomainEvent> =
  E extends DomainEvent<infer Name, infer Data>
    ? { readonly type: Name; readonly key: string; readonly data: Data; readonly traceparent?: string }
    : never

export function defineEvent<const Name extends string, Data extends TObject>(
  name: Name,
  topic: Topic,
  data: Data,
): EventType<Name, Data> {
  return { name, topic, data, validator: Compile(data) }
}
