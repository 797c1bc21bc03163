import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import { PostgresJsSession, PostgresJsTransaction } from 'drizzle-orm/postgres-js'
import type postgres from 'postgres'
import { withoutValues } from '../without-values.ts'
import { type Db, type Executor, prepareStatements, type Queryable, type Tx } from './database.ts'

/** How a transaction ends: its last writes, and what its caller gets after the commit. */
export interface Ending<T> {
  readonly writes: readonly SQL[]
  readonly result: T
}

/** The part of the driver's connection that reports a close; `onexecute` receives it. */
interface Connection {
  onclose: ((error: Error) => void) | null
}

const dialect = new PgDialect()

/**
 * A transaction in two round trips, whatever the number of its statements. BEGIN is sent together with the first
 * statements of `run`; the writes that `run` ends with are sent together with COMMIT. Statements that `run` sends at the
 * same time share a round trip; each await in between costs one more.
 *
 * Throws what `run` threw, or the first error of a write; the transaction is rolled back then. When the connection is
 * lost before the answer to COMMIT, the error does not tell whether it was committed.
 */
export async function transact<T>(db: Db, run: (tx: Tx) => Promise<Ending<T>>): Promise<T> {
  const session = await db.$client.reserve()
  prepareStatements(session)
  const lost = Promise.withResolvers<never>()
  let connection: Connection | undefined
  let isLost = false
  lost.promise.catch(() => {
    isLost = true
  })
  const onexecute = (its: Connection) => {
    connection = its
    connection.onclose = lost.reject
    return true
  }
  try {
    const begun = session.unsafe('begin', [], { onexecute } as postgres.UnsafeQueryOptions).execute()
    const { writes, result } = await Promise.race([withBegin(begun, run(transactionOn(session))), lost.promise])
    await Promise.race([writeAndCommit(session, writes), lost.promise])
    return result
  } catch (error) {
    // Does nothing if COMMIT has ended the transaction already; rejected on a lost connection.
    await Promise.race([session`rollback`, lost.promise]).catch(() => {})
    throw withoutValues(error)
  } finally {
    if (connection) connection.onclose = null
    // The pool has already taken back a lost connection.
    if (!isLost) session.release()
  }
}

/** Runs statements at once, in the order given; inside a transaction they share a round trip. */
export async function runAll(db: Queryable, statements: readonly SQL[]): Promise<void> {
  await Promise.all(statements.map(statement => db.execute(statement)))
}

/** Runs single statements on a pool of the driver, or in a transaction of it. */
export function executorOn(session: postgres.Sql | postgres.TransactionSql): Executor {
  return transactionOn(session as postgres.Sql)
}

function transactionOn(session: postgres.Sql): Tx {
  return new PostgresJsTransaction(
    dialect,
    new PostgresJsSession(session as never, dialect, undefined),
    undefined,
  ) as Tx
}

async function withBegin<T>(begun: Promise<unknown>, running: Promise<T>): Promise<T> {
  const [result] = await Promise.all([running, begun])
  return result
}

/** After a failed write, PostgreSQL answers COMMIT with ROLLBACK. */
async function writeAndCommit(session: postgres.Sql, writes: readonly SQL[]): Promise<void> {
  const sent = writes.map(write => {
    const { sql, params } = dialect.sqlToQuery(write)
    return session.unsafe(sql, params as never[], { prepare: true }).execute()
  })
  const committed = session.unsafe('commit').execute()
  const outcomes = await Promise.allSettled([...sent, committed])
  const failed = outcomes.find(outcome => outcome.status === 'rejected')
  if (failed) throw failed.reason
  const { command } = await committed
  if (command !== 'COMMIT') throw new Error(`the transaction ended with ${command}`)
}
