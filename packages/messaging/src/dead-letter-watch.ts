import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@alipay-checkout/service-kit'
import { type DeadLetter, deadLetterTopic, foldDeadLetters } from './dead-letters.ts'
import { openKafka } from './kafka.ts'
import { groupTimes, stopWithin } from './membership.ts'

/** A parked record, as whoever watches for them sees it. */
export type ParkedRecord = Omit<DeadLetter, 'message' | 'redriven'> & {
  readonly key: string | undefined
  /** The record's value as text, cut to a length that a person can look at. */
  readonly value: string | undefined
}

export interface DeadLetterWatch {
  stop(): Promise<void>
}

/** Between tries to connect, ms. */
const retryEveryMs = 5_000
/** Characters of a record's value that are handed over. */
const valueLengthMax = 4_000

/**
 * Hands over every record that these consumers park, from the first one ever, at least once each. What `take` throws
 * brings the batch again. Connects in the background and goes on trying: nobody waits for it.
 */
export function startDeadLetterWatch(options: {
  /** Name of the watching group; a contract: renaming it hands everything over again. */
  groupId: string
  brokers: string
  /** Whose dead letters. */
  consumers: readonly string[]
  take: (parked: readonly ParkedRecord[]) => Promise<void>
  logger: Logger
}): DeadLetterWatch {
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

  async function start(): Promise<void> {
    await consumer.connect()
    await consumer.subscribe({ topics: [...groupOf.keys()], fromBeginning: true })
    await consumer.run({
      eachBatch: async ({ batch: { topic, partition, messages } }) => {
        const letters = foldDeadLetters(
          groupOf.get(topic) as string,
          messages.map(message => ({ partition, message })),
        )
        const parked = letters.map(({ message, redriven: _redriven, ...letter }) => ({
          ...letter,
          key: message.key?.toString(),
          value: message.value?.toString().slice(0, valueLengthMax),
        }))
        if (parked.length > 0) await options.take(parked)
      },
    })
  }
  const stopping = new AbortController()
  async function startAtLast(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await start()
        return
      } catch (error) {
        logger.warn({ reason: (error as Error).message }, 'parked records are not watched yet')
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
