import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { Database } from '@alipay-checkout/service-kit/database'
import { type BillLine, type OddRow, type ParsedBill, parseBill } from '../alipay/bill.ts'

/** SQL: the request number of a refund in `bill_lines b`. Alipay: a refund requested without one has the trade's. */
export const billRequestNo = "coalesce(nullif(b.request_no, ''), b.out_trade_no)"

/** One connection. Its temporary tables are visible only to it and end with it. */
export type Session = Database['client']

/** Lines copied to the database at a time, characters. */
const chunkCharactersMax = 64 * 1024

/**
 * Copies a bill's rows into the session's tables while they are read: `bill_lines` gets those with a number of this
 * system, `set_aside` those of other trades on the account and the odd ones. Memory is bounded for any number of rows.
 */
export async function stageBill(session: Session, open: () => Promise<Readable>): Promise<ParsedBill> {
  await session`
    create temp table bill_lines (
      line integer generated always as identity, kind text not null, trade_no text, out_trade_no text, request_no text,
      subject text, amount_fen bigint, fee_fen bigint, at timestamptz, reason text, content text)`
  const copy =
    await session`copy bill_lines (kind, trade_no, out_trade_no, request_no, subject, amount_fen, fee_fen, at, reason, content)
      from stdin`.writable()
  const copied = finished(copy)
  // Awaited below. Without a handler until then, a failure would be an unhandled rejection.
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
    await setAside(session)
    await session`create index on bill_lines (kind, subject)`
    await session`analyze bill_lines`
    return parsed
  } catch (error) {
    copy.destroy(error as Error)
    throw error
  }
}

/**
 * Moves rows that are not compared to `set_aside`. A row belongs to this system if one of its numbers has this system's
 * format or is in the ledger. Other rows belong to other shops on the same account at Alipay.
 */
async function setAside(session: Session): Promise<void> {
  await session`
    create temp table set_aside as
    select line, kind, trade_no, out_trade_no, request_no, amount_fen, at, reason, content from bill_lines
    where kind = 'odd' or not (out_trade_no ~ ${ourTradeNumber} or request_no ~ ${ourRefundNumber})`
  await session`analyze set_aside`
  await session`
    delete from set_aside s using attempts a
    where s.kind <> 'odd' and (a.out_trade_no = s.out_trade_no or a.trade_no = s.trade_no)`
  await session`delete from bill_lines b using set_aside s where s.line = b.line`
}

const ourTradeNumber = '^ord_[0-9a-f]{32}(_[0-9]+)?$'
const ourRefundNumber = '^ref_[0-9a-f]{32}$'

function copyRow(row: BillLine | OddRow): string {
  if (row.kind === 'odd') {
    const [reason, content] = [row.reason, row.content].map(escapeCopy)
    return `odd${'\t\\N'.repeat(7)}\t${reason}\t${content}\n`
  }
  const { kind, tradeNo, outTradeNo, requestNo, amountFen, feeFen, at } = row
  // Alipay: a refund that was requested without a number has the trade's.
  const subject = kind === 'payment' ? outTradeNo : requestNo || outTradeNo
  const texts = [kind, tradeNo, outTradeNo, requestNo, subject].map(escapeCopy).join('\t')
  return `${texts}\t${amountFen}\t${feeFen ?? '\\N'}\t${at ? at.toISOString() : '\\N'}\t\\N\t\\N\n`
}

/** A text in COPY's format: backslashes and separators are escaped, and NUL, which PostgreSQL cannot store, is removed. */
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
