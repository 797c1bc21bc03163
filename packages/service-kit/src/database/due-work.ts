import { type SQL, sql } from 'drizzle-orm'
import type { Registry } from 'prom-client'
import { addScrapedGauges, type Sample } from '../scraped-gauges.ts'
import type { Db } from './database.ts'

/** Rows that are counted at most, so that counting stays cheap. */
export const countMax = 10_000

/** A kind of work that a due worker does. */
export interface DueWork {
  kind: string
  /** `select <column> as due_at from … where <column> <= now()`: the due rows, found by an index. */
  due: SQL
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
