import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { Database } from '@alipay-checkout/service-kit/database'
import { type BillLine, type ParsedBill, parseBill } from '../alipay/bill.ts'

/** One connection: its temporary tables are visible to it alone and go with it. */
export type Session = Database['client']

/** Lines copied to the database at a time, characters. */
const chunkCharactersMax = 64 * 1024

/** Copies a bill's lines into the session's table `bill_lines`, as they stream by. Memory stays the same for any number. */
export async function stageBill(session: Session, open: () => Promise<Readable>): Promise<ParsedBill> {
  await session`
    create temp table bill_lines (
      line bigint generated always as identity, kind text not null, trade_no text not null, out_trade_no text not null,
      subject text not null, amount_fen bigint not null, at timestamptz)`
  const copy =
    await session`copy bill_lines (kind, trade_no, out_trade_no, subject, amount_fen, at) from stdin`.writable()
  const copied = finished(copy)
  // Awaited below; until then a failure must not be nobody's.
  copied.catch(() => {})
  let chunk = ''
  const flush = async () => {
    const full = chunk
    chunk = ''
    if (!copy.write(full)) await Promise.race([once(copy, 'drain'), copied])
  }
  try {
    const parsed = await parseBill(await open(), line => {
      chunk += copyRow(line)
      if (chunk.length >= chunkCharactersMax) return flush()
    })
    if (chunk) await flush()
    copy.end()
    await copied
    await session`create index on bill_lines (kind, subject)`
    await session`analyze bill_lines`
    return parsed
  } catch (error) {
    copy.destroy(error as Error)
    throw error
  }
}

function copyRow({ kind, tradeNo, outTradeNo, requestNo, amountFen, at }: BillLine): string {
  // A refund without a number can't be ours: every request of ours has one.
  const subject = kind === 'payment' ? outTradeNo : requestNo || `${outTradeNo} (no number)`
  const texts = [kind, tradeNo, outTradeNo, subject].map(escapeCopy).join('\t')
  return `${texts}\t${amountFen}\t${at ? at.toISOString() : '\\N'}\n`
}

/** Text in COPY's format: a backslash and what separates cells and rows are escaped. PostgreSQL has no NUL in texts. */
function escapeCopy(text: string): string {
  return /[\\\t\n\r\0]/.test(text)
    ? text
        .replaceAll('\0', '')
        .replaceAll('\\', '\\\\')
        .replaceAll('\t', '\\t')
        .replaceAll('\n', '\\n')
        .replaceAll('\r', '\\r')
    : text
}
