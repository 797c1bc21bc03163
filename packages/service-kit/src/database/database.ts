import type { ExtractTablesWithRelations, SQL } from 'drizzle-orm'
import { sql } from 'drizzle-orm'
import { PgPreparedQuery, type PgTransaction } from 'drizzle-orm/pg-core'
import { drizzle, type PostgresJsDatabase, type PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js'
import type postgres from 'postgres'
import { adviceOnPostgres, withAdvice } from '../connections/index.ts'
import { openPostgres } from '../connections/postgres.ts'
import { withoutValues } from '../without-values.ts'
import { requireSessions } from './require-sessions.ts'
import { storableJson, storableParameters } from './storable.ts'

type NoSchema = Record<string, never>
export type Db = PostgresJsDatabase<NoSchema> & { $client: postgres.Sql }
export type Tx = PgTransaction<PostgresJsQueryResultHKT, NoSchema, ExtractTablesWithRelations<NoSchema>>
/** Runs a statement, inside a transaction or outside. */
export type Executor = Pick<Db, 'execute'>
/** For statements that work inside a transaction and outside. */
export type Queryable = Pick<Db, 'execute' | 'select' | 'insert' | 'update' | 'delete'>

export interface Database {
  url: string
  db: Db
  /** The driver itself, for what drizzle does not offer: LISTEN, and sessions that hold a lock. */
  client: postgres.Sql<{ bigint: number }>
  /** Resolves while the database answers; throws the reason, with the setting that it points at. */
  check(): Promise<void>
  /** Throws ConfigError where a pooler keeps the connections from being sessions of their own. */
  requireSessions(): Promise<void>
  close(): Promise<void>
}

/**
 * The method by which drizzle runs every statement. Its errors contain all parameters in their message, which would get
 * into logs, dead letters and cases: they are removed here.
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
 * A prepared statement keeps the plan of its first executions until its tables are analysed. A plan that was made for a
 * new, small table would be a sequential scan while the table grows, so only index scans are allowed.
 */
const byIndexOnly = { enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off' }

/**
 * Opens a pool. Every statement is prepared once per connection, because the frequent ones are few, and finds its rows by
 * index. `bulk` leaves plans to the database, for sessions that read whole tables. `bigint` columns are read as numbers:
 * amounts in fen and counts stay far below 2^53.
 */
export function openDatabase(options: { url: string; name: string; poolSize?: number; bulk?: boolean }): Database {
  const client = openPostgres(
    options.url,
    {
      ...poolOptions(options.poolSize ?? 10),
      connection: { ...sessionSettings(options.name), ...(options.bulk ? {} : byIndexOnly) },
      types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
    },
    // A bulk session may send rows for minutes before it gets an answer.
    options.bulk ? {} : { silentMaxMs },
  )
  prepareStatements(client)
  return {
    url: options.url,
    db: drizzle(client) as unknown as Db,
    client,
    check: () => checkAnswer(client),
    requireSessions: () => requireSessions(client, shownTimeouts),
    close: () => client.end({ timeout: 5 }),
  }
}

/**
 * Opens a pool of the driver alone: it reads values as the driver's manual says, and the database chooses all plans.
 */
export function openClient({ url, name, poolSize }: { url: string; name: string; poolSize: number }): postgres.Sql {
  return openPostgres(url, { ...poolOptions(poolSize), connection: sessionSettings(name) }, { silentMaxMs })
}

/** Throws the reason, with the setting that it points at, where the database does not answer. */
async function checkAnswer(client: postgres.Sql): Promise<void> {
  try {
    await client`select 1`
  } catch (error) {
    throw withAdvice(error, adviceOnPostgres(error))
  }
}

function poolOptions(poolSize: number) {
  return {
    max: poolSize,
    connect_timeout: 5,
    // Reconnects quickly after a restart of PostgreSQL, but at most once a second per connection.
    backoff: (attempt: number) => Math.min(0.1 * 2 ** attempt, 1),
    onnotice: () => {},
    // A connection that reaches its lifetime within a transaction would keep the process from closing.
    max_lifetime: null,
  }
}

/** A statement that takes longer is stuck: its failure releases its locks and reaches its caller. */
const statementTimeoutMs = 30_000
/**
 * A process that is paused within a transaction holds its locks no longer than this. No transaction waits for anything but
 * the database.
 */
const idleTransactionTimeoutMs = 15_000

/**
 * A server that has not answered for so long is gone: while it runs, it answers after `statementTimeoutMs`. Its connections
 * are ended, so that the pool opens others, and what waited for it can be tried again.
 */
const silentMaxMs = 45_000

/** How PostgreSQL shows them. */
const shownTimeouts = {
  statement_timeout: `${statementTimeoutMs / 1_000}s`,
  idle_in_transaction_session_timeout: `${idleTransactionTimeoutMs / 1_000}s`,
}

function sessionSettings(name: string) {
  return {
    application_name: name,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: idleTransactionTimeoutMs,
  }
}

/**
 * Prepares all statements, also in transactions: drizzle sends them through `unsafe` with `prepare: false`. Texts that
 * PostgreSQL would refuse are made storable here, so that no text from outside fails a statement.
 */
export function prepareStatements(client: postgres.Sql | postgres.TransactionSql): void {
  const unsafe = client.unsafe.bind(client)
  const prepared = (query: string, params?: never[], options?: postgres.UnsafeQueryOptions) =>
    unsafe(query, storableParameters(params), options?.prepare === false ? { ...options, prepare: true } : options)
  client.unsafe = prepared as typeof client.unsafe
  if (!('begin' in client)) return
  const begin = client.begin.bind(client) as (run: (tx: postgres.TransactionSql) => unknown) => Promise<unknown>
  client.begin = ((run: (tx: postgres.TransactionSql) => unknown) =>
    begin(tx => {
      prepareStatements(tx)
      return run(tx)
    })) as typeof client.begin
}

/** A `where` clause with all of these conditions; nothing without any. */
export function where(conditions: readonly SQL[]): SQL {
  return conditions.length === 0 ? sql`` : sql`where ${sql.join([...conditions], sql` and `)}`
}

/** Any number of rows as one parameter: `select * from jsonb_to_recordset(${jsonRows(rows)}) as r(id text, …)`. */
export function jsonRows(rows: readonly object[]): SQL {
  return sql`${storableJson(JSON.stringify(rows))}::jsonb`
}

/** Any number of texts as one parameter: `where id = any(${textArray(ids)})`. */
export function textArray(values: readonly string[]): SQL {
  return sql`${sql.param(values)}::text[]`
}
