import { type Case, CaseStatus } from '@alipay-checkout/contracts'
import { pageOf } from '@alipay-checkout/service-kit'
import { type Queryable, type Tx, textArray } from '@alipay-checkout/service-kit/database'
import { and, asc, desc, eq, gt, lt, type SQL, sql } from 'drizzle-orm'
import { withoutBuyer } from './evidence.ts'
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

export interface CaseQuery {
  readonly status?: Case['status'] | undefined
  readonly kind?: Case['kind'] | undefined
  readonly orderId?: string | undefined
  readonly claimedBy?: string | undefined
  /** By the time of opening. Default: newest first. */
  readonly order?: 'oldest' | 'newest' | undefined
  /** The last case id of the page before. */
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A page of cases. */
export async function listCases(
  db: Queryable,
  query: CaseQuery,
): Promise<{ items: Case[]; nextCursor: string | null }> {
  const { limit } = query
  const rows = await db
    .select()
    .from(cases)
    .where(sql`${cases.caseId} = any(array(${idsOf(query)}))`)
    .orderBy(query.order === 'oldest' ? asc(cases.caseId) : desc(cases.caseId))
  const page = pageOf(rows, limit, ({ caseId }) => caseId)
  return { ...page, items: await withTrails(db, page.items) }
}

/** The ids of a page and of one case more. Whatever the filters, an index gives them in their sequence. */
function idsOf({ status, kind, orderId, claimedBy, order, cursor, limit }: CaseQuery): SQL {
  const conditions = [
    ...(orderId === undefined ? [] : [eq(cases.orderId, orderId)]),
    ...(claimedBy === undefined ? [] : [eq(cases.claimedBy, claimedBy)]),
    ...(cursor === undefined ? [] : [order === 'oldest' ? gt(cases.caseId, cursor) : lt(cases.caseId, cursor)]),
  ]
  const sequence = order === 'oldest' ? sql`case_id` : sql`case_id desc`
  const page = (more: readonly SQL[]) => {
    const all = [...conditions, ...more]
    return sql`
      select case_id from cases ${all.length === 0 ? sql`` : sql`where ${and(...all)}`}
      order by ${sequence} limit ${limit + 1}`
  }
  if (kind === undefined) return page(status === undefined ? [] : [eq(cases.status, status)])
  // The index of a kind is sorted by status first: each status is read by itself.
  const statuses = status === undefined ? CaseStatus.anyOf.map(({ const: one }) => one) : [status]
  return sql`
    select case_id from unnest(${textArray(statuses)}) as s(status) cross join lateral (
      ${page([eq(cases.kind, kind), sql`${cases.status} = s.status`])}) of_status
    order by ${sequence} limit ${limit + 1}`
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
    evidence: withoutBuyer(row.evidence),
    proposal: { action: row.proposedAction, why: row.proposedWhy },
    openedAt: row.openedAt.toISOString(),
    ...(row.resolvedAt ? { resolvedAt: row.resolvedAt.toISOString() } : {}),
    ...(row.amountFen === null ? {} : { amountFen: row.amountFen }),
    ...(row.claimedBy === null ? {} : { claimedBy: row.claimedBy }),
    ...(row.claimedAt ? { claimedAt: row.claimedAt.toISOString() } : {}),
    trail: trail.map(({ at, by, what, note }) => ({
      at: at.toISOString(),
      by,
      what,
      ...(note === null ? {} : { note }),
    })),
  }
}
