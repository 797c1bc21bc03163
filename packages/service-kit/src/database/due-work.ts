import { type SQL, sql } from 'drizzle-orm'
import type { Registry } from 'prom-client'
import { addScrapedGauges, type Sample } from '../scraped-gauges.ts'
import type { Db, Executor } from './database.ts'

/** Rows that are counted at most, so that counting stays cheap. */
export const countMax = 10_000

/** A kind of work that a due worker does. */
export interface DueWork {
  kind: string
  /** `select <column> as due_at from … where <column> <= now()`: the due rows, found by an index. */
  due: SQL
}

/** Rows that are due now and later, at most 10,000 of each, and when. */
export interface DueCount {
  due: number
  waiting: number
  oldestDueAt: string | null
  nextDueAt: string | null
}

/**
 * Counts due work. `times`: `select <column> as due_at from … where <condition of a partial index>`, which also has the
 * rows that are due later; the index has to be on the column.
 */
export async function countDueWork(db: Executor, times: SQL): Promise<DueCount> {
  const counted = (condition: SQL) => sql`
    select count(*)::int as rows, min(due_at) as first
    from (select due_at from (${times}) t where ${condition} order by due_at limit ${countMax}) d`
  const [row] = await db.execute<{ due: number; waiting: number; oldest: string | null; next: string | null }>(sql`
    select d.rows as due, w.rows as waiting, d.first as oldest, w.first as next
    from (${counted(sql`due_at <= now()`)}) d, (${counted(sql`due_at > now()`)}) w`)
  const isoOf = (time: string | null | undefined) => (time ? new Date(time).toISOString() : null)
  return {
    due: row?.due ?? 0,
    waiting: row?.waiting ?? 0,
    oldestDueAt: isoOf(row?.oldest),
    nextDueAt: isoOf(row?.next),
  }
}

/**
 * The gauges `due_work` and `due_work_oldest_age_seconds` by kind: the rows that are due and not taken, at most 10,000 of
 * a kind, and the age of the oldest. Read at the scrape; every replica of a service reports the same.
 */
export function addDueWorkGauges({
  db,
  registry,
  work,
}: {
  db: Db
  registry: Registry
  work: readonly DueWork[]
}): void {
  const statement = sql.join(
    work.map(
      ({ kind, due }) => sql`
        select ${kind}::text as kind, count(*)::int as rows,
               coalesce(extract(epoch from now() - min(due_at)), 0)::float8 as age
        from (select due_at from (${due}) d order by due_at limit ${countMax}) t`,
    ),
    sql` union all `,
  )
  addScrapedGauges({
    registry,
    help: {
      due_work: 'Work that is due now and not taken, at most 10,000 of a kind',
      due_work_oldest_age_seconds: 'For how long the oldest of it has been due',
    },
    labelNames: ['kind'],
    async read() {
      const rows = await db.execute<{ kind: string; rows: number; age: number }>(statement)
      const samples = (value: (row: (typeof rows)[number]) => number): Sample[] =>
        rows.map(row => ({ labels: { kind: row.kind }, value: value(row) }))
      return { due_work: samples(row => row.rows), due_work_oldest_age_seconds: samples(row => row.age) }
    },
  })
}
