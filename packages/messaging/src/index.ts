export { type BatchConsumer, startConsumer } from './consumer.ts'
export {
  type DeadLetteredRecord,
  type DeadLetterWatch,
  type HandledLetter,
  startDeadLetterWatch,
} from './dead-letter-watch.ts'
export { createDeadLetterWriter, type DeadLetterWriter } from './dead-letter-writer.ts'
export { type DeadLetter, deadLetterTopic, retryTopic } from './dead-letters.ts'
export {
  type BatchApplier,
  createBatchApplier,
  type Handler,
  on,
  onLoaded,
  RefusedEvent,
} from './handler.ts'
export { deleteExpiredIds, insertNewIds } from './inbox.ts'
export { checkKafka, openKafka, openProducer } from './kafka.ts'
export { stopWithin } from './membership.ts'
export { type Messaging, startMessaging } from './messaging.ts'
export { createLagReader, type GroupLag, type LagReader } from './messaging-gauges.ts'
export { type Changes, createOutbox, type Outbox, type UnitOfWork } from './outbox.ts'
export { readDeadLetters } from './read-dead-letters.ts'
