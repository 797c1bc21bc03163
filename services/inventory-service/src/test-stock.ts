import type { DomainEvent } from '@alipay-checkout/contracts'
import { createBatchApplier, createOutbox } from '@alipay-checkout/messaging'
import { sql } from 'drizzle-orm'
import { Registry } from 'prom-client'
import { onOrderEvents } from './stock/on-order-events.ts'
import type { Level, StockInput } from './stock/stock-state.ts'
import { type InventoryDatabase, openTestDatabase } from './test-database.ts'

/** For tests: the handler of order events on its own database. */
export interface TestStock {
  database: InventoryDatabase
  registry: Registry
  /** Deletes all products, stock and events. */
  reset(): Promise<void>
  /** Creates products with these numbers of units. */
  supply(supplies: Record<string, number>): Promise<void>
  /** Applies one batch as the consumer does. Returns the number of statements. */
  handle(events: readonly StockInput[]): Promise<number>
  levels(): Promise<Record<string, Omit<Level, 'sku'>>>
  /** The published stock results, in order. */
  results(): Promise<{ type: string; key: string; data: unknown }[]>
}

export async function openTestStock(): Promise<TestStock> {
  const registry = new Registry()
  const database = await openTestDatabase()
  const handlers = [onOrderEvents({ registry })]
  const outbox = createOutbox({ db: database.db, service: 'inventory-service' })
  const consumer = createBatchApplier({ outbox, groupId: 'inventory-service', handlers })
  return {
    database,
    registry,
    async reset() {
      registry.resetMetrics()
      await database.db.execute(sql`truncate products, stock_levels, stock_adjustments, reservations, outbox`)
    },
    async supply(supplies) {
      for (const [sku, supplied] of Object.entries(supplies)) {
        await database.db.execute(sql`insert into products (sku, title, price_fen) values (${sku}, ${sku}, 100)`)
        await database.db.execute(
          sql`insert into stock_levels (sku, available, supplied) values (${sku}, ${supplied}, ${supplied})`,
        )
      }
    },
    async handle(events) {
      let statements = 0
      database.client.options.debug = () => {
        statements += 1
      }
      await consumer.apply(events as DomainEvent[])
      return statements
    },
    async levels() {
      const rows = await database.db.execute<Level & Record<string, unknown>>(sql`select * from stock_levels`)
      return Object.fromEntries(rows.map(({ sku, ...level }) => [sku, level]))
    },
    async results() {
      const rows = await database.db.execute<{ type: string; key: string; value: string }>(
        sql`select headers ->> 'ce_type' as type, key, value from outbox order by id`,
      )
      return rows.map(({ type, key, value }) => ({ type, key, data: JSON.parse(value) }))
    },
  }
}
