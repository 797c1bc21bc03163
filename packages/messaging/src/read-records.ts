import { eventTypes } from '@alipay-checkout/contracts'
import type { Log } from '@alipay-checkout/service-kit'
import type { KafkaMessage } from 'kafkajs'
import type { Delivery, Incoming } from './handle-events.ts'
import { fromRecord, isUnknownEvent } from './record.ts'

/** Unknown types that are named in the log, each once. */
const unknownTypesMax = 100

/**
 * Reads records as events. Records that can't be read are dead-lettered. Sound events that no handler takes are skipped
 * and counted: known types without being parsed, unknown ones because a newer version or another system wrote them.
 */
export function createRecordReader(options: {
  /** Whether any handler takes events of this type. */
  takes: (type: string) => boolean
  deadLetter: (message: KafkaMessage, reason: string, delivery: Delivery) => Promise<void>
  onSkipped: (count: number) => void
  logger: Log
}): (messages: readonly KafkaMessage[], delivery: Delivery) => Promise<Incoming[]> {
  const { takes, deadLetter, onSkipped, logger } = options
  const loggedTypes = new Set<string>()

  function isSkipped(message: KafkaMessage): boolean {
    const type = String(message.headers?.ce_type ?? '')
    if (eventTypes.has(type)) return !takes(type)
    if (!isUnknownEvent(message)) return false
    if (!loggedTypes.has(type) && loggedTypes.size < unknownTypesMax) {
      loggedTypes.add(type)
      logger.info({ type: type.slice(0, 200) }, 'events of a type that this version does not know are skipped')
    }
    return true
  }

  return async (messages, delivery) => {
    const incoming: Incoming[] = []
    let skipped = 0
    for (const message of messages) {
      if (isSkipped(message)) {
        skipped++
        continue
      }
      try {
        incoming.push({ message, event: fromRecord(message) })
      } catch (error) {
        await deadLetter(message, (error as Error).message, delivery)
      }
    }
    if (skipped > 0) onSkipped(skipped)
    return incoming
  }
}
