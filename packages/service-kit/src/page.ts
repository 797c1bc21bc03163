import Type from 'typebox'

/** The `limit` of a list in a query: 1 to 100 items, as text; 100 where it is missing. */
export const PageLimit = Type.String({ pattern: '^([1-9][0-9]?|100)$', default: '100' })

/** The query of a list whose cursor is a number: a version or an id. */
export const NumberedPage = Type.Object(
  { cursor: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,14}$' })), limit: PageLimit },
  { additionalProperties: false },
)

/** One page of a list. `rows` has one row more than `limit` where another page follows. */
export function pageOf<T>(
  rows: readonly T[],
  limit: number,
  cursorOf: (row: T) => string,
): { items: T[]; nextCursor: string | null } {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null }
}
