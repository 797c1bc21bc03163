import Type, { type TSchema } from 'typebox'
import { linesPattern } from '../../events/shapes.ts'

/** One page of a list. `nextCursor` is null on the last one. */
export const pageOfItems = <S extends TSchema>(item: S) =>
  Type.Object({
    items: Type.Array(item),
    nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'For the next page; null on the last one' }),
  })

/** A day in Beijing or a moment, as filters of lists take it. */
export const DayOrTime = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,6})?)?(Z|[+-]\\d{2}:\\d{2}))?$',
  description: 'A day in Beijing (2026-03-01) or a moment (2026-03-01T08:00:00Z)',
})

export const BillDate = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'A day in Beijing' })

/** Why a person does something: stored in the audit log. */
export const Reason = Type.String({
  minLength: 1,
  maxLength: 500,
  pattern: linesPattern,
  description: 'Why; stored in the audit log',
})
export const ReasonBody = Type.Object({ reason: Reason }, { additionalProperties: false })
