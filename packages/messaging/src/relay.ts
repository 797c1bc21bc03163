import { setTimeout as delay } from 'node:timers/promises'
import { faultPoint, type Logger } from '@alipay-checkout/service-kit'
import type { Database } from '@alipay-checkout/service-kit/database'
import { Counter, Gauge, type Registry } from 'prom-client'
import { deadLetterTopic } from './dead-letters.ts'
import { eventFields, tracePublished } from './event-spans.ts'
import type { Producer } from './kafka.ts'
import { stopWithin } from './membership.ts'
import { deleteTaken, exchange, isCutShort, moveToRejected, type OldestEvent, readOldest } from './outbox-rows.ts'
import { type OutboxRow, publishRows, type RefusedRow } from './publish.ts'
import { openRelaySession, type RelaySession, silentMaxMs, tryToLead } from './relay-session.ts'
import { createSettledIds } from './settled-ids.ts'

/** Without a wake-up the relay reads the outbox this often, ms: the delay that a lost notification causes. */
const pollEveryMs = 1_000
/** Published rows are deleted after this time without a new event, ms: longer than the gap between batches under load. */
const deleteAfterMs = 100
/** No replica publishes when the oldest event stays the same for this long, s: longer than a takeover takes. */
const stuckAfterSeconds = 20

export interface Relay {
  /** Publishes what was just committed to the outbox. Call it after every such commit. */
  wake(): void
  /** Whether this process publishes, and why its last attempt failed, if it did. */
  state(): { leader: boolean; problem?: string }
  /**
   * Throws with the reason while events are not published: this process can't publish or, on the other replicas, the
   * oldest event of the outbox stays the same.
   */
  check(): Promise<void>
  stop(): Promise<void>
}

/**
 * Publishes the rows of the outbox in id order, in batches, with `acks=all`, and deletes them once Kafka has them. It
 * skips none: a row that becomes visible late, with a lower id than published ones, is the next one that is read. An
 * advisory lock lets one replica publish at a time. After a crash between publishing and deleting, rows are published
 * again; consumers recognise the ids. A row that Kafka can never accept is moved to `outbox_rejected`, and a dead letter
 * of `service` describes it.
 */
export function startRelay(options: {
  service: string
  database: Database
  producer: Producer
  logger: Logger
  registry: Registry
}): Relay {
  const { database, producer, logger, registry } = options
  const published = new Counter({ name: 'outbox_published_total', help: 'Events published', registers: [registry] })
  const rejected = new Counter({
    name: 'outbox_rejected_total',
    help: 'Events that Kafka can never accept, moved to outbox_rejected',
    registers: [registry],
  })
  const lag = new Gauge({ name: 'outbox_last_batch', help: 'Rows in the last batch', registers: [registry] })
  const leads = new Gauge({
    name: 'outbox_relay_leader',
    help: '1 on the replica that publishes the outbox of its database, 0 on others',
    registers: [registry],
  })
  const stopping = new AbortController()
  let leader = false
  let problem: string | undefined
  let stuckSince: string | undefined
  let publishingSinceMs: number | undefined
  let woken = Promise.withResolvers<void>()

  const wakeLocally = () => woken.resolve()
  const isStopping = () => stopping.signal.aborted

  function setLeader(value: boolean): void {
    leader = value
    leads.set(value ? 1 : 0)
  }

  /** Publishes while this session holds the lock. */
  async function lead(session: RelaySession): Promise<void> {
    const settled = createSettledIds(session.sql)
    let taken: number[] = []
    while (!isStopping() && !session.isLost()) {
      woken = Promise.withResolvers()
      const [, rows] = await session.answered(
        Promise.all([settled.observeWriters(), exchange(session, { taken, settledId: settled.bound() })]),
      )
      settled.advance(rows[0]?.id)
      taken = rows.length > 0 ? await publish(session, rows) : []
      problem = undefined
      if (isCutShort(rows)) continue
      const timer = setTimeout(wakeLocally, taken.length > 0 ? deleteAfterMs : pollEveryMs)
      await woken.promise
      clearTimeout(timer)
    }
    if (taken.length > 0 && !session.isLost()) await session.answered(deleteTaken(session, taken))
  }

  /** Returns the ids of the rows that Kafka has; rows that it can never accept are moved to `outbox_rejected`. */
  async function publish(session: RelaySession, rows: readonly OutboxRow[]): Promise<number[]> {
    // After a pause of this process another one may publish: the rows that were read before must not be sent then.
    const refuseIfSilent = () => {
      if (session.isLost() || session.silentForMs() > silentMaxMs)
        throw new Error('this process was paused for too long: another replica may publish by now')
    }
    publishingSinceMs = performance.now()
    const refused = await session
      .whileAlive(() => tracePublished(rows, () => publishRows(producer, rows, refuseIfSilent)))
      .finally(() => {
        publishingSinceMs = undefined
      })
    faultPoint('relay.published')
    if (refused.length > 0) await reject(session, refused)
    published.inc(rows.length - refused.length)
    lag.set(rows.length)
    const refusedIds = new Set(refused.map(({ row }) => row.id))
    return rows.map(row => row.id).filter(id => !refusedIds.has(id))
  }

  async function reject(session: RelaySession, refused: readonly RefusedRow[]): Promise<void> {
    await session.answered(moveToRejected(session, { deadLetterTopic: deadLetterTopic(options.service), refused }))
    rejected.inc(refused.length)
    for (const { row, reason } of refused)
      logger.error(
        {
          outboxId: row.id,
          topic: row.topic,
          key: row.key,
          reason,
          ...eventFields(row.key, row.headers.ce_traceparent),
        },
        'an event can never be published; it is in outbox_rejected',
      )
  }

  /** Waits for the lock, and meanwhile checks whether the replica that holds it publishes. */
  async function waitForTurn(session: RelaySession): Promise<void> {
    const settled = createSettledIds(session.sql)
    let oldest: OldestEvent | undefined
    while (!isStopping() && !session.isLost()) {
      if (await tryToLead(session)) return setLeader(true)
      const [, found] = await session.answered(
        Promise.all([settled.observeWriters(), readOldest(session, { settledId: settled.bound(), before: oldest })]),
      )
      oldest = found
      settled.advance(oldest?.id)
      stuckSince = oldest && oldest.oldestForSeconds > stuckAfterSeconds ? oldest.seenAt : undefined
      problem = undefined
      await delay(pollEveryMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  async function waitAndLead(): Promise<void> {
    const session = openRelaySession(database.url)
    try {
      await waitForTurn(session)
      stuckSince = undefined
      if (leader) await lead(session)
    } finally {
      setLeader(false)
      await session.end()
    }
  }

  async function run(): Promise<void> {
    while (!isStopping()) {
      try {
        await waitAndLead()
      } catch (error) {
        const reason = (error as Error).message
        if (problem !== reason) logger.warn({ reason }, 'the relay failed; it starts again')
        problem = reason
      }
      await delay(pollEveryMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  function whyNotPublishing(): string | undefined {
    if (problem) return `the relay can't publish: ${problem}`
    if (stuckSince) return `no replica publishes: the oldest event of the outbox is the same since ${stuckSince}`
    const waitedMs = publishingSinceMs === undefined ? 0 : performance.now() - publishingSinceMs
    if (waitedMs > stuckAfterSeconds * 1_000)
      return `the relay can't publish: Kafka has not acknowledged a batch for ${Math.round(waitedMs / 1_000)} s`
    return undefined
  }

  setLeader(false)
  const listening = database.client.listen('outbox', wakeLocally).catch(error => {
    logger.warn(
      { reason: (error as Error).message },
      'LISTEN failed: events of other replicas are found by reading the outbox every second',
    )
    return undefined
  })
  const running = run()

  return {
    wake() {
      if (leader) wakeLocally()
      // Outside of transactions, because PostgreSQL serializes the commits of all transactions that contain a NOTIFY.
      else void database.client.notify('outbox', '').catch(() => {})
    },
    state: () => (problem ? { leader, problem } : { leader }),
    async check() {
      const reason = whyNotPublishing()
      if (reason) throw new Error(reason)
    },
    async stop() {
      stopping.abort()
      wakeLocally()
      // A batch that is not acknowledged stays in the outbox for the next relay.
      await stopWithin(() => running)
      await (await listening)?.unlisten().catch(() => {})
    },
  }
}
