import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import { PostgresJsSession, PostgresJsTransaction } from 'drizzle-orm/postgres-js'
import type postgres from 'postgres'
import { withoutValues } from '../without-values.ts'
import { type Db, prepareStatements, type Queryable, type Tx } from './database.ts'

/** How a transaction ends: what is still to be written, and what its caller gets once that is committed. */
export interface Ending<T> {
  readonly writes: readonly SQL[]
  readonly result: T
}

/** The part of the driver's connection that tells when it is gone; `onexecute` hands it out. */
interface Connection {
  onclose: ((error: Error) => void) | null
}

const dialect = new PgDialect()

/**
 * A transaction in two round trips, whatever the number of its statements. BEGIN goes out together with the first
 * statements that `run` sends, without being waited for; the writes that `run` ends with go out together, and COMMIT
 * right behind them. Statements that `run` sends at the same time share a trip; those that it waits for cost one each.
 *
 * Throws what `run` threw, or the first error of a write; nothing has changed then. When the connection is lost before
 * the answer to COMMIT, that is thrown, and nobody knows whether it was done.
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
    const { writes, result } = await Promise.race([together(begun, run(transactionOn(session))), lost.promise])
    await Promise.race([writeAndCommit(session, writes), lost.promise])
    return result
  } catch (error) {
    // Where COMMIT has ended the transaction already this does nothing; on a lost connection it is refused.
    await Promise.race([session`rollback`, lost.promise]).catch(() => {})
    throw withoutValues(error)
  } finally {
    if (connection) connection.onclose = null
    // A lost connection is no longer ours: the pool has taken it back to open it anew.
    if (!isLost) session.release()
  }
}

/** Runs statements at once, in the order given; inside a transaction they share a round trip. */
export async function runAll(db: Queryable, statements: readonly SQL[]): Promise<void> {
  await Promise.all(statements.map(statement => db.execute(statement)))
}

function transactionOn(session: postgres.Sql): Tx {
  return new PostgresJsTransaction(
    dialect,
    new PostgresJsSession(session as never, dialect, undefined),
    undefined,
  ) as Tx
}

async function together<T>(begun: Promise<unknown>, running: Promise<T>): Promise<T> {
  const [result] = await Promise.all([running, begun])
  return result
}

/** After a write that fails, Postgres takes COMMIT for ROLLBACK. */
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
