import type postgres from 'postgres'

/** Between two looks at who is writing, ms. Rows deleted within this time are all that a read passes over. */
const lookEveryMs = 250

/**
 * Knows up to which id the outbox can hold nothing any more, so that reading it never passes over the rows that were
 * deleted long ago. Those stay in the index for as long as any snapshot is open that might see them (a running backup).
 */
export interface SettledIds {
  /** No row with this id or a lower one is there, or will ever be. */
  floor(): number
  /** Looks at who is writing. To be sent before a read, on the session of that read; at most every 250 ms. */
  look(): Promise<void>
  /** After a read of everything above the floor, in the order of ids, which was sent after `look`: its lowest id. */
  advance(lowestId: number | undefined): void
}

/**
 * An id is taken from the sequence when its row is inserted and is seen when its transaction commits, so that a lower
 * id may become visible after a higher one. A transaction takes an id only while it holds a lock on the table for
 * writing, and gives that lock back after its commit is visible. So every id that the sequence had given out at some
 * moment is decided once all who held such a lock just after that moment have ended.
 *
 * The floor belongs to one session: after a crash of PostgreSQL a deletion that was not yet on disk is undone.
 */
export function createSettledIds(session: postgres.Sql): SettledIds {
  let floor = 0
  let settled = 0
  let pending: { lastId: number; writers: ReadonlySet<string> } | undefined
  let lookedAtMs = Number.NEGATIVE_INFINITY

  async function look(): Promise<void> {
    if (performance.now() - lookedAtMs < lookEveryMs) return
    lookedAtMs = performance.now()
    // The id first: whoever has taken it holds the lock, or has ended.
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
    // Somebody has set the sequence back.
    if (lastId < settled) [floor, settled, pending] = [0, 0, undefined]
    const writers = new Set(locks.map(({ writer }) => writer))
    if (pending?.writers.isDisjointFrom(writers)) {
      settled = pending.lastId
      pending = undefined
    }
    if (writers.size === 0) [settled, pending] = [lastId, undefined]
    else pending ??= { lastId, writers }
  }

  return {
    floor: () => floor,
    look,
    advance(lowestId) {
      floor = Math.max(floor, Math.min(settled, lowestId === undefined ? settled : lowestId - 1))
    },
  }
}
