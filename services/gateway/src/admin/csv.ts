import { beijingDay, Problem } from '@alipay-checkout/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { actorFor } from '../auth/identity.ts'
import { sendPieces } from '../http/send-pieces.ts'

type Query = Readonly<Record<string, string>>

/** A list of the admin API as a file: its name, and each column with the text of an item in it. */
export interface CsvList {
  readonly file: string
  readonly columns: Readonly<Record<string, (item: never) => string>>
  /** The items of a response, and what its next page is asked with. Default: `items`, and `nextCursor` as `cursor`. */
  readonly page?: (body: never) => CsvPage
}

interface CsvPage {
  readonly items: readonly unknown[]
  readonly next?: Query | undefined
}

/** Rows of a page, and of a whole file. */
const pageRows = 100
const rowsMax = 100_000
/** Excel reads a file as UTF-8 only with a byte order mark. */
const byteOrderMark = '\uFEFF'

/** The query parameter of lists that are exported. */
export const csvFormat = {
  format: Type.Optional(
    Type.Union([Type.Literal('json'), Type.Literal('csv')], {
      description:
        'csv: the whole list with the same filters as `text/csv`, up to 100,000 rows, without paging. Needs the ' +
        'permission `export` as well. A file that ends early is not complete',
    }),
  ),
}

export const isCsv = (request: FastifyRequest): boolean => (request.query as Query).format === 'csv'

/**
 * Answers with the whole list as a file, page after page. `read` gets the query of a page. Throws 403 without the
 * permission `export`, and the problem with the first page.
 */
export async function sendCsv(
  list: CsvList,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  read: (query: Query) => Promise<unknown>,
): Promise<FastifyReply> {
  actorFor('export', request, reply)
  const { format: _format, cursor: _cursor, limit: _limit, offset: _offset, ...filters } = request.query as Query
  const isGone = () => reply.raw.destroyed
  reply.header('content-disposition', `attachment; filename="${list.file}-${beijingDay(new Date())}.csv"`)
  try {
    return await sendPieces(reply, 'text/csv; charset=utf-8', writeCsv(list, { filters, isGone }, read))
  } catch (error) {
    reply.removeHeader('content-disposition')
    throw error
  }
}

/** The file, a page at a time. */
export async function* writeCsv(
  { columns, page: pageOf = itemsOf }: CsvList,
  { filters, isGone }: { filters: Query; isGone: () => boolean },
  read: (query: Query) => Promise<unknown>,
): AsyncGenerator<string> {
  const cells = Object.values(columns) as ((item: unknown) => string)[]
  const write = (items: readonly unknown[]) => items.map(item => line(cells.map(cell => cell(item)))).join('')
  let head = byteOrderMark + line(Object.keys(columns).map(textCell))
  let rows = 0
  let next: Query | undefined = {}
  while (next !== undefined && !isGone()) {
    const page: CsvPage = pageOf((await read({ ...filters, ...next })) as never)
    const items = page.items.slice(0, rowsMax - rows)
    rows += items.length
    const isCut = rows === rowsMax && (page.next !== undefined || items.length < page.items.length)
    yield head + write(items) + (isCut ? line([textCell('The list has more rows. Narrow its filters.')]) : '')
    if (isCut) return
    head = ''
    next = page.next
  }
}

/** What a page is asked with besides its filters: as many items as possible, where the list has pages. */
export const csvPageQuery = (query: object | undefined): Query =>
  query !== undefined && 'limit' in query ? { limit: String(pageRows) } : {}

function itemsOf(body: { items: unknown[]; nextCursor?: string | null; missing?: string[] }): CsvPage {
  const { items, nextCursor, missing = [] } = body
  if (missing.length > 0) {
    const detail = `The list would not be complete: ${missing.join(' and ')} can not answer. Try again.`
    throw new Problem('service-unavailable', detail)
  }
  return { items, next: nextCursor ? { cursor: nextCursor } : undefined }
}

const line = (cells: readonly string[]) => `${cells.join(',')}\r\n`

/**
 * A text that a spreadsheet would not keep: it takes one that begins with = + - @, a tab or a line break for a formula,
 * shows 12 digits and more as 2.02603E+27, and drops leading zeros.
 */
const isChangedBySpreadsheets = /^[=+\-@\t\r\n]|^\d{12,}$|^0\d+$/

/** A text as a cell, with an apostrophe before one that a spreadsheet would not keep. */
export function textCell(value: unknown): string {
  if (value === undefined || value === null) return ''
  const text = String(value)
  const shown = isChangedBySpreadsheets.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown
}
