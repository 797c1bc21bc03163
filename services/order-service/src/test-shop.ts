import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type {
  DomainEvent,
  PaymentEvent,
  ProductChanged,
  StockRejected,
  StockReserved,
} from '@alipay-checkout/contracts'
import { createBatchApplier } from '@alipay-checkout/messaging'
import { createLogger, type HttpApp } from '@alipay-checkout/service-kit'
import { type Database, openDatabase } from '@alipay-checkout/service-kit/database'
import type { DueJobs } from '@alipay-checkout/service-kit/due-jobs'
import { createTestDatabase, testStack, uniqueName } from '@alipay-checkout/test-support'
import { sql } from 'drizzle-orm'
import { Registry } from 'prom-client'
import { buildApp } from './app.ts'
import { onProductChanges } from './catalogue/on-product-changes.ts'
import { onStockAndPaymentEvents } from './orders/on-stock-and-payment-events.ts'
import { type OrderWatch, openOrderWatch } from './orders/order-watch.ts'
import { createSoldOutMemory } from './orders/sold-out.ts'

export const serviceToken = 'a-token-for-tests-only'
export const ttlMs = 60_000
export const limits = { openOrdersMax: 20, unitsPerLineMax: 999 }

type AnyEvent = StockReserved | StockRejected | PaymentEvent | ProductChanged

/** order-service on a database of its own, with the events of others handed to it as its consumer would. */
export interface TestShop {
  app: HttpApp
  database: Database
  watch: OrderWatch
  /** What was sold out is asked about again. */
  forgetSoldOut(): void
  /** Times for which a wake-up was asked. */
  scheduled: Date[]
  hear(...events: Pick<AnyEvent, 'type' | 'data'>[]): Promise<void>
  /** Types of the events in the outbox about an order, in order. */
  outboxOf(orderId: string): Promise<string[]>
  close(): Promise<void>
}

export async function openTestShop(): Promise<TestShop> {
  const migrationsFolder = fileURLToPath(new URL('../drizzle', import.meta.url))
  const [{ redisUrl }, created] = await Promise.all([
    testStack(),
    createTestDatabase('order_test', { migrationsFolder }),
  ])
  const logger = createLogger('order-service', 'silent')
  const database = openDatabase({ url: created.url, name: 'order-test' })
  const watch = openOrderWatch({ redisUrl, systemName: uniqueName('shop'), logger, registry: new Registry() })
  let clockMs = 0
  const soldOut = createSoldOutMemory(() => clockMs)
  const scheduled: Date[] = []
  const closing: DueJobs = {
    schedule: dates => void scheduled.push(...dates),
    check: async () => {},
    close: async () => {},
  }
  const app = buildApp({
    db: database.db,
    watch,
    soldOut,
    closing,
    wakeRelay: () => {},
    ttlMs,
    limits,
    serviceToken,
    logger,
    registry: new Registry(),
    readiness: {},
  })
  await app.ready()
  const handlers = [onStockAndPaymentEvents(watch, soldOut), onProductChanges()]
  const consumer = createBatchApplier({ db: database.db, groupId: 'order-service', handlers })
  return {
    app,
    database,
    watch,
    scheduled,
    forgetSoldOut() {
      clockMs += 3_600_000
    },
    async hear(...events) {
      await consumer.apply(
        events.map(event => ({ key: '', id: randomUUID(), time: new Date(), ...event }) as DomainEvent),
      )
    },
    async outboxOf(orderId) {
      const rows = await database.db.execute<{ type: string }>(
        sql`select headers ->> 'ce_type' as type from outbox where key = ${orderId} order by id`,
      )
      return rows.map(row => row.type)
    },
    async close() {
      await app.close()
      watch.close()
      await database.close()
      await created.drop()
    },
  }
}
