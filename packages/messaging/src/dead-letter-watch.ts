import { setTimeout as delay } from 'node:timers/promises'
import { isUnreachable, type Logger } from '@alipay-checkout/service-kit'
import { storableText } from '@alipay-checkout/service-kit/database'
import type { EachBatchPayload } from 'kafkajs'
import { Counter, type Registry } from 'prom-client'
import { type DeadLetter, deadLetterTopic, foldDeadLetters, originalHeaders, redrivenIds } from './dead-letters.ts'
import { openKafka } from './kafka.ts'
import { groupTimes, stopWithin } from './membership.ts'
import { type ReadableRecord, readableRecord } from './readable-record.ts'

/** A dead-lettered record, as it is handed over: every text of it can be stored in PostgreSQL. */
export type DeadLetteredRecord = Omit<DeadLetter, 'message' | 'redriven'> & ReadableRecord

export interface DeadLetterWatch {
  stop(): Promise<void>
}

interface Options {
  /** Name of the watching group; a contract: renaming it hands everything over again. */
  groupId: string
  brokers: string
  /** The groups whose dead letters are watched. */
  consumers: readonly string[]
  /** Records them, all or none. */
  take: (parked: readonly DeadLetteredRecord[]) => Promise<void>
  /** Hears which dead-lettered records were given back to their consumer. */
  redriven: (letters: readonly Pick<DeadLetteredRecord, 'groupId' | 'id'>[]) => Promise<void>
  logger: Logger
  registry: Registry
}

/** Between tries to connect, ms. */
const retryEveryMs = 5_000
/** Pauses between tries to record one dead letter alone, ms. */
const retryPausesMs = [100, 1_000]

/**
 * Hands over every dead letter of these groups, from the first one ever, at least once each. While the database is away
 * the batch waits; a batch that fails otherwise is recorded one by one, and a dead letter that fails alone is logged,
 * counted and skipped, so that it does not hold up the next. Connects in the background and goes on trying.
 */
export function startDeadLetterWatch(options: Options): DeadLetterWatch {
  const { logger } = options
  const kafka = openKafka({ brokers: options.brokers, clientId: options.groupId, logger })
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
    if (letters.length > 0) await record(letters.map(toParked), heartbeat)
    const redriven = redrivenIds(messages).map(id => ({ groupId, id: storableText(id.slice(0, 100)) }))
    if (redriven.length > 0) await options.redriven(redriven)
  }
  async function start(): Promise<void> {
    await consumer.connect()
    await consumer.subscribe({ topics: [...groupOf.keys()], fromBeginning: true })
    await consumer.run({ eachBatch: handle })
  }
  const stopping = new AbortController()
  async function startAtLast(): Promise<void> {
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
  void startAtLast()
  return {
    async stop() {
      stopping.abort()
      await stopWithin(async () => consumer.disconnect())
    },
  }
}

/** Records dead letters, together where that works. Throws only while the database is away. */
function createRecorder({ take, logger, registry }: Pick<Options, 'take' | 'logger' | 'registry'>) {
  const recorded = new Counter({
    name: 'dead_letters_watched_total',
    help: 'Dead letters by whether they could be recorded',
    labelNames: ['group', 'outcome'],
    registers: [registry],
  })

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

  return async (parked: readonly DeadLetteredRecord[], heartbeat: () => Promise<void>): Promise<void> => {
    try {
      await take(parked)
      for (const { groupId } of parked) recorded.inc({ group: groupId, outcome: 'recorded' })
    } catch (error) {
      if (isUnreachable(error)) throw error
      logger.warn({ count: parked.length, reason: reasonOf(error) }, 'dead letters are recorded one by one')
      for (const one of parked) {
        await recordOne(one)
        await heartbeat()
      }
    }
  }
}

/** What an error rests on. The database layer wraps it, and quotes the statement's parameters, which are no log's matter. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error
  return cause instanceof Error ? reasonOf(cause) : message
}

function toParked({ message, redriven: _redriven, ...letter }: DeadLetter): DeadLetteredRecord {
  const texts = Object.entries(letter).map(([name, value]) => [name, value && storableText(value)])
  const headers = originalHeaders(message.headers ?? {})
  return { ...(Object.fromEntries(texts) as typeof letter), ...readableRecord({ ...message, headers }) }
}
