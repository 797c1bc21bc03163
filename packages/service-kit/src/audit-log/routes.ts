import { type AuditEntry, AuditId, DayOrTime } from '@alipay-checkout/contracts'
import { and, desc, eq, gte, lt, or, type SQL } from 'drizzle-orm'
import Type from 'typebox'
import type { Db } from '../database/database.ts'
import type { HttpApp } from '../http-app.ts'
import { idRange } from '../id-times.ts'
import { PageLimit, pageOf } from '../page.ts'
import { auditLog } from './schema.ts'

const Query = Type.Object(
  {
    actor: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    action: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    /** The id of what was changed, or of the order that it belongs to. */
    object: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    from: Type.Optional(DayOrTime),
    to: Type.Optional(DayOrTime),
    cursor: Type.Optional(AuditId),
    limit: PageLimit,
  },
  { additionalProperties: false },
)

/** `GET /audit-log?actor&action&object&from&to&cursor&limit` → entries, newest first, and `nextCursor`. */
export function addAuditLog(app: HttpApp, { db, service }: { db: Db; service: string }): void {
  app.get('/audit-log', { schema: { querystring: Query } }, async ({ query }) => {
    const { actor, action, object, from, to, cursor } = query
    const { first, end } = idRange('aud', { from, to })
    const conditions: (SQL | undefined)[] = [
      actor === undefined ? undefined : eq(auditLog.actor, actor),
      action === undefined ? undefined : eq(auditLog.action, action),
      object === undefined ? undefined : or(eq(auditLog.object, object), eq(auditLog.orderId, object)),
      first === undefined ? undefined : gte(auditLog.auditId, first),
      end === undefined ? undefined : lt(auditLog.auditId, end),
      cursor === undefined ? undefined : lt(auditLog.auditId, cursor),
    ]
    const limit = Number(query.limit)
    const rows = await db
      .select()
      .from(auditLog)
      .where(and(...conditions))
      .orderBy(desc(auditLog.auditId))
      .limit(limit + 1)
    return pageOf(
      rows.map(row => entryOf(row, service)),
      limit,
      ({ auditId }) => auditId,
    )
  })
}

function entryOf(row: typeof auditLog.$inferSelect, service: string): AuditEntry {
  const { auditId, at, actor, action, object } = row
  return {
    auditId,
    service,
    at: at.toISOString(),
    actor,
    ...(row.role === null ? {} : { role: row.role }),
    action,
    object,
    ...(row.orderId === null ? {} : { orderId: row.orderId }),
    ...(row.before === null ? {} : { before: row.before }),
    ...(row.after === null ? {} : { after: row.after }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.requestId === null ? {} : { requestId: row.requestId }),
    ...(row.traceId === null ? {} : { traceId: row.traceId }),
  }
}
