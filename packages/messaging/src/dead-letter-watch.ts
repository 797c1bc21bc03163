import { setTimeout as delay } from 'node:timers/promises'
import { isUnreachable, type Logger } from '@alipay-checkout/service-kit'
import type { KafkaConnection } from '@alipay-checkout/service-kit/connections'
import { storableText } from '@alipay-checkout/service-kit/database'
import type { EachBatchPayload } from 'kafkajs'
import { Counter, type Registry } from 'prom-client'
import {
  type DeadLetter,
  deadLetterTopic,
  foldDeadLetters,
  type Marker,
  markersOf,
  originalHeaders,
} from './dead-letters.ts'
import { openKafka } from './kafka.ts'
import { groupTimes, stopWithin } from './membership.ts'
import { type ReadableRecord, readableRecord } from './readable-record.ts'

/** A dead-lettered record whose texts can all be stored in PostgreSQL. */
export type DeadLetteredRecord = Omit<DeadLetter, 'message' | 'redriven' | 'discarded'> & ReadableRecord

/** A dead letter that was redriven or discarded. Its texts can be stored in PostgreSQL. */
export type HandledLetter = Pick<DeadLetteredRecord, 'groupId'> & Marker

export interface DeadLetterWatch {
  stop(): Promise<void>
}

interface Options {
  /** Name of the watching group; a contract: renaming it delivers every dead letter again. */
  groupId: string
  kafka: KafkaConnection
  /** The groups whose dead letters are watched. */
  consumers: readonly string[]
  /** Records them, all or none. */
  take: (letters: readonly DeadLetteredRecord[]) => Promise<void>
  /** Receives which dead letters were redriven or discarded, each after `take` has received it. */
  handled: (letters: readonly HandledLetter[]) => Promise<void>
  logger: Logger
  registry: Registry
}

/** Between tries to connect, ms. */
const retryEveryMs = 5_000
/** Pauses between tries to record one dead letter alone, ms. */
const retryPausesMs = [100, 1_000]

/**
 * Delivers every dead letter of these groups to `take`, from the oldest one on, at least once each. While the database is
 * unavailable, the batch waits; a batch that fails for another reason is recorded one by one, and a dead letter that
 * fails alone is logged, counted and skipped, so that it does not block the next. Connects in the background, for as long
 * as it takes.
 */
export function startDeadLetterWatch(options: Options): DeadLetterWatch {
  const { logger } = options
  const kafka = openKafka({ ...options.kafka, clientId: options.groupId, logger })
  const consumer = kafka.consumer({
    groupId: options.groupId,
    maxWaitTimeInMs: 1_000,
    ...groupTimes,
    allowAutoTopicCreation: false,
    retry: { retries: 10, initialRetryTime: 200, maxRetryTime: 5_000, restartOnFailure: async () => true },
  })
  const groupOf = new Map(options.consumers.map(consumer => [deadLetterTopic(consumer), consumer]))
  const record = createRecorder(options)

  async function handle({ batch: { topic, partition, messages }, heartbeat }: EachBatchPayload): Promise<void> {
    const groupId = groupOf.get(topic) as string
    const letters = foldDeadLetters(
      groupId,
      messages.map(message => ({ partition, message })),
    )
    if (letters.length > 0) await record(letters.map(toStorable), heartbeat)
    const handled = markersOf(messages).map(marker => toHandled(groupId, marker))
    if (handled.length > 0) await options.handled(handled)
  }
  async function start(): Promise<void> {
    await consumer.connect()
    await consumer.subscribe({ topics: [...groupOf.keys()], fromBeginning: true })
    await consumer.run({ eachBatch: handle })
  }
  const stopping = new AbortController()
  async function startWithRetries(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await start()
        return
      } catch (error) {
        logger.warn({ reason: (error as Error).message }, 'dead letters are not watched yet')
        await delay(retryEveryMs, undefined, { signal: stopping.signal }).catch(() => {})
      }
    }
  }
  void startWithRetries()
  return {
    async stop() {
      stopping.abort()
      await stopWithin(async () => consumer.disconnect())
    },
  }
}

/** Records dead letters in one batch where that works, else one by one. Throws only while the database is unavailable. */
function createRecorder({
  take,
  consumers,
  logger,
  registry,
}: Pick<Options, 'take' | 'consumers' | 'logger' | 'registry'>) {
  const recorded = new Counter({
    name: 'dead_letters_watched_total',
    help: 'Dead letters by outcome: recorded, failed',
    labelNames: ['group', 'outcome'],
    registers: [registry],
  })
  for (const group of consumers) for (const outcome of ['recorded', 'failed']) recorded.inc({ group, outcome }, 0)

  async function recordOne(one: DeadLetteredRecord): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        await take([one])
        recorded.inc({ group: one.groupId, outcome: 'recorded' })
        return
      } catch (error) {
        if (isUnreachable(error)) throw error
        const pauseMs = retryPausesMs[tries]
        if (pauseMs === undefined) {
          recorded.inc({ group: one.groupId, outcome: 'failed' })
          const { groupId, id } = one
          logger.error({ groupId, id, reason: reasonOf(error) }, 'a dead letter could not be recorded and is skipped')
          return
        }
        await delay(pauseMs)
      }
    }
  }

  return async (letters: readonly DeadLetteredRecord[], heartbeat: () => Promise<void>): Promise<void> => {
    try {
      await take(letters)
      for (const { groupId } of letters) recorded.inc({ group: groupId, outcome: 'recorded' })
    } catch (error) {
      if (isUnreachable(error)) throw error
      logger.warn({ count: letters.length, reason: reasonOf(error) }, 'dead letters are recorded one by one')
      for (const one of letters) {
        await recordOne(one)
        await heartbeat()
      }
    }
  }
}

/** The innermost cause: the outer errors of the database layer quote the statement, which has no place in this log line. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error
  return cause instanceof Error ? reasonOf(cause) : message
}

function toHandled(groupId: string, { id, outcome, reason }: Marker): HandledLetter {
  return {
    groupId,
    id: storableText(id.slice(0, 100)),
    outcome,
    ...(reason === undefined ? {} : { reason: storableText(reason.slice(0, 500)) }),
  }
}

function toStorable({
  message,
  redriven: _redriven,
  discarded: _discarded,
  ...letter
}: DeadLetter): DeadLetteredRecord {
  const texts = Object.entries(letter).map(([name, value]) => [name, value && storableText(value)])
  const headers = originalHeaders(message.headers ?? {})
  return { ...(Object.fromEntries(texts) as typeof letter), ...readableRecord({ ...message, headers }) }
}
