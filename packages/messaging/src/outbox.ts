import type { NewEvent } from '@alipay-checkout/contracts'
import { type Db, jsonRows, type Tx, transact } from '@alipay-checkout/service-kit/database'
import { type SQL, sql } from 'drizzle-orm'
import { uuidv7 } from 'uuidv7'
import { recordCommitted, traceCommitted } from './event-spans.ts'
import { toRecord } from './record.ts'

/** What a transaction ends with. */
export type Changes = {
  /** Statements that are sent together with COMMIT. */
  readonly writes?: readonly SQL[]
  /** Runs once, after the commit: hints, timers, waiting requests. It must not throw. */
  readonly afterCommit?: () => void
} & (
  | { readonly events?: undefined; readonly now?: Date }
  /** Events to be published, in this order, and the time at which their facts became true. */
  | { readonly events: readonly NewEvent[]; readonly now: Date }
)

/** What a unit of work ends with, and what its caller gets once that is committed. */
export type UnitOfWork<T> = Changes & { readonly result: T }

/** Stores events in the transaction of their cause. */
export interface Outbox {
  /**
   * A transaction in two round trips (see `transact` of service-kit), which stores its events together with its writes.
   * After the commit, the relay is woken if there are events, and `afterCommit` runs.
   *
   * Throws what `run` threw, or the first error of a write; nothing has changed then.
   */
  transact<T>(run: (tx: Tx) => Promise<UnitOfWork<T>>): Promise<T>
  /** The same for several changes that share one transaction, in their order. */
  transactAll(run: (tx: Tx) => Promise<readonly Changes[]>): Promise<void>
  /** Names the relay that is woken after commits. `startMessaging` does so; before that, events wait in the outbox. */
  bindRelay(relay: { wake(): void }): void
}

/** The outbox of `service`, the producer of all events that are stored here. */
export function createOutbox({ db, service }: { db: Db; service: string }): Outbox {
  let wakeRelay = () => {}

  async function transactAll(run: (tx: Tx) => Promise<readonly Changes[]>): Promise<void> {
    const startedAt = performance.now()
    const { all, traced } = await transact(db, async tx => {
      const changes = await run(tx)
      const committed = changes.map(({ events = [] }) => traceCommitted(events))
      const writes = changes.flatMap(({ writes = [], now }, index) => [
        ...writes,
        ...(now ? outboxInserts(service, committed[index]?.events ?? [], now) : []),
      ])
      return { writes, result: { all: changes, traced: committed.flatMap(({ traced }) => traced) } }
    })
    recordCommitted(traced, performance.now() - startedAt)
    if (all.some(({ events }) => events && events.length > 0)) wakeRelay()
    for (const { afterCommit } of all) afterCommit?.()
  }

  return {
    async transact<T>(run: (tx: Tx) => Promise<UnitOfWork<T>>): Promise<T> {
      let work: UnitOfWork<T> | undefined
      await transactAll(async tx => {
        work = await run(tx)
        return [work]
      })
      return (work as UnitOfWork<T>).result
    },
    transactAll,
    bindRelay(relay) {
      wakeRelay = () => relay.wake()
    },
  }
}

/**
 * The statement that stores events for publishing, to be run in the transaction of what caused them: one, whatever
 * their number, or none without events. `source` is the producing service; `time` is when the facts became true.
 */
export function outboxInserts(source: string, events: readonly NewEvent[], time: Date): SQL[] {
  if (events.length === 0) return []
  const records = events.map(event => toRecord(event, { id: uuidv7(), time, source }))
  return [
    sql`
      insert into outbox (topic, key, headers, value)
      select topic, key, headers, value
      from jsonb_to_recordset(${jsonRows(records)}) as r(topic text, key text, headers jsonb, value text)`,
  ]
}
