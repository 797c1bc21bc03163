import { getTableName, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'

type Columns = Record<string, PgColumn>
type RowOf<C extends Columns> = {
  [K in keyof C]: C[K]['_']['notNull'] extends true ? C[K]['_']['data'] : C[K]['_']['data'] | null
}

/** Some columns of a table, to be selected by hand-written SQL. */
export interface Selection<C extends Columns> {
  /** `"orders"."order_id" as "orderId", …`, with `prefix` before each name. */
  readonly fields: SQL
  /** A selected row with the types of the schema. */
  decode(row: Record<string, unknown>): RowOf<C>
}

/**
 * Drizzle's query builder builds a statement at every execution, which costs more than executing it for small batches.
 * This gives hand-written statements the same names and types, built once.
 */
export function selectionOf<C extends Columns>(columns: C, prefix = ''): Selection<C> {
  const entries = Object.entries(columns).map(([name, column]) => ({ name, from: prefix + name, column }))
  const fields = entries.map(({ from, column }) => `"${getTableName(column.table)}"."${column.name}" as "${from}"`)
  return {
    fields: sql.raw(fields.join(', ')),
    decode: row =>
      Object.fromEntries(
        entries.map(({ name, from, column }) => {
          const value = row[from]
          return [name, value === null ? null : column.mapFromDriverValue(value)]
        }),
      ) as RowOf<C>,
  }
}
