import { setTimeout as delay } from 'node:timers/promises'
import type postgres from 'postgres'
import { withClient } from '../system/books.ts'
import { round } from './statistics.ts'

/** What the databases did for some orders, by name of the database. */
export interface DatabaseWork {
  statementsPerOrder: Record<string, number>
  transactionsPerOrder: Record<string, number>
}

/** Sessions tell what they did within a second while they work, and within ten once they rest. */
const statisticsDelayMs = 11_000

/** Where the server's log of changes stands, bytes. */
export async function walPosition(sql: postgres.Sql): Promise<number> {
  const [row] = await sql<{ position: string }[]>`select pg_current_wal_lsn() - '0/0'::pg_lsn as position`
  return Number(row!.position)
}

/** Prepares the server for counting statements; it counts from its next start on. */
export async function loadStatementCounter(sql: postgres.Sql): Promise<void> {
  await sql`alter system set shared_preload_libraries = 'pg_stat_statements'`
  await sql`alter system set pg_stat_statements.max = 10000`.catch(() => {})
}

/**
 * Counts what the server does for a load in these databases: every statement that clients sent but `begin` and `commit`,
 * and every transaction, read-only ones included.
 *
 * @param load what is done meanwhile; gives back the number of orders
 */
export async function countWork(
  sql: postgres.Sql,
  databases: readonly string[],
  load: () => Promise<number>,
): Promise<DatabaseWork> {
  await sql`create extension if not exists pg_stat_statements`
  await sql`select pg_stat_statements_reset()`
  const before = await transactions(sql, databases)
  const orders = await load()
  const counted = await sql<{ name: string; count: string }[]>`
    select d.datname as name, sum(s.calls) as count
    from pg_stat_statements s join pg_database d on d.oid = s.dbid
    where d.datname = any(${databases}) and s.toplevel and s.query !~* '^\\s*(begin|commit|rollback|start transaction)'
    group by 1`
  await delay(statisticsDelayMs)
  const after = await transactions(sql, databases)
  return {
    statementsPerOrder: Object.fromEntries(counted.map(({ name, count }) => [name, round(Number(count) / orders)])),
    transactionsPerOrder: Object.fromEntries(
      databases.map(name => [name, round(((after.get(name) ?? 0) - (before.get(name) ?? 0)) / orders)]),
    ),
  }
}

/**
 * Rows that sessions have read by going through one of these tables from end to end, since the server was made. What
 * they do now is counted, too: this waits until they have told.
 *
 * @param url as superuser, of the database itself
 */
export async function rowsReadWhole(url: string, tables: readonly string[]): Promise<number> {
  await delay(statisticsDelayMs)
  const [row] = await withClient(
    url,
    client => client<{ rows: string }[]>`
      select coalesce(sum(seq_tup_read), 0) as rows from pg_stat_user_tables where relname = any(${tables})`,
  )
  return Number(row?.rows)
}

async function transactions(sql: postgres.Sql, databases: readonly string[]): Promise<Map<string, number>> {
  const rows = await sql<{ name: string; count: string }[]>`
    select datname as name, xact_commit + xact_rollback as count
    from pg_stat_database where datname = any(${databases})`
  return new Map(rows.map(({ name, count }) => [name, Number(count)]))
}
