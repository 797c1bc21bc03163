import { setTimeout as delay } from 'node:timers/promises'
import type { DomainEvent } from '@alipay-checkout/contracts'
import { createBatcher, isUnreachable, type Log } from '@alipay-checkout/service-kit'
import kafkajs, { type KafkaMessage } from 'kafkajs'
import type { RetryReason } from './consumer-metrics.ts'
import { RefusedEvent } from './handler.ts'

/** A record with the event that was read from it. */
export interface Incoming {
  readonly message: KafkaMessage
  readonly event: DomainEvent
}

/** The batch of one partition that is being handled. */
export interface Delivery {
  readonly topic: string
  readonly partition: number
  /** False once this consumer stops or has lost the partition: what is left is delivered again. */
  isActive(): boolean
  /** Keeps the membership of the group. Throws when the group is rebalanced. */
  heartbeat(): Promise<void>
}

/** Handles events of one partition in order. The functions below wrap one with what happens when it fails. */
export type HandleEvents = (events: readonly Incoming[], delivery: Delivery) => Promise<void>

/** Pauses between attempts of a single event before it is dead-lettered, ms. */
const retryPausesMs = [50, 200, 1_000]

/** Batches that partitions deliver at the same time share one call, and so one transaction. */
export function shareTransactions(
  apply: (events: readonly Incoming[]) => Promise<void>,
  partitionsMax: number,
): HandleEvents {
  return createBatcher<readonly Incoming[], void>({
    batchSizeMax: partitionsMax,
    failsBatch: isUnreachable,
    run: async batches => {
      await apply(batches.flat())
      return batches.map(() => undefined)
    },
  })
}

/**
 * Handles each batch in a transaction of its own, at most `atOnceMax` at a time, so that connections remain for the
 * service's other requests.
 */
export function inTransactionsOfTheirOwn(
  apply: (events: readonly Incoming[]) => Promise<void>,
  atOnceMax: number,
): HandleEvents {
  const lanes = Array.from({ length: atOnceMax }, () => shareTransactions(apply, 1))
  return (events, delivery) => (lanes[delivery.partition % atOnceMax] as HandleEvents)(events, delivery)
}

/**
 * Tries again without a limit while the database is unavailable; throws once the delivery is no longer active. Each
 * partition tries again alone, because what fails may be one event: its row is locked, or its statement takes too long.
 */
export function waitForDatabase(
  handle: HandleEvents,
  handleAlone: HandleEvents,
  { logger, retried }: { logger: Log; retried: (reason: RetryReason) => void },
): HandleEvents {
  return async (events, delivery) => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await (attempt === 0 ? handle : handleAlone)(events, delivery)
      } catch (error) {
        if (!isTemporary(error) || !delivery.isActive()) throw error
        if (attempt === 0) logger.warn({ reason: reasonOf(error) }, 'a batch waits for the database')
        retried('database_unavailable')
        await delay(Math.min(50 * 2 ** attempt, 1_000))
        await delivery.heartbeat()
      }
    }
  }
}

/** Tries again after a pause, a few times. An event that a decision refused fails at once: it would be refused again. */
export function retry(handle: HandleEvents, retried: (reason: RetryReason) => void): HandleEvents {
  return async (events, delivery) => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await handle(events, delivery)
      } catch (error) {
        const pauseMs = retryPausesMs[attempt]
        if (isTemporary(error) || error instanceof RefusedEvent || pauseMs === undefined) throw error
        retried('failed')
        await delay(pauseMs)
      }
    }
  }
}

/** Dead-letters the events that fail for a reason of their own. */
export function deadLetterOnFailure(
  handle: HandleEvents,
  deadLetter: (message: KafkaMessage, reason: string, delivery: Delivery) => Promise<void>,
): HandleEvents {
  return async (events, delivery) => {
    try {
      await handle(events, delivery)
    } catch (error) {
      if (isTemporary(error)) throw error
      for (const { message, event } of events) await deadLetter(message, `${event.type}: ${reasonOf(error)}`, delivery)
    }
  }
}

/**
 * Handles a batch as a whole, or, when it fails, event by event with `handleOne`. Resolves to false when the delivery
 * ended before all events were handled: those are delivered again, and the inbox recognises the others.
 */
export function oneByOneOnFailure(
  handleAll: HandleEvents,
  handleOne: HandleEvents,
  logger: Log,
): (events: readonly Incoming[], delivery: Delivery) => Promise<boolean> {
  async function handleEach(events: readonly Incoming[], delivery: Delivery): Promise<boolean> {
    for (const event of events) {
      if (!delivery.isActive()) return false
      await handleOne([event], delivery)
      await delivery.heartbeat()
    }
    return true
  }

  return async (events, delivery) => {
    if (events.length <= 1) return handleEach(events, delivery)
    try {
      await handleAll(events, delivery)
      return true
    } catch (error) {
      if (isTemporary(error)) throw error
      logger.warn({ err: error, events: events.length }, 'a batch failed; its events are handled one by one')
      return handleEach(events, delivery)
    }
  }
}

/** A handler of another system may reject with anything. */
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Serialization failure, deadlock, lock timeout: the same transaction works the next time. */
const temporaryCodes = new Set(['40001', '40P01', '55P03'])

/** Whether an error says nothing about the events: the same batch works later. */
function isTemporary(error: unknown): boolean {
  // A heartbeat throws while the group is rebalanced; kafkajs joins the group again.
  if (error instanceof kafkajs.KafkaJSError || isUnreachable(error)) return true
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (temporaryCodes.has((cause as NodeJS.ErrnoException).code ?? '')) return true
  }
  return false
}
