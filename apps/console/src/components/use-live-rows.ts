import { useState } from 'react'

/**
 * How many rows at the beginning are newer than the row of this key, which may be gone. Keys are ids that begin with
 * their time, newest first.
 */
export const rowsBefore = (keys: readonly string[], top: string | undefined): number =>
  top === undefined
    ? 0
    : Math.max(
        0,
        keys.findIndex(key => key <= top),
      )

/**
 * Rows of a list that refreshes itself, newest first: those that are shown change in place, and new ones wait until
 * `showFresh`, so that nothing moves while a person reads. Another `filter` begins anew.
 */
export function useLiveRows<T>(rows: readonly T[], keyOf: (row: T) => string, filter: string) {
  const keys = rows.map(keyOf)
  const [top, setTop] = useState<{ filter: string; key: string | undefined }>({ filter, key: undefined })
  const current = top.filter === filter ? top.key : undefined
  const first = keys[0]
  if (top.filter !== filter || (top.key === undefined && first !== undefined)) setTop({ filter, key: first })
  const fresh = rowsBefore(keys, current)
  return { shown: rows.slice(fresh), fresh, showFresh: () => setTop({ filter, key: first }) }
}
