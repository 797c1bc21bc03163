import { type DeadLetter, deadLetterTopic, foldDeadLetters } from './dead-letters.ts'
import type { Kafka } from './kafka.ts'
import { readTopics } from './read-topics.ts'

/** Every dead letter of these consumers, redriven or not. For tools: all of them are held in memory. */
export async function readDeadLetters(kafka: Kafka, consumers: readonly string[]): Promise<DeadLetter[]> {
  const records = Map.groupBy(await readTopics(kafka, consumers.map(deadLetterTopic)), ({ topic }) => topic)
  return consumers.flatMap(groupId => foldDeadLetters(groupId, records.get(deadLetterTopic(groupId)) ?? []))
}
