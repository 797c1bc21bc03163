import { startMessaging } from '@alipay-checkout/messaging'
import { runService, waitFor } from '@alipay-checkout/service-kit'
import { openDatabase, watchClock } from '@alipay-checkout/service-kit/database'
import { startDueJobs } from '@alipay-checkout/service-kit/due-jobs'
import { Registry } from 'prom-client'
import { buildApp } from './app.ts'
import { onProductChanges } from './catalogue/on-product-changes.ts'
import { readConfig } from './config.ts'
import { deleteExpiredKeys } from './idempotency/key-store.ts'
import { addOrderGauges } from './metrics.ts'
import { closeDueOrders } from './orders/close-due-orders-job.ts'
import { onStockAndPaymentEvents } from './orders/on-stock-and-payment-events.ts'
import { serviceName } from './orders/order-store.ts'
import { openOrderWatch } from './orders/order-watch.ts'
import { createSoldOutMemory } from './orders/sold-out.ts'

/** How often we look for due orders that no timer told us about, ms. */
const sweepEveryMs = 10_000

await runService(serviceName, async logger => {
  const config = readConfig()
  const registry = new Registry()
  const database = openDatabase({ url: config.ORDER_DATABASE_URL, name: serviceName })
  await waitFor('Postgres', () => database.client`select 1`, { logger })

  addOrderGauges({ db: database.db, registry })
  const clock = watchClock({ database, logger, registry })
  const watch = openOrderWatch({ redisUrl: config.REDIS_URL, systemName: config.SYSTEM_NAME, logger, registry })
  const soldOut = createSoldOutMemory()
  const messaging = startMessaging({
    service: serviceName,
    brokers: config.KAFKA_BROKERS,
    topics: ['inventory.events', 'payment.events'],
    handlers: [onStockAndPaymentEvents(watch, soldOut), onProductChanges()],
    database,
    logger,
    registry,
  })
  const wakeRelay = messaging.relay.wake
  const closing = startDueJobs({
    name: 'close-due-orders',
    redisUrl: config.REDIS_URL,
    systemName: config.SYSTEM_NAME,
    logger,
    sweepEveryMs,
    async runDue() {
      await closeDueOrders({ db: database.db, watch, wakeRelay })
      await deleteExpiredKeys(database.db)
    },
  })

  const app = buildApp({
    db: database.db,
    watch,
    soldOut,
    closing,
    wakeRelay,
    ttlMs: config.ORDER_TTL_SECONDS * 1000,
    limits: {
      openOrdersMax: config.MAX_OPEN_ORDERS_PER_CUSTOMER,
      unitsPerLineMax: config.MAX_UNITS_PER_LINE,
    },
    serviceToken: config.SERVICE_TOKEN,
    logger,
    registry,
    readiness: {
      required: { postgres: () => database.client`select 1` },
      // Without Kafka orders are placed and their events wait; without Redis the sweep closes what is due.
      optional: { kafka: messaging.check, redis: closing.check, clock: clock.check },
    },
  })
  await app.listen({ host: config.HOST, port: config.PORT })
  logger.info({ port: config.PORT }, 'order-service takes requests')

  return {
    async close() {
      await app.close()
      await closing.close()
      await messaging.stop()
      watch.close()
      clock.stop()
      await database.close()
    },
  }
})
