import type { ExtractTablesWithRelations, SQL } from 'drizzle-orm'
import { sql } from 'drizzle-orm'
import { PgPreparedQuery, type PgTransaction } from 'drizzle-orm/pg-core'
import { drizzle, type PostgresJsDatabase, type PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { withoutValues } from '../without-values.ts'
import { storableJson, storableParameters } from './storable.ts'

type NoSchema = Record<string, never>
export type Db = PostgresJsDatabase<NoSchema> & { $client: postgres.Sql }
export type Tx = PgTransaction<PostgresJsQueryResultHKT, NoSchema, ExtractTablesWithRelations<NoSchema>>
/** Either one: for reads that work inside a transaction and outside. */
export type Queryable = Pick<Db, 'execute' | 'select' | 'insert' | 'update' | 'delete'>

export interface Database {
  url: string
  db: Db
  /** The driver itself, for what drizzle has no word for: LISTEN, and sessions that hold a lock. */
  client: postgres.Sql<{ bigint: number }>
  close(): Promise<void>
}

/**
 * The one place where drizzle runs statements. Its errors carry all parameters in their message, which callers put into
 * logs, dead letters and cases: they are taken out here, before anybody sees them.
 */
interface Runner {
  queryWithCache(query: string, params: unknown[], run: () => Promise<unknown>): Promise<unknown>
}
const runner = PgPreparedQuery.prototype as unknown as Runner
const runWithValuesInErrors = runner.queryWithCache
runner.queryWithCache = async function (query, params, run) {
  try {
    return await runWithValuesInErrors.call(this, query, params, run)
  } catch (error) {
    throw withoutValues(error)
  }
}

/**
 * A prepared statement keeps the plan of its first executions until its tables are analysed. Made while a table was new,
 * that plan would read the table from end to end, for as long as it grows until then: so statements are kept to indexes.
 */
const byIndexOnly = { enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off' }

/**
 * Opens a pool. Every statement is prepared once per connection, since the hot ones are few and always the same; they
 * find their rows by index. `bulk` leaves the plans to the database, for a session that goes through whole tables.
 * `bigint` columns come back as numbers: fen and counts stay far below 2^53.
 */
export function openDatabase(options: { url: string; name: string; poolSize?: number; bulk?: boolean }): Database {
  const client = postgres(options.url, {
    max: options.poolSize ?? 10,
    connect_timeout: 5,
    // Come back quickly after a restart of Postgres, without hammering it.
    backoff: attempt => Math.min(0.1 * 2 ** attempt, 1),
    onnotice: () => {},
    // A connection whose time is over in the middle of a transaction would keep its process from closing.
    max_lifetime: null,
    connection: {
      application_name: options.name,
      ...(options.bulk ? {} : byIndexOnly),
      // A statement that takes longer is stuck: fail it, so that its locks go and its caller hears.
      statement_timeout: 30_000,
      // A replica that is frozen within a transaction holds its rows and customers for no longer than this; no transaction
      // waits for anything but the database.
      idle_in_transaction_session_timeout: 15_000,
    },
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
  })
  prepareStatements(client)
  return { url: options.url, db: drizzle(client) as unknown as Db, client, close: () => client.end({ timeout: 5 }) }
}

/**
 * drizzle sends every statement through `unsafe` with `prepare: false`; this makes that true, in transactions too. Texts
 * that PostgreSQL would refuse are made storable here, so that no fact from outside fails a statement.
 */
export function prepareStatements(client: postgres.Sql | postgres.TransactionSql): void {
  const unsafe = client.unsafe.bind(client)
  client.unsafe = ((query: string, params?: never[], options?: postgres.UnsafeQueryOptions) =>
    unsafe(
      query,
      storableParameters(params),
      options?.prepare === false ? { ...options, prepare: true } : options,
    )) as typeof client.unsafe
  if (!('begin' in client)) return
  const begin = client.begin.bind(client) as (run: (tx: postgres.TransactionSql) => unknown) => Promise<unknown>
  client.begin = ((run: (tx: postgres.TransactionSql) => unknown) =>
    begin(tx => {
      prepareStatements(tx)
      return run(tx)
    })) as typeof client.begin
}

/** Any number of rows as one parameter: `select * from jsonb_to_recordset(${jsonRows(rows)}) as r(id text, …)`. */
export function jsonRows(rows: readonly object[]): SQL {
  return sql`${storableJson(JSON.stringify(rows))}::jsonb`
}

/** Any number of texts as one parameter: `where id = any(${textArray(ids)})`. */
export function textArray(values: readonly string[]): SQL {
  return sql`${sql.param(values)}::text[]`
}
