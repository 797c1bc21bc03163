import { type Logger, waitFor } from '@alipay-checkout/service-kit'
import type { KafkaConnection } from '@alipay-checkout/service-kit/connections'
import type { Database } from '@alipay-checkout/service-kit/database'
import type { Registry } from 'prom-client'
import { type BatchConsumer, startConsumer } from './consumer.ts'
import { createConsumerMetrics } from './consumer-metrics.ts'
import { retryTopic } from './dead-letters.ts'
import { createBatchApplier, type Handler } from './handler.ts'
import { deleteExpiredIds } from './inbox.ts'
import { checkKafka, openKafka, openProducer } from './kafka.ts'
import { stopWithin } from './membership.ts'
import { addLagGauge, addOutboxGauges } from './messaging-gauges.ts'
import type { Outbox } from './outbox.ts'
import { type Relay, startRelay } from './relay.ts'

export interface Messaging {
  /** Throws with the reason while events can't go out or come in. */
  check(): Promise<void>
  /** Stops consuming, finishes the current batch, and stops publishing. The outbox keeps what is not published yet. */
  stop(): Promise<void>
}

/**
 * Starts what a service needs to exchange events: its relay, and its one consumer, whose group is the service's name. It
 * returns at once and connects in the background, for as long as that takes: without Kafka a service still answers
 * requests, and its events wait in the outbox. Any other failure of the start ends the process.
 */
export function startMessaging(options: {
  service: string
  kafka: KafkaConnection
  topics: readonly string[]
  handlers: readonly Handler[]
  database: Database
  /** Its relay is the one that is started here. */
  outbox: Outbox
  logger: Logger
  registry: Registry
}): Messaging {
  const { service, kafka: connection, database, outbox, logger, registry } = options
  const kafka = openKafka({ ...connection, clientId: service, logger })
  const producer = openProducer(kafka)
  const metrics = createConsumerMetrics({ groupId: service, registry })
  const stopping = new AbortController()
  const { signal } = stopping
  let isConnected = false
  let whyNotConnected = 'Kafka has not answered yet'
  let relay: Relay | undefined
  let consumer: BatchConsumer | undefined

  async function connect(): Promise<void> {
    try {
      await checkKafka(connection, service)
      await producer.connect()
    } catch (error) {
      whyNotConnected = `Kafka has not answered yet: ${(error as Error).message}`
      throw error
    }
  }

  async function start(): Promise<void> {
    await waitFor('Kafka', connect, { logger, timeoutMs: Number.POSITIVE_INFINITY, signal })
    isConnected = true
    relay = startRelay({ service, database, producer, logger, registry })
    consumer = await startConsumer({
      kafka,
      producer,
      groupId: service,
      topics: options.topics,
      applier: createBatchApplier({ outbox, groupId: service, handlers: options.handlers }),
      metrics,
      logger,
      signal,
    })
  }

  outbox.bindRelay({ wake: () => relay?.wake() })
  const starting = start().catch(error => {
    if (signal.aborted) return
    setImmediate(() => {
      throw new Error(`${service} can't exchange events`, { cause: error })
    })
  })
  addOutboxGauges({ db: database.db, registry })
  const closeLag = addLagGauge({
    kafka: connection,
    groupId: service,
    topics: [...options.topics, retryTopic(service)],
    registry,
    logger,
  })
  const stopDeletingIds = deleteExpiredIds(database.db, service, logger)
  return {
    async check() {
      if (!relay || !consumer) throw new Error(whyNotConnected)
      await relay.check()
      await consumer.check()
    },
    async stop() {
      stopping.abort()
      stopDeletingIds()
      // An attempt to connect to Kafka is not waited for: it ends by itself and starts nothing.
      const stopConsumer = async () => {
        if (isConnected) await starting
        await consumer?.stop()
      }
      await Promise.all([stopWithin(stopConsumer), relay?.stop()])
      await stopWithin(() => Promise.all([producer.disconnect(), closeLag()]))
    },
  }
}
