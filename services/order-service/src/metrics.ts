import { addDueWorkGauges, type Db } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import type { Registry } from 'prom-client'

/** What waits in order-service: orders whose time is over and whose closing has not begun. */
export function addOrderGauges({ db, registry }: { db: Db; registry: Registry }): void {
  const due = sql`
    select expires_at as due_at from orders
    where status in ('RESERVING', 'PENDING_PAYMENT') and expires_at <= now()`
  addDueWorkGauges({ db, registry, work: [{ kind: 'close_order', due }] })
}
