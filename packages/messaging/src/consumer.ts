import { setTimeout as delay } from 'node:timers/promises'
import { type DomainEvent, deadLetterBytesMax, eventTypes } from '@alipay-checkout/contracts'
import { createBatcher, faultPoint, isUnreachable, type Logger, waitFor } from '@alipay-checkout/service-kit'
import type { Database } from '@alipay-checkout/service-kit/database'
import kafkajs, { type Consumer, type EachBatchPayload, type Kafka, type KafkaMessage, type Producer } from 'kafkajs'
import { Counter, type Registry } from 'prom-client'
import { park, retryTopic } from './dead-letters.ts'
import { createBatchApplier, type Handler, RefusedEvent } from './handler.ts'
import { groupTimes, stopWithin } from './membership.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { fromRecord, isUnknownEvent } from './record.ts'

/** Events handled in one transaction. Large enough to share the commit, small enough to hold locks briefly. */
const batchSizeMax = 500
/** How often Kafka is told how far we are, ms. */
const commitEveryMs = 500
/** Partitions worked on at the same time; more only wait. */
const partitionsAtOnce = 8
/** Unknown types that are named in the log, each once. */
const unknownTypesMax = 100
/** Tries of one event alone before it is parked, with these pauses between, ms. */
const retryPausesMs = [50, 200, 1_000]

export interface BatchConsumer {
  /** Resolves while the consumer is a live member of its group; throws with the reason when it is not. */
  check(): Promise<void>
  stop(): Promise<void>
}

interface Incoming {
  message: KafkaMessage
  event: DomainEvent
}

/**
 * Consumes events in batches: one transaction for a batch, whatever its size, in which repeats are recognised
 * (inbox) and every handler runs once with all of its events in order. Kafka's offset moves only after the commit.
 *
 * While the database is away the batch waits. A batch that fails otherwise is done again event by event; an event
 * that fails alone is parked with its reason, and the rest go on. A record that can't be read is parked at once; a sound
 * event of a type that no handler takes is counted and skipped, whether this release knows the type or not.
 * A consumer that dies for good throws out of the process: a service that no longer listens must not look alive.
 */
export async function startConsumer(options: {
  kafka: Kafka
  producer: Producer
  /** A contract: renaming it replays history. */
  groupId: string
  topics: readonly string[]
  handlers: readonly Handler[]
  database: Database
  /** Stores the events of handlers. */
  outbox?: Outbox
  logger: Logger
  registry: Registry
  /** Called after every commit whose own writes may have put events into the outbox. */
  onCommitted: () => void
  /** Ends the wait for Kafka: the start then throws. */
  signal?: AbortSignal
}): Promise<BatchConsumer> {
  const { groupId, database, logger } = options
  const { outbox = createOutbox({ db: database.db, service: groupId }) } = options
  const applier = createBatchApplier({ outbox, groupId, handlers: options.handlers })
  const handled = new Counter({
    name: 'consumer_events_total',
    help: 'Events by what became of them',
    labelNames: ['group', 'outcome'],
    registers: [options.registry],
  })
  const consumer = options.kafka.consumer({
    groupId,
    ...groupTimes,
    // The broker answers as soon as there is something; this only bounds how long an idle stop takes.
    maxWaitTimeInMs: 250,
    // Room for the largest record batch of any topic that is read here.
    maxBytesPerPartition: deadLetterBytesMax,
    allowAutoTopicCreation: false,
    retry: { retries: 10, initialRetryTime: 100, maxRetryTime: 2_000 },
  })
  const liveness = watchLiveness(consumer, groupId)
  const unknownTypes = new Set<string>()

  async function apply(incoming: readonly Incoming[]): Promise<void> {
    const mayPublish = await applier.apply(incoming.map(({ event }) => event))
    faultPoint('consumer.committed')
    if (mayPublish) options.onCommitted()
    handled.inc({ group: groupId, outcome: 'handled' }, incoming.length)
  }

  // What the partitions bring at the same time shares one transaction.
  const applyTogether = createBatcher<readonly Incoming[], undefined>({
    batchSizeMax: partitionsAtOnce,
    run: async parts => {
      await apply(parts.flat())
      return parts.map(() => undefined)
    },
  })

  async function parkOne(payload: EachBatchPayload, message: KafkaMessage, reason: string): Promise<void> {
    const { topic, partition } = payload.batch
    await park(options.producer, { groupId, topic, partition, message, reason, now: new Date() })
    handled.inc({ group: groupId, outcome: 'parked' })
    logger.error({ topic, partition, offset: message.offset, reason }, 'parked a record')
  }

  async function read(payload: EachBatchPayload, messages: readonly KafkaMessage[]): Promise<Incoming[]> {
    const incoming: Incoming[] = []
    let skipped = 0
    for (const message of messages) {
      if (isForOthers(message)) {
        skipped++
        continue
      }
      try {
        incoming.push({ message, event: fromRecord(message) })
      } catch (error) {
        await parkOne(payload, message, (error as Error).message)
      }
    }
    if (skipped > 0) handled.inc({ group: groupId, outcome: 'skipped' }, skipped)
    return incoming
  }

  /** Known events that no handler takes are not even read; unknown ones come from a newer release, or another system. */
  function isForOthers(message: KafkaMessage): boolean {
    const type = String(message.headers?.ce_type ?? '')
    if (eventTypes.has(type)) return !applier.takes(type)
    if (!isUnknownEvent(message)) return false
    if (!unknownTypes.has(type) && unknownTypes.size < unknownTypesMax) {
      unknownTypes.add(type)
      logger.info({ type: type.slice(0, 200) }, 'events of a type that this release does not know are skipped')
    }
    return true
  }

  /** Applies until it works or is no longer ours to do; throws only when the events themselves are at fault. */
  async function applyWhenReachable(payload: EachBatchPayload, incoming: readonly Incoming[]): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await applyTogether(incoming)
      } catch (error) {
        if (!isPassing(error) || !payload.isRunning() || payload.isStale()) throw error
        if (attempt === 0) logger.warn({ reason: (error as Error).message }, 'a batch waits for the database')
        await delay(Math.min(50 * 2 ** attempt, 1_000))
        await payload.heartbeat()
      }
    }
  }

  /** False when we were told to stop: what is left comes again, and what was done is recognised. */
  async function applyOneByOne(payload: EachBatchPayload, incoming: readonly Incoming[]): Promise<boolean> {
    for (const one of incoming) {
      if (!payload.isRunning() || payload.isStale()) return false
      for (let attempt = 0; ; attempt++) {
        try {
          await applyWhenReachable(payload, [one])
          break
        } catch (error) {
          if (isPassing(error)) throw error
          const pauseMs = error instanceof RefusedEvent ? undefined : retryPausesMs[attempt]
          if (pauseMs === undefined) {
            await parkOne(payload, one.message, `${one.event.type}: ${(error as Error).message}`)
            break
          }
          await delay(pauseMs)
        }
      }
      await payload.heartbeat()
    }
    return true
  }

  /** Together, or one by one if they can't be. False when we were told to stop. */
  async function applyAll(payload: EachBatchPayload, incoming: readonly Incoming[]): Promise<boolean> {
    if (incoming.length > 1) {
      try {
        await applyWhenReachable(payload, incoming)
        return true
      } catch (error) {
        if (isPassing(error)) throw error
        logger.warn({ err: error, events: incoming.length }, 'a batch failed; trying its events one by one')
      }
    }
    return applyOneByOne(payload, incoming)
  }

  let latest: EachBatchPayload | undefined

  /** Tells Kafka how far we are. Seldom: what was done and not told comes again after a crash, and is recognised. */
  async function commitOffsets(): Promise<void> {
    try {
      const offsets = latest?.uncommittedOffsets()
      if (latest && offsets && offsets.topics.length > 0) await latest.commitOffsetsIfNecessary(offsets)
    } catch (error) {
      // The partition may have gone to another replica meanwhile; kafkajs can't even count then what it has forgotten.
      logger.debug({ reason: (error as Error).message }, 'offsets were not committed')
    }
  }

  async function eachBatch(payload: EachBatchPayload): Promise<void> {
    latest = payload
    const { messages } = payload.batch
    for (let start = 0; start < messages.length; start += batchSizeMax) {
      if (!payload.isRunning() || payload.isStale()) return
      const chunk = messages.slice(start, start + batchSizeMax)
      if (!(await applyAll(payload, await read(payload, chunk)))) return
      payload.resolveOffset((chunk.at(-1) as KafkaMessage).offset)
      await payload.heartbeat()
    }
  }

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
  await consumer.run({
    eachBatch,
    eachBatchAutoResolve: false,
    autoCommit: false,
    partitionsConsumedConcurrently: partitionsAtOnce,
  })

  const committing = setInterval(commitOffsets, commitEveryMs)

  return {
    check: liveness,
    async stop() {
      clearInterval(committing)
      await stopWithin(async () => {
        await commitOffsets()
        await consumer.stop()
        await consumer.disconnect()
      })
    },
  }
}

/** Deadlock, serialisation failure: nobody's fault, the same batch works the next time. */
const passingCodes = new Set(['40P01', '40001', '55P03'])

function isPassing(error: unknown): boolean {
  // A heartbeat between two tries may say that the group is sharing out its partitions anew: kafkajs joins it again.
  if (error instanceof kafkajs.KafkaJSError || isUnreachable(error)) return true
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (passingCodes.has((cause as NodeJS.ErrnoException).code ?? '')) return true
  }
  return false
}

/** Watches heartbeats; lets the process crash when the consumer has given up for good. */
function watchLiveness(consumer: Consumer, groupId: string): () => Promise<void> {
  let lastSignOfLife = 0
  const alive = () => {
    lastSignOfLife = Date.now()
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
    if (Date.now() - lastSignOfLife > groupTimes.sessionTimeout) throw new Error(`${groupId} is not connected to Kafka`)
  }
}
