import type { Case } from '@alipay-checkout/contracts'
import { type Queryable, type Tx, textArray } from '@alipay-checkout/service-kit/database'
import { asc, desc, eq, sql } from 'drizzle-orm'
import { cases, caseTrail } from './schema.ts'

type CaseRow = typeof cases.$inferSelect
type TrailRow = typeof caseTrail.$inferSelect

/** One case with its trail; undefined where there is none of that id. */
export async function findCase(db: Queryable, caseId: string): Promise<Case | undefined> {
  const [found] = await withTrails(db, await db.select().from(cases).where(eq(cases.caseId, caseId)))
  return found
}

/** Locks a case for the transaction. */
export async function lockCase(tx: Tx, caseId: string): Promise<CaseRow | undefined> {
  const [row] = await tx.select().from(cases).where(eq(cases.caseId, caseId)).for('update')
  return row
}

/** A page of cases, newest first. `cursor` is the last case id of the page before. */
export async function listCases(
  db: Queryable,
  { status, cursor, limit }: { status?: Case['status'] | undefined; cursor?: string | undefined; limit: number },
): Promise<{ items: Case[]; nextCursor: string | null }> {
  const rows = await db
    .select()
    .from(cases)
    .where(
      sql`(${status ?? null}::text is null or ${cases.status} = ${status ?? null})
        and (${cursor ?? null}::text is null or ${cases.caseId} < ${cursor ?? null})`,
    )
    .orderBy(desc(cases.caseId))
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  return {
    items: await withTrails(db, page),
    nextCursor: rows.length > limit ? (page.at(-1) as CaseRow).caseId : null,
  }
}

/** The keys of the cases of a kind that are not resolved. */
export async function findUnresolvedKeys(db: Queryable, kind: Case['kind']): Promise<string[]> {
  const rows = await db
    .select({ key: cases.key })
    .from(cases)
    .where(sql`${cases.status} <> 'RESOLVED' and ${cases.kind} = ${kind}`)
  return rows.map(({ key }) => key)
}

/** Every case about an order, oldest first. */
export async function findCasesOfOrder(db: Queryable, orderId: string): Promise<Case[]> {
  return withTrails(db, await db.select().from(cases).where(eq(cases.orderId, orderId)).orderBy(asc(cases.caseId)))
}

async function withTrails(db: Queryable, rows: readonly CaseRow[]): Promise<Case[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ caseId }) => caseId)
  const trail = await db
    .select()
    .from(caseTrail)
    .where(sql`${caseTrail.caseId} = any(${textArray(ids)})`)
    .orderBy(asc(caseTrail.id))
  const trails = Map.groupBy(trail, ({ caseId }) => caseId)
  return rows.map(row => caseBody(row, trails.get(row.caseId) ?? []))
}

function caseBody(row: CaseRow, trail: readonly TrailRow[]): Case {
  return {
    caseId: row.caseId,
    kind: row.kind,
    status: row.status,
    ...(row.orderId === null ? {} : { orderId: row.orderId }),
    ...(row.outTradeNo === null ? {} : { outTradeNo: row.outTradeNo }),
    summary: row.summary,
    evidence: row.evidence,
    proposal: { action: row.proposedAction, why: row.proposedWhy },
    openedAt: row.openedAt.toISOString(),
    ...(row.resolvedAt ? { resolvedAt: row.resolvedAt.toISOString() } : {}),
    trail: trail.map(({ at, by, what, note }) => ({
      at: at.toISOString(),
      by,
      what,
      ...(note === null ? {} : { note }),
    })),
  }
}
