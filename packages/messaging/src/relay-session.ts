import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'

/** One relay per database: this advisory lock is held by the session that publishes. */
const relayLock = 'alipay-checkout outbox relay'
/**
 * A publishing session that PostgreSQL has not heard of for this long is ended, ms: its process is frozen, or its host is
 * gone without a word. Another replica publishes within two seconds of that.
 */
export const silentMaxMs = 8_000
/** A publishing session says something this often, ms, also while it waits for Kafka. */
const signOfLifeEveryMs = 2_000

/** A session of its own, because the lock lives and dies with it. */
export interface RelaySession {
  sql: postgres.Sql<{ bigint: number }>
  /** Whether the connection has closed. */
  isLost(): boolean
  /** Waits for the answers to statements; throws when PostgreSQL is silent for 8 s. Nothing else waits on the session. */
  answered<T>(statements: Promise<T>): Promise<T>
  /** How long ago the last statement was sent that PostgreSQL has answered, ms. Goes on while the process is frozen. */
  silentForMs(): number
  /** Keeps the session from being taken for dead while something else is waited for. */
  whileAlive<T>(work: () => Promise<T>): Promise<T>
  end(): Promise<void>
}

export function openRelaySession(url: string): RelaySession {
  let lost = false
  let lastSignOfLifeMs = performance.now()
  const sql = postgres(url, {
    max: 1,
    connect_timeout: 5,
    onnotice: () => {},
    onclose: () => {
      lost = true
    },
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
    connection: {
      application_name: 'outbox relay',
      // Losing a delete in a crash only publishes again; waiting for the disk would slow every event down.
      synchronous_commit: 'off',
      // The outbox is read by its key alone: a plan made while it was small would read all that was deleted since.
      enable_seqscan: 'off',
      enable_bitmapscan: 'off',
    },
  })

  async function answered<T>(statements: Promise<T>): Promise<T> {
    const sentAtMs = performance.now()
    const done = new AbortController()
    const silence = delay(silentMaxMs, undefined, { signal: done.signal }).then(() => {
      lost = true
      throw new Error(`PostgreSQL has not answered for ${silentMaxMs / 1_000} s`)
    })
    silence.catch(() => {})
    // What is not waited for any more must not crash the process.
    statements.catch(() => {})
    try {
      const result = await Promise.race([statements, silence])
      lastSignOfLifeMs = sentAtMs
      return result
    } finally {
      done.abort()
    }
  }

  return {
    sql,
    isLost: () => lost,
    answered,
    silentForMs: () => performance.now() - lastSignOfLifeMs,
    async whileAlive(work) {
      const saying = setInterval(() => {
        answered(sql`select 1`).catch(() => {})
      }, signOfLifeEveryMs)
      try {
        return await work()
      } finally {
        clearInterval(saying)
      }
    },
    end: () => sql.end({ timeout: 1 }).catch(() => {}),
  }
}

/**
 * Takes the lock, if it is free. Where the session that holds it is silent, ends that session: what it has read before
 * can then neither be deleted nor set aside by it, and the lock is free at the next try.
 *
 * PostgreSQL itself keeps when each session last spoke, by its own clock. A session that is busy is left alone, unless it
 * is busy sending to somebody who takes nothing. A role may end sessions of its own.
 */
export async function tryToLead({ sql, answered }: RelaySession): Promise<boolean> {
  const [answer] = await answered(
    sql<{ locked: boolean }[]>`select pg_try_advisory_lock(hashtext(${relayLock})) as locked`,
  )
  if (answer?.locked) return true
  await answered(sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where pid in (
        select pid from pg_locks
        where locktype = 'advisory' and granted and objsubid = 1
          and database = (select oid from pg_database where datname = current_database())
          and (classid::bigint << 32) | objid::bigint = hashtext(${relayLock})::bigint
      )
      and (state <> 'active' or wait_event_type = 'Client')
      and greatest(backend_start, query_start, state_change)
        < clock_timestamp() - ${silentMaxMs}::int * interval '1 millisecond'`)
  return false
}
