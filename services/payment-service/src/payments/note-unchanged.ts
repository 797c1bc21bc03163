import { type AuditedChange, auditInserts } from '@alipay-checkout/service-kit/audit-log'
import { type Db, transact } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import { type LogEntry, logInserts } from './payment-log.ts'

/** A repeat within this time is the double click of a button, s. */
const doubleClickS = 5

/**
 * Notes in the timeline and in the audit log what a person did about a payment without changing it: once for a double
 * click.
 */
export async function noteUnchanged(db: Db, entry: LogEntry, unchanged: AuditedChange): Promise<void> {
  const { actor, action, object } = unchanged
  await transact(db, async tx => {
    const [, repeats] = await Promise.all([
      tx.execute(sql`select from payments where order_id = ${entry.orderId} for no key update`),
      tx.execute(sql`
        select from audit_log
        where object = ${object} and action = ${action} and actor = ${actor.id}
          and at > now() - make_interval(secs => ${doubleClickS}) limit 1`),
    ])
    return {
      writes: repeats.length > 0 ? [] : [...logInserts([entry]), ...auditInserts([unchanged])],
      result: undefined,
    }
  })
}
