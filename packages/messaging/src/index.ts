export { type BatchConsumer, startConsumer } from './consumer.ts'
export { type DeadLetteredRecord, type DeadLetterWatch, startDeadLetterWatch } from './dead-letter-watch.ts'
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
export { type Changes, createOutbox, type Outbox, type UnitOfWork } from './outbox.ts'
export { readDeadLetters } from './read-dead-letters.ts'
