import { openPostgres } from '@alipay-checkout/service-kit/postgres'
import type postgres from 'postgres'

/** One relay per database: this advisory lock is held by the session that publishes. */
const relayLock = 'alipay-checkout outbox relay'
/**
 * A publishing session that has sent no statement for this long is terminated, ms: its process is paused, or its host is
 * gone. Another replica publishes within two seconds of that.
 */
export const silentMaxMs = 8_000
/** A publishing session sends a statement this often, ms, also while it waits for Kafka. */
const keepAliveEveryMs = 2_000

/** A session of its own, because the advisory lock ends with it. */
export interface RelaySession {
  sql: postgres.Sql<{ bigint: number }>
  /** Whether the connection has closed. */
  isLost(): boolean
  /** Waits for the answers to statements; throws when PostgreSQL does not answer for 8 s. */
  answered<T>(statements: Promise<T>): Promise<T>
  /** Time since the last answered statement was sent, ms; includes time in which the process was paused. */
  silentForMs(): number
  /** Sends statements during `work`, so that no other replica terminates the session. */
  whileAlive<T>(work: () => Promise<T>): Promise<T>
  end(): Promise<void>
}

export function openRelaySession(url: string): RelaySession {
  let lost = false
  let lastAnsweredMs = performance.now()
  const sql = openPostgres(url, {
    max: 1,
    connect_timeout: 5,
    onnotice: () => {},
    onclose: () => {
      lost = true
    },
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
    connection: {
      application_name: 'outbox relay',
      // A delete that a crash undoes only publishes the rows again; waiting for the disk would delay every event.
      synchronous_commit: 'off',
      // Read by primary key only: a plan that was made for a small table would scan all deleted rows.
      enable_seqscan: 'off',
      enable_bitmapscan: 'off',
    },
  })

  async function answered<T>(statements: Promise<T>): Promise<T> {
    const sentAtMs = performance.now()
    const silence = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      lost = true
      silence.reject(new Error(`PostgreSQL has not answered for ${silentMaxMs / 1_000} s`))
    }, silentMaxMs)
    // After a timeout, a late rejection must not crash the process.
    statements.catch(() => {})
    try {
      const result = await Promise.race([statements, silence.promise])
      lastAnsweredMs = sentAtMs
      return result
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    sql,
    isLost: () => lost,
    answered,
    silentForMs: () => performance.now() - lastAnsweredMs,
    async whileAlive(work) {
      const timer = setInterval(() => {
        answered(sql`select 1`).catch(() => {})
      }, keepAliveEveryMs)
      try {
        return await work()
      } finally {
        clearInterval(timer)
      }
    },
    end: () => sql.end({ timeout: 1 }).catch(() => {}),
  }
}

/**
 * Takes the lock if it is free. If the session that holds it is silent, terminates that session: it can then no longer
 * delete the rows that it has read, and the lock is free at the next attempt.
 *
 * PostgreSQL records the last activity of each session by its own clock. An active session is left alone, unless it is
 * blocked on sending to its client. A role may terminate its own sessions.
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
