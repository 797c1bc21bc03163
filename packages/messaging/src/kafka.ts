import type { Log } from '@alipay-checkout/service-kit'
import { adviceOnKafka, type KafkaConnection, kafkaOptions, withAdvice } from '@alipay-checkout/service-kit/connections'
import { Kafka, logLevel, type Producer } from 'kafkajs'
import { createKeyPartitioner } from './partitioner.ts'

export type { Kafka, Producer }

/** What a client of Kafka is opened with. */
export interface KafkaClientOptions extends KafkaConnection {
  clientId: string
  logger: Log
}

/** Connects to Kafka with a client id. The client logs to `logger`. */
export function openKafka({ clientId, logger, ...connection }: KafkaClientOptions): Kafka {
  return new Kafka({
    clientId,
    ...kafkaOptions(connection),
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8 },
    logLevel: logLevel.WARN,
    logCreator: () => entry => {
      const { message, ...details } = entry.log as { message: string; error?: string }
      const advice = adviceOnKafka(`${message} ${details.error ?? ''}`, connection)
      const line = { kafka: details.error ?? undefined, namespace: entry.namespace, ...(advice && { advice }) }
      // Usual at the first use of a group, for a moment.
      if (/coordinator is loading|coordinator is not available|rebalancing/i.test(`${message} ${details.error}`)) {
        logger.debug(line, message)
      } else if (entry.level === logLevel.ERROR) logger.error(line, message)
      else logger.warn(line, message)
    },
  })
}

/**
 * Resolves when the brokers answer and know the coordinator of this group; throws at once where not, so that the caller
 * can log what it waits for and which setting the reason points at. Brokers that have just started answer before they
 * know the coordinator, and no member can join until then.
 */
export async function checkKafka(connection: KafkaConnection, groupId: string): Promise<void> {
  const once = new Kafka({
    clientId: 'check',
    ...kafkaOptions(connection),
    connectionTimeout: 3_000,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
  }).admin()
  try {
    await once.connect()
    // kafkajs needs the brokers' addresses before it can send them requests.
    await once.fetchTopicMetadata()
    await once.describeGroups([groupId])
  } catch (error) {
    throw withAdvice(error, adviceOnKafka(error, connection, { isFirst: true }))
  } finally {
    await once.disconnect()
  }
}

/**
 * A producer for the relay and for dead letters. It is not an idempotent producer: consumers recognise repeats by event
 * id, and an idempotent producer can't continue after some broker failures. One request in flight keeps the order across
 * retries.
 */
export function openProducer(kafka: Kafka): Producer {
  return kafka.producer({
    createPartitioner: createKeyPartitioner,
    allowAutoTopicCreation: false,
    maxInFlightRequests: 1,
  })
}
