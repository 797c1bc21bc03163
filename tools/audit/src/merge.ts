/** The rows of several sources for one key. A source without one is absent. */
export type Merged<T> = { key: string } & Partial<T>

interface Source {
  name: string
  rows: AsyncIterator<{ key: string }>
  head: { key: string } | undefined
}

/**
 * Joins sources that are each sorted by `key` (ascending code units, each key once), holding one row of each at a time.
 *
 * @throws Error naming the source that is not sorted: its rows would be taken for missing
 */
export async function* mergeByKey<T extends Record<string, { key: string }>>(
  sources: {
    [Name in keyof T]: AsyncIterable<T[Name]>
  },
): AsyncGenerator<Merged<T>> {
  const open: Source[] = Object.entries(sources).map(([name, rows]) => ({
    name,
    rows: (rows as AsyncIterable<{ key: string }>)[Symbol.asyncIterator](),
    head: undefined,
  }))
  for (const source of open) await advance(source)
  for (;;) {
    const keys = open.flatMap(({ head }) => (head ? [head.key] : []))
    if (keys.length === 0) return
    const key = keys.sort().at(0) as string
    const row: Record<string, unknown> = { key }
    for (const source of open) {
      if (source.head?.key !== key) continue
      row[source.name] = source.head
      await advance(source)
    }
    yield row as Merged<T>
  }
}

async function advance(source: Source): Promise<void> {
  const { value, done } = await source.rows.next()
  const before = source.head?.key
  source.head = done ? undefined : value
  if (before !== undefined && source.head && source.head.key <= before) {
    throw new Error(`${source.name} is not sorted: ${source.head.key} comes after ${before}`)
  }
}
