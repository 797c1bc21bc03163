import { sql } from 'drizzle-orm'
import { bigint, bigserial, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/**
 * Events that are not yet published: inserted in the transaction of their cause, deleted once Kafka has them. They are
 * published in the order of their ids, which come from the sequence alone.
 */
export const outbox = pgTable('outbox', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  topic: text('topic').notNull(),
  key: text('key').notNull(),
  /** The CloudEvents headers of the Kafka record. */
  headers: jsonb('headers').$type<Record<string, string>>().notNull(),
  /** The record's value: the event's data as JSON text, sent as it stands. */
  value: text('value').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().default(sql`now()`),
})

/**
 * Events that Kafka can never accept (too large, an invalid topic), moved out of the outbox so that they do not block
 * the others. A dead letter of the service describes each. To publish one, insert it into the outbox without its id.
 */
export const outboxRejected = pgTable('outbox_rejected', {
  /** Its id in the outbox. */
  id: bigint('id', { mode: 'number' }).primaryKey(),
  topic: text('topic').notNull(),
  key: text('key').notNull(),
  headers: jsonb('headers').$type<Record<string, string>>().notNull(),
  value: text('value').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  reason: text('reason').notNull(),
  rejectedAt: timestamp('rejected_at', { withTimezone: true }).notNull().default(sql`now()`),
})

/**
 * Ids of the events that a consumer has handled: inserted in the transaction of the effect, so that a repeat changes
 * nothing. The ids begin with their time (UUIDv7), so that the oldest are found without another index.
 */
export const inbox = pgTable(
  'inbox',
  {
    consumer: text('consumer').notNull(),
    eventId: uuid('event_id').notNull(),
    receivedAt: timestamp('received_at', { withTimezone: true }).notNull().default(sql`now()`),
  },
  table => [primaryKey({ columns: [table.consumer, table.eventId] })],
)
