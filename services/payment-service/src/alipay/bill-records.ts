import { parse } from 'csv-parse/sync'

/** The file is not a complete trade bill. Another try may get a complete one. */
export class BrokenBill extends Error {
  override name = 'BrokenBill'
}

/** A line of a bill has a few hundred characters; a much longer one means that the file is no bill. */
const lineCharactersMax = 64 * 1024
/** A quoted cell may have line breaks, but a record of more lines than this has a quote that is never closed. */
const linesPerRecordMax = 10

/**
 * The records of a CSV text as it streams by: the cells of each, in bounded memory. A line with a quote that is never
 * closed is a record by itself, split at its commas, so that it spoils no other line. `columnCount` is how many cells a
 * record has, once that is known: lines are only joined to a record that has as many.
 *
 * @throws BrokenBill where a line is too long to be one of a bill
 */
export async function* readRecords(
  text: AsyncIterable<string>,
  columnCount: () => number | undefined,
): AsyncGenerator<string[]> {
  /** Lines that begin with a record whose quote is not closed yet. */
  let open: string[] = []

  function* take(line: string): Generator<string[]> {
    const cells = open.length === 0 || !line.startsWith('#') ? parseRecord([...open, line].join('\n')) : undefined
    const isWhole = cells && (open.length === 0 || cells.length === columnCount())
    if (isWhole) {
      open = []
      if (cells.length > 0) yield cells
      return
    }
    open.push(line)
    // A line with all of its cells is a whole record: the quote in it opens nothing.
    const hasAllCells = open.length === 1 && line.split(',').length >= (columnCount() ?? Number.POSITIVE_INFINITY)
    if (hasAllCells || line.startsWith('#') || open.length === linesPerRecordMax) yield* giveUp()
  }

  /** The first open line is a record by itself; those after it are read again. */
  function* giveUp(): Generator<string[]> {
    const [first = '', ...rest] = open
    open = []
    yield first.split(',')
    for (const line of rest) yield* take(line)
  }

  for await (const line of linesOf(text)) yield* take(line)
  while (open.length > 0) yield* giveUp()
}

/** The cells of one record; none for an empty line; undefined where a quote is not closed. */
function parseRecord(record: string): string[] | undefined {
  if (!record.includes('"')) return record === '' ? [] : record.split(',')
  try {
    return parse(record, { relax_column_count: true, relax_quotes: true })[0] ?? []
  } catch {
    return undefined
  }
}

async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of text) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() as string
    if (rest.length > lineCharactersMax) throw new BrokenBill('a line of it is too long')
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line
  }
  if (rest !== '') yield rest
}
