import type { DeadLetter } from '@alipay-checkout/contracts'
import { sql } from 'drizzle-orm'
import { bigint, check, index, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

const at = (name: string) => timestamp(name, { withTimezone: true })

/**
 * Dead letters of all groups, as text. REDRIVING and DISCARDING: decided, and due to be written to Kafka at
 * `next_try_at`; the record's bytes are in Kafka only.
 */
export const deadLetters = pgTable(
  'dead_letters',
  {
    /** `dlq_<group>_<partition>_<offset>` */
    deadLetterId: text('dead_letter_id').primaryKey(),
    group: text('consumer_group').notNull(),
    /** Its place in the dead-letter topic. */
    letterPartition: integer('letter_partition').notNull(),
    letterOffset: bigint('letter_offset', { mode: 'number' }).notNull(),
    status: text('status').$type<DeadLetter['status']>().notNull().default('WAITING'),
    reason: text('reason').notNull(),
    /** The reason without its ids and numbers: the same for the same fault. */
    reasonKey: text('reason_key').notNull(),
    /** Where the record came from; for an event that was never published, where it should have gone. */
    topic: text('topic').notNull(),
    originPartition: text('origin_partition').notNull(),
    originOffset: text('origin_offset').notNull(),
    type: text('type'),
    key: text('key'),
    value: text('value'),
    headers: jsonb('headers').$type<Readonly<Record<string, string>>>().notNull(),
    /** The parts that are not plain text. */
    base64: jsonb('base64').$type<Readonly<Record<string, string>>>(),
    /** For an event that was never published: its row in the group's `outbox_rejected`. */
    outboxId: text('outbox_id'),
    orderId: text('order_id'),
    deadLetteredAt: at('dead_lettered_at').notNull(),
    /** Who decided; null where the command line redrove it. */
    handledBy: text('handled_by'),
    handledAt: at('handled_at'),
    handledReason: text('handled_reason'),
    nextTryAt: at('next_try_at'),
  },
  table => [
    index('dead_letters_newest').on(table.deadLetteredAt, table.deadLetterId),
    index('dead_letters_by_status').on(table.status, table.deadLetteredAt, table.deadLetterId),
    index('dead_letters_of_group').on(table.group, table.deadLetteredAt, table.deadLetterId),
    index('dead_letters_waiting').on(table.group, table.reasonKey, table.deadLetteredAt).where(sql`status = 'WAITING'`),
    index('dead_letters_due').on(table.nextTryAt).where(sql`next_try_at is not null`),
    index('dead_letters_of_order').on(table.orderId).where(sql`order_id is not null`),
    check('dead_letters_status', sql`status in ('WAITING', 'REDRIVING', 'REDRIVEN', 'DISCARDING', 'DISCARDED')`),
    check('dead_letters_handled', sql`(status = 'WAITING') = (handled_at is null)`),
    check('dead_letters_due_while_written', sql`(status in ('REDRIVING', 'DISCARDING')) = (next_try_at is not null)`),
  ],
)
