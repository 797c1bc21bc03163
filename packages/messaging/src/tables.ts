import { sql } from 'drizzle-orm'
import { bigint, bigserial, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/**
 * Events that were decided but not yet published: written in the transaction of their cause, deleted once Kafka has
 * them. Its id orders publishing: ids come from the sequence alone, are taken at insert and seen only at commit.
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
 * Events that Kafka can never take (too large, a topic that can't exist), moved out of the outbox so that they stop no
 * other. A dead letter of the service describes each. Inserted into the outbox again, without its id, one is published.
 */
export const outboxRejected = pgTable('outbox_rejected', {
  /** The id that it had in the outbox. */
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
 * Events that a consumer has worked on: written in the transaction of the effect, so that a repeat changes nothing. Their
 * ids begin with their time (UUIDv7), so that the oldest are found without another index.
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
