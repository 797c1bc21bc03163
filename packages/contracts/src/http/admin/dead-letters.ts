import Type, { type Static } from 'typebox'
import { Timestamp } from '../../events/shapes.ts'
import { pageOfItems, Reason } from './paging.ts'

export const DeadLetterId = Type.String({
  pattern: '^dlq_[a-z0-9.-]{1,64}_[0-9]{1,9}_[0-9]{1,19}$',
  description: '`dlq_`, the group, and the partition and the offset in its dead-letter topic',
})

/** REDRIVING and DISCARDING: decided by a person, and about to be written to Kafka. */
export const DeadLetterStatus = Type.Union([
  Type.Literal('WAITING'),
  Type.Literal('REDRIVING'),
  Type.Literal('REDRIVEN'),
  Type.Literal('DISCARDING'),
  Type.Literal('DISCARDED'),
])

/** A record that a consumer could not handle, as text, cut to 4,000 characters. */
export const DeadLetter = Type.Object({
  deadLetterId: DeadLetterId,
  group: Type.String(),
  status: DeadLetterStatus,
  reason: Type.String(),
  reasonKey: Type.String({ description: 'The reason without its numbers and ids: the same for the same fault' }),
  redrivable: Type.Boolean({ description: 'False for an event that was never published' }),
  topic: Type.String(),
  partition: Type.String(),
  offset: Type.String(),
  type: Type.Optional(Type.String({ description: 'The type of the event' })),
  key: Type.Optional(Type.String()),
  value: Type.Optional(Type.String()),
  headers: Type.Record(Type.String(), Type.String()),
  base64: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description:
        'The first bytes of each part that is not plain text, by its name: `key`, `value` (at most 4,000 bytes) or ' +
        '`header ce_type`. Absent where all parts are text, or personal data was erased from the record',
    }),
  ),
  orderId: Type.Optional(Type.String()),
  caseId: Type.Optional(Type.String()),
  deadLetteredAt: Timestamp,
  handledBy: Type.Optional(Type.String()),
  handledAt: Type.Optional(Timestamp),
  handledReason: Type.Optional(Type.String()),
})
export type DeadLetter = Static<typeof DeadLetter>

export const DeadLetterFilters = {
  status: Type.Optional(DeadLetterStatus),
  group: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  reasonKey: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
} as const
/** Newest first. */
export const DeadLetterPage = pageOfItems(DeadLetter)
export type DeadLetterPage = Static<typeof DeadLetterPage>

/** Waiting dead letters by group and reason. */
export const DeadLetterReasons = Type.Object({
  items: Type.Array(
    Type.Object({
      group: Type.String(),
      reasonKey: Type.String(),
      count: Type.Integer(),
      redrivable: Type.Integer(),
      oldestAt: Timestamp,
    }),
  ),
})
export type DeadLetterReasons = Static<typeof DeadLetterReasons>

export const RedriveBody = Type.Object({ reason: Type.Optional(Reason) }, { additionalProperties: false })
/** All waiting dead letters of a group with this reason. */
export const HandleDeadLettersBody = Type.Object(
  {
    group: Type.String({ minLength: 1, maxLength: 64 }),
    reasonKey: Type.String({ minLength: 1, maxLength: 1000 }),
    reason: Reason,
  },
  { additionalProperties: false },
)
export const HandledDeadLetters = Type.Object({ count: Type.Integer() })
export type HandledDeadLetters = Static<typeof HandledDeadLetters>

/** A consumer group of this system: how far it is behind, and what it could not handle. */
export const ConsumerGroups = Type.Object({
  items: Type.Array(
    Type.Object({
      group: Type.String(),
      lag: Type.Union([Type.Integer(), Type.Null()], { description: 'Records not committed; null where unknown' }),
      topics: Type.Array(Type.Object({ topic: Type.String(), lag: Type.Integer() })),
      deadLetters: Type.Integer({ description: 'Waiting' }),
    }),
  ),
})
export type ConsumerGroups = Static<typeof ConsumerGroups>
