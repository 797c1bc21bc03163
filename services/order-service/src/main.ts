import { consumedTopics } from '@alipay-checkout/contracts'
import { createOutbox, startMessaging } from '@alipay-checkout/messaging'
import {
  addServiceInfo,
  type ReadinessChecks,
  runService,
  shownSettings,
  startMetricsServer,
  waitFor,
} from '@alipay-checkout/service-kit'
import { kafkaConnection, redisConnection } from '@alipay-checkout/service-kit/connections'
import { openDatabase, watchClock } from '@alipay-checkout/service-kit/database'
import { addDueWork } from '@alipay-checkout/service-kit/due-worker'
import { Registry } from 'prom-client'
import { buildApp } from './app.ts'
import { onProductChanges } from './catalogue/on-product-changes.ts'
import { configSchema, readConfig } from './config.ts'
import { addDueOrderGauges, createOrderCloser } from './orders/close-due-orders-job.ts'
import { createOrderCompleter } from './orders/complete-orders-job.ts'
import { createRecipientDeleter } from './orders/delete-recipients-job.ts'
import { onStockAndPaymentEvents } from './orders/on-stock-and-payment-events.ts'
import { addOrderStateGauges, createOrderMetrics } from './orders/order-metrics.ts'
import { openOrderWatch } from './orders/order-watch.ts'
import { createSoldOutCache } from './orders/sold-out.ts'

/** Also the name of the consumer group: a new name would consume all topics from their beginning. */
const service = 'order-service'
/** How often due orders are looked for without a timer, ms. */
const sweepEveryMs = 10_000
/** The same for recipients, which are kept for days, ms. */
const recipientSweepEveryMs = 60_000
const dayMs = 24 * 3600 * 1000

await runService(service, async logger => {
  const startedAt = new Date()
  const config = readConfig()
  const redis = redisConnection(config)
  const { SYSTEM_NAME: systemName } = config
  const completeAfterMs = Math.round(config.COMPLETE_AFTER_DAYS * dayMs)
  const registry = new Registry()
  const metricsServer = await startMetricsServer(config, registry)
  const database = openDatabase({ url: config.ORDER_DATABASE_URL, name: service })
  const { db } = database
  await waitFor('Postgres', database.check, { logger })
  await database.requireSessions()

  addDueOrderGauges({ db, registry })
  addOrderStateGauges({ db, registry, ttlMs: config.ORDER_TTL_SECONDS * 1000 })
  const clock = watchClock({ database, logger, registry })
  const watch = openOrderWatch({ redis, systemName, logger, registry })
  const soldOut = createSoldOutCache()
  const outbox = createOutbox({ db, service })
  const messaging = startMessaging({
    outbox,
    service,
    kafka: kafkaConnection(config),
    topics: consumedTopics['order-service'],
    handlers: [
      onStockAndPaymentEvents({ watch, soldOut, completeAfterMs, metrics: createOrderMetrics(registry) }),
      onProductChanges(),
    ],
    database,
    logger,
    registry,
  })
  const timers = { redis, systemName, sweepEveryMs }
  const closer = createOrderCloser({ db, outbox, watch, timers, logger })
  const completer = createOrderCompleter({ db, outbox, timers, logger })
  const recipientDeleter = createRecipientDeleter({
    db,
    retention: {
      recipientDays: config.RETENTION_DAYS_RECIPIENT,
      completeAfterDays: config.COMPLETE_AFTER_DAYS,
    },
    timers: { ...timers, sweepEveryMs: recipientSweepEveryMs },
    logger,
  })

  const readiness: ReadinessChecks = {
    required: { postgres: database.check },
    // Without Kafka, orders are placed and their events wait in the outbox; without Redis, the sweep closes due orders.
    optional: { kafka: messaging.check, redis: closer.check, clock: clock.check },
  }
  const app = buildApp({
    db,
    service,
    outbox,
    watch,
    soldOut,
    closer,
    completer,
    ttlMs: config.ORDER_TTL_SECONDS * 1000,
    limits: {
      openOrdersMax: config.MAX_OPEN_ORDERS_PER_CUSTOMER,
      unitsPerLineMax: config.MAX_UNITS_PER_LINE,
    },
    completeAfterMs,
    serviceToken: config.SERVICE_TOKEN,
    logger,
    registry,
    readiness,
    servesMetrics: metricsServer === undefined,
  })
  addDueWork(app, { service, workers: [closer, completer, recipientDeleter] })
  addServiceInfo(app, { service, startedAt, readiness, settings: shownSettings(configSchema, config) })
  await app.listen({ host: config.HOST, port: config.PORT })
  logger.info({ port: config.PORT }, 'order-service accepts requests')

  return {
    async close() {
      await app.close()
      await Promise.all([closer.close(), completer.close(), recipientDeleter.close()])
      await messaging.stop()
      watch.close()
      clock.stop()
      await database.close()
      await metricsServer?.close()
    },
  }
})
