import type { AuditAction } from '@alipay-checkout/contracts'
import { type SQL, sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import type { Actor } from '../actor.ts'
import { jsonRows } from '../database/database.ts'

/** A change by an actor. `before` and `after` are JSON; they must not contain personal data. */
export interface AuditedChange {
  readonly actor: Actor
  readonly action: AuditAction
  /** The id of what was changed. */
  readonly object: string
  readonly orderId?: string | undefined
  readonly before?: unknown
  readonly after?: unknown
  readonly reason?: string | undefined
}

/** The statement that adds changes to the audit log, to be run in their transaction: none without any. */
export function auditInserts(changes: readonly AuditedChange[]): SQL[] {
  if (changes.length === 0) return []
  const rows = changes.map(({ actor, action, object, orderId, before, after, reason }) => ({
    audit_id: `aud_${uuidv7().replaceAll('-', '')}`,
    actor: actor.id,
    role: actor.role,
    action,
    object,
    order_id: orderId,
    before,
    after,
    reason,
    request_id: actor.requestId,
    trace_id: actor.traceId,
  }))
  return [
    sql`
      insert into audit_log (audit_id, actor, role, action, object, order_id, before, after, reason, request_id, trace_id)
      select audit_id, actor, role, action, object, order_id, before, after, reason, request_id, trace_id
      from jsonb_to_recordset(${jsonRows(rows)}) as r(
        audit_id text, actor text, role text, action text, object text, order_id text, before jsonb, after jsonb,
        reason text, request_id text, trace_id text)`,
  ]
}
