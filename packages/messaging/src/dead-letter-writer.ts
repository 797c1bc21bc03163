import { createBatcher } from '@alipay-checkout/service-kit'
import type { KafkaMessage } from 'kafkajs'
import { deadLetterTopic, discard, foldDeadLetters, placeOf, redrive } from './dead-letters.ts'
import { type KafkaClientOptions, openKafka, openProducer } from './kafka.ts'
import { stopWithin } from './membership.ts'
import { type Place, readRecordsAt } from './read-records-at.ts'

/** Names a dead letter: its group, and `partition/offset` in the group's dead-letter topic. */
interface Named {
  readonly groupId: string
  readonly id: string
}

/** Records that are read in one go. */
const readsMax = 200

export interface DeadLetterWriter {
  /**
   * Sends a dead letter to its consumer's retry topic with the bytes of the original record, and marks it. `gone`: Kafka
   * has deleted it. Throws what it throws while Kafka is unavailable, and for one that can't be redriven.
   */
  redrive(letter: Named): Promise<'redriven' | 'gone'>
  /** Marks a dead letter as discarded. */
  discard(letter: Named, reason: string): Promise<void>
  close(): Promise<void>
}

/** Redrives and discards single dead letters. Connects when it is first needed; concurrent calls share a read. */
export function createDeadLetterWriter(options: KafkaClientOptions): DeadLetterWriter {
  const kafka = openKafka(options)
  const producer = openProducer(kafka)
  let connected: Promise<void> | undefined
  const read = createBatcher<Place, { message: KafkaMessage | undefined }>({
    run: async places => (await readRecordsAt(kafka, places)).map(message => ({ message })),
    batchSizeMax: readsMax,
    failsBatch: () => true,
  })

  function connect(): Promise<void> {
    connected ??= producer.connect().catch(error => {
      connected = undefined
      throw error
    })
    return connected
  }

  return {
    async redrive({ groupId, id }) {
      const place = { topic: deadLetterTopic(groupId), ...placeOf(id) }
      const { message } = await read(place)
      if (!message) return 'gone'
      const [letter] = foldDeadLetters(groupId, [{ partition: place.partition, message }])
      if (!letter) throw new Error(`${groupId} ${id} is a marker, not a dead letter`)
      await connect()
      await redrive(producer, letter)
      return 'redriven'
    },
    async discard(letter, reason) {
      await connect()
      await discard(producer, letter, reason)
    },
    async close() {
      if (connected) await stopWithin(() => producer.disconnect())
    },
  }
}
