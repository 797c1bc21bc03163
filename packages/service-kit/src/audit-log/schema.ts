import { sql } from 'drizzle-orm'
import { index, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/**
 * What people and programs with a role changed. A row is inserted in the transaction of its change; a trigger of the
 * migration refuses to update or delete one. The ids begin with their time (UUIDv7).
 */
export const auditLog = pgTable(
  'audit_log',
  {
    auditId: text('audit_id').primaryKey(),
    at: timestamp('at', { withTimezone: true }).notNull().default(sql`now()`),
    actor: text('actor').notNull(),
    role: text('role'),
    action: text('action').notNull(),
    /** The id of what was changed. */
    object: text('object').notNull(),
    orderId: text('order_id'),
    before: jsonb('before'),
    after: jsonb('after'),
    reason: text('reason'),
    requestId: text('request_id'),
    traceId: text('trace_id'),
  },
  table => [
    index('audit_log_of_object').on(table.object, table.auditId),
    index('audit_log_of_order').on(table.orderId, table.auditId).where(sql`order_id is not null`),
    index('audit_log_of_actor').on(table.actor, table.auditId),
    index('audit_log_of_action').on(table.action, table.auditId),
  ],
)
