import { type Logger, waitFor } from '@alipay-checkout/service-kit'
import type { Database } from '@alipay-checkout/service-kit/database'
import type { Registry } from 'prom-client'
import { type BatchConsumer, startConsumer } from './consumer.ts'
import type { Handler } from './handler.ts'
import { forgetOldIds } from './inbox.ts'
import { checkKafka, openKafka, openProducer } from './kafka.ts'
import { type Relay, startRelay } from './relay.ts'

export interface Messaging {
  relay: Relay
  /** Throws with the reason while events can't go out or come in. */
  check(): Promise<void>
  /** Stops taking events, finishes those at work, publishes no more. What is in the outbox stays for the next start. */
  stop(): Promise<void>
}

/** Everything a service needs to speak with the others: its relay and its one consumer, whose group is the service's name. */
export async function startMessaging(options: {
  service: string
  brokers: string
  topics: readonly string[]
  handlers: readonly Handler[]
  database: Database
  logger: Logger
  registry: Registry
}): Promise<Messaging> {
  const { service, database, logger, registry } = options
  const kafka = openKafka({ brokers: options.brokers, clientId: service, logger })
  const producer = openProducer(kafka)
  await waitFor('Kafka', () => checkKafka(options.brokers, service), { logger })
  await producer.connect()
  const relay = startRelay({ database, producer, logger, registry })
  const consumer: BatchConsumer = await startConsumer({
    kafka,
    producer,
    groupId: service,
    topics: options.topics,
    handlers: options.handlers,
    database,
    logger,
    registry,
    onCommitted: relay.wake,
  })
  const stopForgetting = forgetOldIds(database.db, service, logger)
  return {
    relay,
    async check() {
      const { problem } = relay.state()
      if (problem) throw new Error(`the relay can't publish: ${problem}`)
      await consumer.check()
    },
    async stop() {
      stopForgetting()
      await Promise.all([consumer.stop(), relay.stop()])
      await producer.disconnect()
    },
  }
}
