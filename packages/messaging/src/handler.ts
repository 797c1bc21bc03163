import type { DomainEvent, EventOf, EventType } from '@alipay-checkout/contracts'
import { faultPoint } from '@alipay-checkout/service-kit'
import { type Db, type Tx, transact } from '@alipay-checkout/service-kit/database'
import type { SQL } from 'drizzle-orm'
import { insertNewIds } from './inbox.ts'

/** What a batch of events comes to. */
export interface Outcome {
  /** Statements that go out together with COMMIT. */
  readonly writes?: readonly SQL[]
  /** Nothing of it is in the outbox: the relay need not look. */
  readonly quiet?: boolean
  /** Runs once the transaction has committed: hints, wake-ups, timers. Must not fail the event any more. */
  readonly afterCommit?: () => void
}

/**
 * An event that can't be right in the state things are in, named by the decision. Trying again would not help: it is
 * parked as soon as it is alone.
 */
export class RefusedEvent extends Error {
  override name = 'RefusedEvent'
}

/** What a service does with some types of events of one topic. All types that share a key belong in one handler. */
export interface Handler {
  readonly types: readonly EventType[]
  load(tx: Tx, events: DomainEvent[]): Promise<unknown>
  handle(tx: Tx, events: DomainEvent[], loaded: unknown): Outcome | Promise<Outcome>
}

/** A handler that asks and writes as it goes, each statement in a round trip of its own: for what is rare. */
export function on<const Types extends readonly EventType[]>(
  types: Types,
  handle: (tx: Tx, events: EventOf<Types[number]>[]) => Promise<Outcome>,
): Handler {
  return { types, load: async () => undefined, handle: handle as Handler['handle'] }
}

/**
 * A handler whose batch takes two round trips. `load` reads and locks what the events are about, all at once and before
 * it is known which of them are repeats; `decide` gets those that are new, and says what is to be written.
 */
export function onLoaded<const Types extends readonly EventType[], Loaded>(
  types: Types,
  load: (tx: Tx, events: EventOf<Types[number]>[]) => Promise<Loaded>,
  decide: (loaded: Loaded, events: EventOf<Types[number]>[]) => Outcome,
): Handler {
  return {
    types,
    load: load as Handler['load'],
    handle: (_tx, events, loaded) => decide(loaded as Loaded, events as EventOf<Types[number]>[]),
  }
}

/** Applies batches of events. */
export interface BatchApplier {
  /** Whether any handler takes events of this type. */
  takes(type: string): boolean
  /**
   * One transaction: recognises repeats (inbox), hands each handler those of its events that are new, in order, writes
   * what they say, and runs what waits for the commit. Events of types that nobody takes are left out. Gives back
   * whether the outbox may have got something.
   */
  apply(events: readonly DomainEvent[]): Promise<boolean>
}

/** `groupId` is whose inbox it is. */
export function createBatchApplier(options: { db: Db; groupId: string; handlers: readonly Handler[] }): BatchApplier {
  const { db, groupId } = options
  const handlerOf = new Map(
    options.handlers.flatMap(handler => handler.types.map(type => [type.name, handler] as const)),
  )

  async function decide(tx: Tx, events: readonly DomainEvent[]) {
    const perHandler = [...Map.groupBy(events, event => handlerOf.get(event.type) as Handler)]
    const [fresh, ...loaded] = await Promise.all([
      insertNewIds(tx, groupId, events),
      ...perHandler.map(([handler, its]) => handler.load(tx, its)),
    ])
    const outcomes: Outcome[] = []
    for (const [index, [handler, its]] of perHandler.entries()) {
      // Deleting as we go drops a repeat inside the batch too.
      const news = its.filter(event => fresh.delete(event.id.toLowerCase()))
      if (news.length > 0) outcomes.push(await handler.handle(tx, news, loaded[index]))
    }
    faultPoint('consumer.uncommitted')
    return { writes: outcomes.flatMap(({ writes = [] }) => writes), result: outcomes }
  }

  return {
    takes: type => handlerOf.has(type),
    async apply(events) {
      const taken = events.filter(event => handlerOf.has(event.type))
      if (taken.length === 0) return false
      const outcomes = await transact(db, tx => decide(tx, taken))
      for (const { afterCommit } of outcomes) afterCommit?.()
      return outcomes.some(({ quiet }) => !quiet)
    },
  }
}
