import { setTimeout as delay } from 'node:timers/promises'
import { faultPoint, type Logger } from '@alipay-checkout/service-kit'
import type { Database } from '@alipay-checkout/service-kit/database'
import postgres from 'postgres'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Producer } from './kafka.ts'
import type { OutgoingRecord } from './record.ts'

/** Records published in one request. A few hundred KB: one Kafka request, one delete. */
const relayBatchSizeMax = 1_000
/** Without a wake-up the relay looks this often, ms: what a lost notification costs. */
const lookEveryMs = 1_000
/** When nothing more comes, ms: what Kafka took is deleted then. More than lies between two batches under load. */
const tidyAfterMs = 100
/** One relay per database: this advisory lock is held by the session that publishes. */
const relayLock = 'alipay-checkout outbox relay'

export interface Relay {
  /** Something was committed to the outbox: publish it now. Cheap; call it after every such commit. */
  wake(): void
  /** Whether this process publishes, and whether its last try to reach Kafka worked. */
  state(): { leader: boolean; problem?: string }
  stop(): Promise<void>
}

interface OutboxRow extends OutgoingRecord {
  id: number
}

/**
 * Publishes what the outbox holds: in id order, in batches, with `acks=all`, and deletes what Kafka has taken. It never
 * skips: a row that becomes visible late, with a lower id than published ones, is simply the next to be read. Replicas
 * take turns by an advisory lock. A crash between publishing and deleting publishes again; consumers know the ids.
 */
export function startRelay(options: {
  database: Database
  producer: Producer
  logger: Logger
  registry: Registry
}): Relay {
  const { database, producer, logger } = options
  const published = new Counter({
    name: 'outbox_published_total',
    help: 'Events published',
    registers: [options.registry],
  })
  const lag = new Gauge({ name: 'outbox_last_batch', help: 'Rows in the last batch', registers: [options.registry] })
  const stopping = new AbortController()
  let leader = false
  let problem: string | undefined
  let woken = Promise.withResolvers<void>()

  const wakeLocally = () => woken.resolve()

  /** Publishes for as long as this session holds the lock. */
  async function lead(session: postgres.Sql, lost: AbortSignal): Promise<void> {
    let taken: number[] = []
    while (!stopping.signal.aborted && !lost.aborted) {
      woken = Promise.withResolvers()
      const rows = await exchange(session, taken)
      if (rows.length > 0) await publish(rows)
      taken = rows.map(row => row.id)
      problem = undefined
      // Whoever committed something since has woken us, or will.
      if (rows.length === relayBatchSizeMax) continue
      const looking = setTimeout(wakeLocally, taken.length > 0 ? tidyAfterMs : lookEveryMs)
      await woken.promise
      clearTimeout(looking)
    }
    if (taken.length > 0 && !lost.aborted) await session`delete from outbox where id = any(${taken}::bigint[])`
  }

  /**
   * Deletes what Kafka has taken and reads what comes next: one statement, so that publishing takes one transaction of
   * the database, whatever its size. It reads as of before the delete, hence the exclusion.
   */
  function exchange(session: postgres.Sql, taken: readonly number[]) {
    return session<OutboxRow[]>`
      with gone as (delete from outbox where id = any(${taken}::bigint[]) returning id)
      select id, topic, key, headers, value from outbox
      where id not in (select id from gone) order by id limit ${relayBatchSizeMax}`
  }

  async function publish(rows: readonly OutboxRow[]): Promise<void> {
    const byTopic = Map.groupBy(rows, row => row.topic)
    const topicMessages = [...byTopic].map(([topic, messages]) => ({ topic, messages }))
    await producer.sendBatch({ topicMessages, acks: -1 })
    faultPoint('relay.published')
    published.inc(rows.length)
    lag.set(rows.length)
  }

  async function takeTurns(): Promise<void> {
    const lost = new AbortController()
    // A session of its own, because the lock lives and dies with it.
    const session = postgres(database.url, {
      max: 1,
      connect_timeout: 5,
      onnotice: () => {},
      onclose: () => lost.abort(),
      connection: {
        application_name: 'outbox relay',
        // Losing a delete in a crash only publishes again; waiting for the disk would slow every event down.
        synchronous_commit: 'off',
      },
    })
    try {
      const lockIsOurs = await session`select pg_try_advisory_lock(hashtext(${relayLock})) as locked`
      leader = lockIsOurs[0]?.locked === true
      problem = undefined
      if (leader) await lead(session, lost.signal)
    } finally {
      leader = false
      await session.end({ timeout: 1 }).catch(() => {})
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await takeTurns()
      } catch (error) {
        const reason = (error as Error).message
        if (problem !== reason) logger.warn({ reason }, 'the relay stopped, trying again')
        problem = reason
      }
      await delay(lookEveryMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  const listening = database.client.listen('outbox', wakeLocally).catch(error => {
    logger.warn({ reason: (error as Error).message }, 'not listening for other replicas; looking every second')
    return undefined
  })
  const running = run()

  return {
    wake() {
      if (leader) wakeLocally()
      // Outside any transaction: a NOTIFY inside one makes every commit of the database wait for the others.
      else void database.client.notify('outbox', '').catch(() => {})
    },
    state: () => (problem ? { leader, problem } : { leader }),
    async stop() {
      stopping.abort()
      wakeLocally()
      await running
      await (await listening)?.unlisten().catch(() => {})
    },
  }
}
