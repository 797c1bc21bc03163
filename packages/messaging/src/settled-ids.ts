import type postgres from 'postgres'

/** Between two observations of the writers, ms. A read passes over the rows that were deleted within this time. */
const observeEveryMs = 250

/**
 * The id up to which the outbox holds no rows and never will, so that reads do not pass over deleted rows. Those stay in
 * the index for as long as a snapshot is open that might see them, such as that of a running backup.
 */
export interface SettledIds {
  /** No row has this id or a lower one, nor ever will. */
  bound(): number
  /** Observes which transactions are writing, at most every 250 ms. To be sent before a read, on the same session. */
  observeWriters(): Promise<void>
  /** Takes the lowest id of a read of all rows above the bound, which was sent after `observeWriters`. */
  advance(lowestId: number | undefined): void
}

/**
 * A row takes its id from the sequence at its insert and becomes visible at the commit, so that a lower id may become
 * visible after a higher one. A transaction takes ids only while it holds a write lock on the table, and releases that
 * lock after its commit is visible. So the ids up to the sequence's value at some moment are settled once all
 * transactions that held such a lock just after that moment have ended.
 *
 * The bound is valid for one session: a crash of PostgreSQL undoes deletions that were not yet on disk.
 */
export function createSettledIds(session: postgres.Sql): SettledIds {
  let bound = 0
  let settled = 0
  let pending: { lastId: number; writers: ReadonlySet<string> } | undefined
  let observedAtMs = Number.NEGATIVE_INFINITY

  async function observeWriters(): Promise<void> {
    if (performance.now() - observedAtMs < observeEveryMs) return
    observedAtMs = performance.now()
    // The sequence first: a transaction that has taken an id holds the lock, or has ended.
    const [[sequence], locks] = await Promise.all([
      session<{ lastId: string }[]>`
        select case when is_called then last_value else 0 end as "lastId" from outbox_id_seq`,
      session<{ writer: string }[]>`
        select virtualtransaction || ' ' || coalesce(pid, 0) as writer from pg_locks
        where locktype = 'relation' and relation = 'outbox'::regclass and pid is distinct from pg_backend_pid()
          and database = (select oid from pg_database where datname = current_database())
          and mode not in ('AccessShareLock', 'RowShareLock', 'ShareUpdateExclusiveLock')`,
    ])
    const lastId = Number(sequence?.lastId)
    // The sequence was set back by hand.
    if (lastId < settled) [bound, settled, pending] = [0, 0, undefined]
    const writers = new Set(locks.map(({ writer }) => writer))
    if (pending?.writers.isDisjointFrom(writers)) {
      settled = pending.lastId
      pending = undefined
    }
    if (writers.size === 0) [settled, pending] = [lastId, undefined]
    else pending ??= { lastId, writers }
  }

  return {
    bound: () => bound,
    observeWriters,
    advance(lowestId) {
      bound = Math.max(bound, Math.min(settled, lowestId === undefined ? settled : lowestId - 1))
    },
  }
}
