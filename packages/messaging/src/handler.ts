import type { DomainEvent, EventOf, EventType } from '@alipay-checkout/contracts'
import { faultPoint } from '@alipay-checkout/service-kit'
import type { Tx } from '@alipay-checkout/service-kit/database'
import { traceApplied } from './event-spans.ts'
import { insertNewIds } from './inbox.ts'
import type { Changes, Outbox } from './outbox.ts'

/**
 * An event that a decision rejects, with the decision's reason as the message. A retry would be rejected again, so that
 * the event is dead-lettered as soon as it is handled alone.
 */
export class RefusedEvent extends Error {
  override name = 'RefusedEvent'
}

/** What a service does with some event types. Types whose events share a key belong in one handler, which gets them in order. */
export interface Handler {
  readonly types: readonly EventType[]
  load(tx: Tx, events: DomainEvent[]): Promise<unknown>
  handle(tx: Tx, events: DomainEvent[], loaded: unknown): Changes | Promise<Changes>
}

/** A handler for rare events: it reads and writes as it goes, with one round trip for each statement. */
export function on<const Types extends readonly EventType[]>(
  types: Types,
  handle: (tx: Tx, events: EventOf<Types[number]>[]) => Promise<Changes>,
): Handler {
  return { types, load: async () => undefined, handle: handle as Handler['handle'] }
}

/**
 * A handler whose batch takes two round trips. `load` reads and locks the rows that the events are about, before it is
 * known which events are repeats; `decide` gets the new ones and returns the changes.
 */
export function onLoaded<const Types extends readonly EventType[], Loaded>(
  types: Types,
  load: (tx: Tx, events: EventOf<Types[number]>[]) => Promise<Loaded>,
  decide: (loaded: Loaded, events: EventOf<Types[number]>[]) => Changes,
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
   * One transaction: recognises repeats (inbox), passes each handler its new events in order, commits the changes that
   * they return, and runs `afterCommit`. Events that no handler takes are left out.
   */
  apply(events: readonly DomainEvent[]): Promise<void>
}

/** `groupId` names the inbox. The events of handlers are stored in `outbox`, which then wakes the relay. */
export function createBatchApplier(options: {
  outbox: Outbox
  groupId: string
  handlers: readonly Handler[]
}): BatchApplier {
  const { outbox, groupId } = options
  const handlerOf = new Map(
    options.handlers.flatMap(handler => handler.types.map(type => [type.name, handler] as const)),
  )

  async function decide(tx: Tx, events: readonly DomainEvent[]): Promise<Changes[]> {
    const perHandler = [...Map.groupBy(events, event => handlerOf.get(event.type) as Handler)]
    const [fresh, ...loaded] = await Promise.all([
      insertNewIds(tx, groupId, events),
      ...perHandler.map(([handler, its]) => handler.load(tx, its)),
    ])
    const changes: Changes[] = []
    for (const [index, [handler, its]] of perHandler.entries()) {
      // `delete` is false for the second of two equal ids in one batch.
      const newEvents = its.filter(event => fresh.delete(event.id.toLowerCase()))
      if (newEvents.length > 0) changes.push(await handler.handle(tx, newEvents, loaded[index]))
    }
    faultPoint('consumer.uncommitted')
    return changes
  }

  return {
    takes: type => handlerOf.has(type),
    async apply(events) {
      const taken = events.filter(event => handlerOf.has(event.type))
      if (taken.length > 0) await traceApplied(groupId, taken, its => outbox.transactAll(tx => decide(tx, its)))
    },
  }
}
