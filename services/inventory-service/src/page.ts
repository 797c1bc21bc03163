import Type from 'typebox'

/** Query values are text. 1 to 100 items; 100 where nothing is asked for. */
export const PageLimit = Type.String({ pattern: '^([1-9][0-9]?|100)$', default: '100' })

/** A cursor that is a number: a version or an id. */
const NumberCursor = Type.String({ pattern: '^[1-9][0-9]{0,14}$' })

/** The query of a list whose cursor is a number. */
export const NumberedPage = Type.Object(
  { cursor: Type.Optional(NumberCursor), limit: PageLimit },
  { additionalProperties: false },
)

/** The page of `rows`, of which there is one more than `limit` where another page follows. */
export function pageOf<T>(
  rows: readonly T[],
  limit: number,
  cursorOf: (row: T) => string,
): { items: T[]; nextCursor: string | null } {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null }
}
