import type { DomainEvent } from '@alipay-checkout/contracts'
import { type BatchApplier, insertNewIds } from '@alipay-checkout/messaging'
import { withoutValues } from '@alipay-checkout/service-kit'
import { executorOn } from '@alipay-checkout/service-kit/database'
import type postgres from 'postgres'
import type { Transaction } from './api.ts'

export type Handle = (event: DomainEvent, sql: Transaction) => unknown

/** Applies a batch in one transaction of the user's database: new events in order, each with the handler of its type. */
export function createApplier(options: {
  client: postgres.Sql
  group: string
  handlers: ReadonlyMap<string, Handle>
  /** Must not throw. */
  afterCommit: () => void
}): BatchApplier {
  const { client, group, handlers, afterCommit } = options

  async function handleNew(events: readonly DomainEvent[], sql: Transaction): Promise<void> {
    const fresh = await insertNewIds(executorOn(sql), group, events)
    for (const event of events) {
      // `delete` is false for the second of two equal ids in one batch.
      if (fresh.delete(event.id.toLowerCase())) await handlers.get(event.type)?.(event, sql)
    }
  }

  return {
    takes: type => handlers.has(type),
    async apply(events) {
      const taken = events.filter(event => handlers.has(event.type))
      if (taken.length === 0) return
      try {
        await client.begin(sql => handleNew(taken, sql))
      } catch (error) {
        throw withoutValues(error)
      }
      afterCommit()
    },
  }
}
