import { setTimeout as delay } from 'node:timers/promises'
import { faultPoint, type Logger } from '@alipay-checkout/service-kit'
import type { Database } from '@alipay-checkout/service-kit/database'
import { Counter, Gauge, type Registry } from 'prom-client'
import { deadLetterTopic } from './dead-letters.ts'
import type { Producer } from './kafka.ts'
import { stopWithin } from './membership.ts'
import { deleteTaken, exchange, isCutShort, type OldestEvent, readOldest, setAside } from './outbox-rows.ts'
import { type OutboxRow, publishRows, type RefusedRow } from './publish.ts'
import { openRelaySession, type RelaySession, silentMaxMs, tryToLead } from './relay-session.ts'
import { createSettledIds } from './settled-ids.ts'

/** Without a wake-up the relay looks this often, ms: what a lost notification costs. */
const lookEveryMs = 1_000
/** When nothing more comes, ms: what Kafka took is deleted then. More than lies between two batches under load. */
const tidyAfterMs = 100
/** The oldest event does not move for this long, s: nobody publishes. Longer than it takes another replica to go on. */
const stuckAfterSeconds = 20

export interface Relay {
  /** Something was committed to the outbox: publish it now. Cheap; call it after every such commit. */
  wake(): void
  /** Whether this process publishes, and whether its last try to reach Kafka worked. */
  state(): { leader: boolean; problem?: string }
  /**
   * Throws with the reason while events do not go out: this process can't publish, or, on any other replica, the oldest
   * event of the outbox has been waiting and nobody takes it.
   */
  check(): Promise<void>
  stop(): Promise<void>
}

/**
 * Publishes what the outbox holds: in id order, in batches, with `acks=all`, and deletes what Kafka has taken. It never
 * skips: a row that becomes visible late, with a lower id than published ones, is simply the next to be read. Replicas
 * take turns by an advisory lock. A crash between publishing and deleting publishes again; consumers know the ids. A row
 * that Kafka can never take is moved to `outbox_rejected`, and a dead letter of `service` says so.
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
    help: 'Events that Kafka can never take, moved to outbox_rejected',
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

  /** Publishes for as long as this session holds the lock. */
  async function lead(session: RelaySession): Promise<void> {
    const settled = createSettledIds(session.sql)
    let taken: number[] = []
    while (!isStopping() && !session.isLost()) {
      woken = Promise.withResolvers()
      const [, rows] = await session.answered(
        Promise.all([settled.look(), exchange(session, { taken, floor: settled.floor() })]),
      )
      settled.advance(rows[0]?.id)
      taken = rows.length > 0 ? await publish(session, rows) : []
      problem = undefined
      // Whoever committed something since has woken us, or will.
      if (isCutShort(rows)) continue
      const looking = setTimeout(wakeLocally, taken.length > 0 ? tidyAfterMs : lookEveryMs)
      await woken.promise
      clearTimeout(looking)
    }
    if (taken.length > 0 && !session.isLost()) await session.answered(deleteTaken(session, taken))
  }

  /** Gives back the ids of the rows that Kafka has; those that it can never take are set aside. */
  async function publish(session: RelaySession, rows: readonly OutboxRow[]): Promise<number[]> {
    // A process that was frozen finds another one publishing when it wakes; what it has read is no longer its to send.
    const refuseIfSilent = () => {
      if (session.isLost() || session.silentForMs() > silentMaxMs)
        throw new Error('this process was away for too long, and another may publish by now')
    }
    publishingSinceMs = performance.now()
    const refused = await session
      .whileAlive(() => publishRows(producer, rows, refuseIfSilent))
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
    await session.answered(setAside(session, { deadLetterTopic: deadLetterTopic(options.service), refused }))
    rejected.inc(refused.length)
    for (const { row, reason } of refused)
      logger.error({ outboxId: row.id, topic: row.topic, key: row.key, reason }, 'an event can never be published')
  }

  /** Waits for the lock, and meanwhile sees whether whoever holds it publishes. */
  async function waitForTurn(session: RelaySession): Promise<void> {
    const settled = createSettledIds(session.sql)
    let oldest: OldestEvent | undefined
    while (!isStopping() && !session.isLost()) {
      if (await tryToLead(session)) return setLeader(true)
      const [, found] = await session.answered(
        Promise.all([settled.look(), readOldest(session, { floor: settled.floor(), before: oldest })]),
      )
      oldest = found
      settled.advance(oldest?.id)
      stuckSince = oldest && oldest.oldestForSeconds > stuckAfterSeconds ? oldest.seenAt : undefined
      problem = undefined
      await delay(lookEveryMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  async function takeTurns(): Promise<void> {
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
        await takeTurns()
      } catch (error) {
        const reason = (error as Error).message
        if (problem !== reason) logger.warn({ reason }, 'the relay stopped, trying again')
        problem = reason
      }
      await delay(lookEveryMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  function whyNothingGoesOut(): string | undefined {
    if (problem) return `the relay can't publish: ${problem}`
    if (stuckSince) return `nobody publishes: the oldest event of the outbox is the same since ${stuckSince}`
    const waitedMs = publishingSinceMs === undefined ? 0 : performance.now() - publishingSinceMs
    if (waitedMs > stuckAfterSeconds * 1_000)
      return `the relay can't publish: Kafka has not taken a batch for ${Math.round(waitedMs / 1_000)} s`
    return undefined
  }

  setLeader(false)
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
    async check() {
      const reason = whyNothingGoesOut()
      if (reason) throw new Error(reason)
    },
    async stop() {
      stopping.abort()
      wakeLocally()
      // A batch that Kafka does not take stays in the outbox, whoever publishes it next.
      await stopWithin(() => running)
      await (await listening)?.unlisten().catch(() => {})
    },
  }
}
