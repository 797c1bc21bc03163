import { index, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

const at = (name: string) => timestamp(name, { withTimezone: true })

/** Idempotency keys with the response that a repeat gets. Rows are deleted after 24 hours. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    customerId: text('customer_id').notNull(),
    key: text('key').notNull(),
    requestHash: text('request_hash').notNull(),
    /** Null where no order was placed, because it was sold out. */
    orderId: text('order_id'),
    /** Until then, the first request counts as running. After it, a repeat may take over. */
    lockedUntil: at('locked_until').notNull(),
    responseStatus: integer('response_status'),
    responseBody: text('response_body'),
    responseType: text('response_type'),
    createdAt: at('created_at').notNull(),
  },
  table => [primaryKey({ columns: [table.customerId, table.key] }), index('idempotency_keys_age').on(table.createdAt)],
)
