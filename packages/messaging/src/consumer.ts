import { deadLetterBytesMax } from '@alipay-checkout/contracts'
import { faultPoint, type Log, waitFor } from '@alipay-checkout/service-kit'
import type { Consumer, EachBatchPayload, Kafka, KafkaMessage, Producer } from 'kafkajs'
import { startOffsetCommits } from './commit-offsets.ts'
import type { ConsumerMetrics } from './consumer-metrics.ts'
import { retryTopic, sendDeadLetter } from './dead-letters.ts'
import { eventFields, recordDeadLettered } from './event-spans.ts'
import {
  type Delivery,
  deadLetterOnFailure,
  type Incoming,
  inTransactionsOfTheirOwn,
  oneByOneOnFailure,
  retry,
  shareTransactions,
  waitForDatabase,
} from './handle-events.ts'
import type { BatchApplier } from './handler.ts'
import { groupTimes, stopWithin } from './membership.ts'
import { createRecordReader } from './read-records.ts'

/** Events of a partition in one transaction: enough to share the commit, few enough to hold locks briefly. */
const batchSizeDefault = 500
/** Partitions that are handled at the same time; more would only wait for each other. */
const partitionsAtOnce = 8
/** Partitions that try again at the same time after an outage, of the pool's 10 connections. */
const retriesAtOnceMax = 3

export interface BatchConsumer {
  /** Resolves while the consumer is a live member of its group; throws with the reason when it is not. */
  check(): Promise<void>
  stop(): Promise<void>
}

interface ConsumerOptions {
  kafka: Kafka
  producer: Producer
  /** A contract: renaming it replays history. */
  groupId: string
  topics: readonly string[]
  /** Handles events in a transaction that recognises repeats. */
  applier: BatchApplier
  /** Absent: nothing is counted. */
  metrics?: ConsumerMetrics
  /** The most events of one partition in one transaction, 500 by default. */
  batchSizeMax?: number
  logger: Log
  /** Ends the wait for Kafka: the start then throws. */
  signal?: AbortSignal
}

/**
 * Consumes events in batches: one transaction for a batch, whatever its size, in which repeats are recognised (inbox)
 * and every handler runs once with all of its events in order. Offsets move only after the commit.
 *
 * While the database is unavailable, the batch waits. A batch that fails for another reason is handled again event by
 * event; an event that fails alone is dead-lettered with the reason, and the rest of the batch is handled. A record that
 * can't be read is dead-lettered at once; sound events of types that no handler takes are counted and skipped.
 *
 * A consumer that kafkajs gives up throws out of the process: a service that no longer consumes must not look healthy.
 * `contract.int.test.ts` describes all guarantees.
 */
export async function startConsumer(options: ConsumerOptions): Promise<BatchConsumer> {
  const { groupId, logger } = options
  const consumer = options.kafka.consumer({
    groupId,
    ...groupTimes,
    // A broker answers as soon as there is a record; this bounds how long the stop of an idle consumer takes.
    maxWaitTimeInMs: 250,
    // Room for the largest record batch of any topic that is consumed here.
    maxBytesPerPartition: deadLetterBytesMax,
    allowAutoTopicCreation: false,
    retry: { retries: 10, initialRetryTime: 100, maxRetryTime: 2_000 },
  })
  const checkLiveness = watchLiveness(consumer, groupId)
  const handleBatch = createBatchHandler(options)
  const join = async () => {
    await consumer.connect()
    await consumer.subscribe({ topics: [...options.topics, retryTopic(groupId)], fromBeginning: true })
  }
  try {
    await waitFor('the topics', join, { logger, timeoutMs: Number.POSITIVE_INFINITY, signal: options.signal })
  } catch (error) {
    await consumer.disconnect().catch(() => {})
    throw error
  }
  const offsets = startOffsetCommits(logger)
  await consumer.run({
    eachBatch: async payload => {
      offsets.onBatch(payload)
      await handleBatch(payload)
    },
    eachBatchAutoResolve: false,
    autoCommit: false,
    partitionsConsumedConcurrently: partitionsAtOnce,
  })

  return {
    check: checkLiveness,
    async stop() {
      offsets.stop()
      await stopWithin(async () => {
        await offsets.commit()
        await consumer.stop()
        await consumer.disconnect()
      })
    },
  }
}

const unmeasured: ConsumerMetrics = { count() {}, retried() {}, startBatch: () => () => {} }

/** Handles the batches that kafkajs delivers, and resolves the offsets of what is handled. */
function createBatchHandler(options: ConsumerOptions): (payload: EachBatchPayload) => Promise<void> {
  const { groupId, producer, logger, applier, metrics = unmeasured, batchSizeMax = batchSizeDefault } = options
  const { count, retried } = metrics

  async function apply(incoming: readonly Incoming[]): Promise<void> {
    const end = metrics.startBatch()
    await applier.apply(incoming.map(({ event }) => event)).finally(end)
    faultPoint('consumer.committed')
    count('handled', incoming.length)
  }

  async function deadLetter(message: KafkaMessage, reason: string, { topic, partition }: Delivery): Promise<void> {
    await sendDeadLetter(producer, { groupId, topic, partition, message, reason, now: new Date() })
    count('dead_lettered', 1)
    const traceparent = message.headers?.ce_traceparent?.toString()
    const key = message.key?.toString() ?? ''
    recordDeadLettered(groupId, { key, traceparent, type: message.headers?.ce_type?.toString() ?? 'record' })
    const fields = eventFields(key, traceparent)
    logger.error({ topic, partition, offset: message.offset, reason, ...fields }, 'a record was dead-lettered')
  }

  const read = createRecordReader({
    takes: applier.takes,
    deadLetter,
    onSkipped: events => count('skipped', events),
    logger,
  })
  const handleAll = waitForDatabase(
    shareTransactions(apply, partitionsAtOnce),
    inTransactionsOfTheirOwn(apply, retriesAtOnceMax),
    { logger, retried },
  )
  const handleOne = deadLetterOnFailure(retry(handleAll, retried), deadLetter)
  const handle = oneByOneOnFailure(handleAll, handleOne, logger)

  return async payload => {
    const { messages } = payload.batch
    const delivery = deliveryOf(payload)
    for (let start = 0; start < messages.length; start += batchSizeMax) {
      if (!delivery.isActive()) return
      const chunk = messages.slice(start, start + batchSizeMax)
      if (!(await handle(await read(chunk, delivery), delivery))) return
      payload.resolveOffset((chunk.at(-1) as KafkaMessage).offset)
      await payload.heartbeat()
    }
  }
}

function deliveryOf({ batch: { topic, partition }, isRunning, isStale, heartbeat }: EachBatchPayload): Delivery {
  return { topic, partition, isActive: () => isRunning() && !isStale(), heartbeat }
}

/** Watches heartbeats; lets the process crash when the consumer has given up for good. */
function watchLiveness(consumer: Consumer, groupId: string): () => Promise<void> {
  let lastSignOfLifeMs = 0
  const alive = () => {
    lastSignOfLifeMs = Date.now()
  }
  consumer.on('consumer.group_join', alive)
  consumer.on('consumer.heartbeat', alive)
  consumer.on('consumer.fetch', alive)
  consumer.on('consumer.crash', ({ payload }) => {
    if (payload.restart) return
    setImmediate(() => {
      throw new Error(`the consumer ${groupId} died`, { cause: payload.error })
    })
  })
  return async () => {
    if (Date.now() - lastSignOfLifeMs > groupTimes.sessionTimeout)
      throw new Error(`${groupId} is not connected to Kafka`)
  }
}
