import { index, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

const at = (name: string) => timestamp(name, { withTimezone: true })

/** Requests that must have one effect, with the answer that a repeat gets. Kept for 24 hours. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    customerId: text('customer_id').notNull(),
    key: text('key').notNull(),
    requestHash: text('request_hash').notNull(),
    /** None where it was refused without one. */
    orderId: text('order_id'),
    /** Until then the first request counts as being worked on; after it, whoever repeats it takes over. */
    lockedUntil: at('locked_until').notNull(),
    responseStatus: integer('response_status'),
    responseBody: text('response_body'),
    responseType: text('response_type'),
    createdAt: at('created_at').notNull(),
  },
  table => [primaryKey({ columns: [table.customerId, table.key] }), index('idempotency_keys_age').on(table.createdAt)],
)
