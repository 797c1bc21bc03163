// Types only: the declarations of the packed package are made of this file.
import type postgres from 'postgres'
import type { EventData } from './event-data.ts'

export type { EventData }

/** The name of an event, e.g. `OrderPaid`. */
export type EventName = keyof EventData

/** An event: `EventOfType<'OrderPaid'>`. */
export interface EventOfType<Name extends EventName> {
  readonly type: Name
  /** A UUIDv7, the same in every repeat. */
  readonly id: string
  /** What orders events: the order id, or the SKU of `ProductChanged`. */
  readonly key: string
  /** When it happened. */
  readonly time: Date
  readonly data: EventData[Name]
  /** W3C trace context of the request that caused it, where there was one. */
  readonly traceparent?: string
}

/** The transaction in which an event is handled, as the driver `postgres` offers it. */
export type Transaction = postgres.TransactionSql

/**
 * Handles events by their names. What a handler writes through `sql` is committed together with the ids of the batch's
 * events, or not at all. An error fails the event; a `RefusedEvent` is not tried again.
 */
export type Handlers = {
  readonly [Name in EventName]?: (event: EventOfType<Name>, sql: Transaction) => Promise<unknown>
}

/** Where log lines go: fields, then a message, as pino and `console` take them. */
export type Logger = Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>

/** Certificates and key for Kafka, as PEM texts. */
export interface KafkaTls {
  /** The authorities that verify the brokers. */
  ca?: string
  /** Your certificate and its private key, for brokers that ask for them. */
  cert?: string
  key?: string
}

export interface KafkaSasl {
  mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
  username: string
  password: string
}

export interface ConsumerOptions {
  /** Your Kafka consumer group. Its name is a contract: another name starts again with the oldest event. */
  group: string
  /** Kafka brokers: `host:port`, several with commas between. */
  brokers: string
  /** Speaks TLS with the brokers. `true`: they are verified by the authorities that Node trusts. */
  ssl?: boolean | KafkaTls
  /** Signs in to the brokers. */
  sasl?: KafkaSasl
  /** Your PostgreSQL database, with the table that `createTables` makes. `sslmode` in it counts as in libpq. */
  databaseUrl: string
  on: Handlers
  /** Runs after each committed transaction. */
  afterCommit?: () => void
  /** By default, JSON lines on stderr. */
  logger?: Logger
}

export interface Consumer {
  /**
   * Joins the group and handles events from then on. Resolves once it has joined, or when `stop` is called before. While
   * the database or Kafka is unavailable it waits, and logs the reason.
   *
   * @throws Error when the database refuses the user or lacks the table
   */
  start(): Promise<void>
  /** @throws Error with the reason while no events are handled */
  check(): Promise<void>
  /** Finishes the current batch and leaves the group. A stopped consumer can't be started again. */
  stop(): Promise<void>
}
