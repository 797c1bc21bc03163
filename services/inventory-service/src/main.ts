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
import { kafkaConnection } from '@alipay-checkout/service-kit/connections'
import { openDatabase, watchClock } from '@alipay-checkout/service-kit/database'
import { Registry } from 'prom-client'
import { buildApp } from './app.ts'
import { configSchema, readConfig } from './config.ts'
import { onOrderEvents } from './stock/on-order-events.ts'

/** Also the name of the consumer group: a new name would consume all topics from their beginning. */
const service = 'inventory-service'

await runService(service, async logger => {
  const startedAt = new Date()
  const config = readConfig()
  const registry = new Registry()
  const metricsServer = await startMetricsServer(config, registry)

  const database = openDatabase({ url: config.INVENTORY_DATABASE_URL, name: service })
  await waitFor('Postgres', database.check, { logger })
  await database.requireSessions()

  const clock = watchClock({ database, logger, registry })
  const outbox = createOutbox({ db: database.db, service })
  const messaging = startMessaging({
    outbox,
    service,
    kafka: kafkaConnection(config),
    topics: consumedTopics['inventory-service'],
    handlers: [onOrderEvents({ registry })],
    database,
    logger,
    registry,
  })

  const readiness: ReadinessChecks = {
    required: { postgres: database.check },
    // Without Kafka, the catalogue is served and can be changed, and events wait in the outbox.
    optional: { kafka: messaging.check, clock: clock.check },
  }
  const app = buildApp({
    db: database.db,
    outbox,
    service,
    serviceToken: config.SERVICE_TOKEN,
    logger,
    registry,
    readiness,
    servesMetrics: metricsServer === undefined,
  })
  addServiceInfo(app, { service, startedAt, readiness, settings: shownSettings(configSchema, config) })
  await app.listen({ host: config.HOST, port: config.PORT })
  logger.info({ port: config.PORT }, 'inventory-service accepts requests')

  return {
    async close() {
      await app.close()
      await messaging.stop()
      clock.stop()
      await database.close()
      await metricsServer?.close()
    },
  }
})
