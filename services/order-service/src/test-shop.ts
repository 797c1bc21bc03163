import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type {
  DomainEvent,
  Order,
  PaymentEvent,
  ProductChanged,
  StockRejected,
  StockReserved,
} from '@alipay-checkout/contracts'
import { createBatchApplier, createOutbox, type Outbox } from '@alipay-checkout/messaging'
import { createLogger, type HttpApp } from '@alipay-checkout/service-kit'
import { type Database, openDatabase } from '@alipay-checkout/service-kit/database'
import type { DueWorker } from '@alipay-checkout/service-kit/due-worker'
import { createTestDatabase, testStack, uniqueName } from '@alipay-checkout/test-support'
import { sql } from 'drizzle-orm'
import { Registry } from 'prom-client'
import { buildApp } from './app.ts'
import { onProductChanges } from './catalogue/on-product-changes.ts'
import { createOrderCloser } from './orders/close-due-orders-job.ts'
import { createOrderCompleter } from './orders/complete-orders-job.ts'
import { onStockAndPaymentEvents } from './orders/on-stock-and-payment-events.ts'
import { createOrderMetrics } from './orders/order-metrics.ts'
import { type OrderWatch, openOrderWatch } from './orders/order-watch.ts'
import { createSoldOutCache } from './orders/sold-out.ts'
import { completeAfterMs } from './test-orders.ts'

export const serviceToken = 'a-token-for-tests-only'
export const ttlMs = 60_000
export const limits = { openOrdersMax: 20, unitsPerLineMax: 999 }

type AnyEvent = StockReserved | StockRejected | PaymentEvent | ProductChanged

/** A response; its body is parsed JSON. */
interface TestResponse {
  status: number
  body: Record<string, never> & { order: Order }
}

/** order-service on its own database. `consume` applies events of other services as its consumer does. */
export interface TestShop {
  app: HttpApp
  database: Database
  outbox: Outbox
  watch: OrderWatch
  registry: Registry
  /** Makes all entries of the sold-out cache expire. */
  expireSoldOut(): void
  /** Times for which the closing of orders was scheduled. */
  scheduled: Date[]
  /** A replica's worker that closes due orders; it runs by `runNow`. */
  createCloser(): DueWorker
  /** A replica's worker that completes due orders; it runs by `runNow`. */
  createCompleter(): DueWorker
  /** Sends a request with the service token. */
  send(method: 'GET' | 'POST', url: string, payload?: object, headers?: Record<string, string>): Promise<TestResponse>
  consume(...events: Pick<AnyEvent, 'type' | 'data'>[]): Promise<void>
  /** The types of an order's events in the outbox, in order. */
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
  const redis = { url: redisUrl }
  const registry = new Registry()
  const watch = openOrderWatch({ redis, systemName: uniqueName('shop'), logger, registry })
  let clockMs = 0
  const soldOut = createSoldOutCache(() => clockMs)
  const scheduled: Date[] = []
  const outbox = createOutbox({ db: database.db, service: 'order-service' })
  const createCloser = () => createOrderCloser({ db: database.db, outbox, watch, logger })
  const createCompleter = () => createOrderCompleter({ db: database.db, outbox, logger })
  const closer: DueWorker = { ...createCloser(), schedule: dates => void scheduled.push(...dates) }
  const app = buildApp({
    db: database.db,
    service: 'order-service',
    outbox,
    watch,
    soldOut,
    closer,
    completer: createCompleter(),
    ttlMs,
    limits,
    completeAfterMs,
    serviceToken,
    logger,
    registry,
    readiness: {},
  })
  await app.ready()
  const metrics = createOrderMetrics(registry)
  const handlers = [onStockAndPaymentEvents({ watch, soldOut, completeAfterMs, metrics }), onProductChanges()]
  const consumer = createBatchApplier({ outbox, groupId: 'order-service', handlers })
  return {
    app,
    database,
    outbox,
    watch,
    registry,
    createCloser,
    createCompleter,
    scheduled,
    expireSoldOut() {
      clockMs += 3_600_000
    },
    async send(method, url, payload, more) {
      const headers = { 'x-service-token': serviceToken, ...more }
      const answer = await app.inject({ method, url, headers, ...(payload ? { payload } : {}) })
      return { status: answer.statusCode, body: (answer.body ? answer.json() : undefined) as TestResponse['body'] }
    },
    async consume(...events) {
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
