import type { DeadLetter, DeadLetterPage, DeadLetterReasons } from '@alipay-checkout/contracts'
import { pageOf } from '@alipay-checkout/service-kit'
import { type Db, type Queryable, textArray } from '@alipay-checkout/service-kit/database'
import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import { caseKeyOf } from './dead-letter-store.ts'
import type { DeadLetterRow } from './handle-dead-letters.ts'
import { deadLetters } from './schema.ts'

/** Waiting dead letters that are counted by reason, and reasons that are listed, at most. */
const countedMax = 100_000
const reasonsMax = 500

export interface Filters {
  readonly status?: DeadLetter['status']
  readonly group?: string
  readonly reasonKey?: string
}

/** One dead letter; undefined where there is none of that id. */
export async function findDeadLetter(db: Queryable, deadLetterId: string): Promise<DeadLetter | undefined> {
  const [found] = await deadLetterBodies(
    db,
    await db.select().from(deadLetters).where(eq(deadLetters.deadLetterId, deadLetterId)),
  )
  return found
}

/** A page of dead letters, newest first. A cursor is the time, in ms, and the id of the last one before: `<ms>_<id>`. */
export async function listDeadLetters(
  db: Db,
  { status, group, reasonKey }: Filters,
  { cursor, limit }: { cursor: string | undefined; limit: number },
): Promise<DeadLetterPage> {
  const conditions: (SQL | undefined)[] = [
    status === undefined ? undefined : eq(deadLetters.status, status),
    group === undefined ? undefined : eq(deadLetters.group, group),
    reasonKey === undefined ? undefined : eq(deadLetters.reasonKey, reasonKey),
    cursor === undefined ? undefined : after(cursor),
  ]
  const rows = await db
    .select()
    .from(deadLetters)
    .where(and(...conditions))
    .orderBy(desc(deadLetters.deadLetteredAt), desc(deadLetters.deadLetterId))
    .limit(limit + 1)
  const bodies = await deadLetterBodies(db, rows)
  return pageOf(bodies, limit, ({ deadLetteredAt, deadLetterId }) => `${Date.parse(deadLetteredAt)}_${deadLetterId}`)
}

function after(cursor: string): SQL {
  const end = cursor.indexOf('_')
  const time = new Date(Number(cursor.slice(0, end))).toISOString()
  return sql`(dead_lettered_at, dead_letter_id) < (${time}::timestamptz, ${cursor.slice(end + 1)})`
}

/** Waiting dead letters by group and reason, the most frequent first. */
export async function countReasons(db: Db): Promise<DeadLetterReasons> {
  const rows = await db.execute<DeadLetterReasons['items'][number]>(sql`
    select consumer_group as "group", reason_key as "reasonKey", count(*)::int as count,
      count(*) filter (where outbox_id is null)::int as redrivable, min(dead_lettered_at) as "oldestAt"
    from (select * from dead_letters where status = 'WAITING' limit ${countedMax}) waiting
    group by consumer_group, reason_key order by count desc, consumer_group, reason_key limit ${reasonsMax}`)
  return { items: rows.map(row => ({ ...row, oldestAt: new Date(row.oldestAt).toISOString() })) }
}

/** How many dead letters of each group wait, at most 100,000 over all groups. */
export async function countWaiting(db: Db): Promise<ReadonlyMap<string, number>> {
  const rows = await db.execute<{ group: string; n: number }>(sql`
    select consumer_group as "group", count(*)::int as n
    from (select consumer_group from dead_letters where status = 'WAITING' limit ${countedMax}) waiting
    group by 1`)
  return new Map(rows.map(({ group, n }) => [group, n]))
}

/** Dead letters as the API shows them, each with the id of its case. */
async function deadLetterBodies(db: Queryable, rows: readonly DeadLetterRow[]): Promise<DeadLetter[]> {
  if (rows.length === 0) return []
  const keys = rows.map(row => caseKeyOf(placeOf(row)))
  const cases = await db.execute<{ key: string; case_id: string }>(
    sql`select key, case_id from cases where key = any(${textArray(keys)})`,
  )
  const caseIds = new Map(cases.map(({ key, case_id }) => [key, case_id]))
  return rows.map(row => deadLetterBody(row, caseIds.get(caseKeyOf(placeOf(row)))))
}

const placeOf = ({ group, letterPartition, letterOffset }: DeadLetterRow) => ({
  groupId: group,
  id: `${letterPartition}/${letterOffset}`,
})

function deadLetterBody(row: DeadLetterRow, caseId: string | undefined): DeadLetter {
  return {
    deadLetterId: row.deadLetterId,
    group: row.group,
    status: row.status,
    reason: row.reason,
    reasonKey: row.reasonKey,
    redrivable: row.outboxId === null,
    topic: row.topic,
    partition: row.originPartition,
    offset: row.originOffset,
    ...(row.type === null ? {} : { type: row.type }),
    ...(row.key === null ? {} : { key: row.key }),
    ...(row.value === null ? {} : { value: row.value }),
    headers: row.headers,
    ...(row.base64 === null ? {} : { base64: row.base64 }),
    ...(row.orderId === null ? {} : { orderId: row.orderId }),
    ...(caseId === undefined ? {} : { caseId }),
    deadLetteredAt: row.deadLetteredAt.toISOString(),
    ...(row.handledBy === null ? {} : { handledBy: row.handledBy }),
    ...(row.handledAt === null ? {} : { handledAt: row.handledAt.toISOString() }),
    ...(row.handledReason === null ? {} : { handledReason: row.handledReason }),
  }
}
