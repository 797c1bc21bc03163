import { pipeline, type Readable } from 'node:stream'
import { parse } from 'csv-parse'
import iconv from 'iconv-lite'
import { parseBeijingTime } from './beijing-time.ts'

/** One line of a trade bill. Amounts are fen and never negative: `kind` says which way the money went. */
export interface BillLine {
  readonly kind: 'payment' | 'refund'
  readonly tradeNo: string
  readonly outTradeNo: string
  /** A refund's `out_request_no`. */
  readonly requestNo: string
  readonly amountFen: number
  /** When the buyer's money moved; undefined where the bill does not say. */
  readonly at: Date | undefined
}

/** How many lines there are, and their sums: what the shop got, and what it gave back, fen. */
export interface BillTotals {
  readonly payments: number
  readonly paymentFen: number
  readonly refunds: number
  readonly refundFen: number
}

/** The file is not a whole trade bill. Another try may get a better one. */
export class BrokenBill extends Error {
  override name = 'BrokenBill'
}

export interface ParsedBill {
  /** What the lines add up to. */
  readonly counted: BillTotals
  /** What the bill's own summary lines say; undefined for an empty day's bill without any. */
  readonly stated: BillTotals | undefined
}

/** Column titles that matter. Others may come, go, and change places. */
const titles = {
  tradeNo: ['支付宝交易号'],
  outTradeNo: ['商户订单号'],
  kind: ['业务类型'],
  finishedAt: ['完成时间'],
  amount: ['订单金额（元）', '订单金额(元)'],
  received: ['商家实收（元）', '商家实收(元)'],
  requestNo: ['退款批次号/请求号', '退款批次号', '退款请求号'],
} as const
type Column = keyof typeof titles

const lineEnd = '业务明细列表结束'
/** One record of a bill has some hundred characters; a longer one means that this is something else. */
const recordCharactersMax = 64 * 1024

/**
 * Reads a trade bill (GBK, CSV with comment lines) as it streams by, line by line, in bounded memory. `onLine` gets
 * each line in turn and may make the file wait. Throws BrokenBill when this is no whole bill.
 */
export async function parseBill(file: Readable, onLine: (line: BillLine) => Promise<void> | void): Promise<ParsedBill> {
  const csv = parse({ relax_column_count: true, relax_quotes: true, max_record_size: recordCharactersMax })
  const text = iconv.decodeStream('gbk')
  // What goes wrong in any of them, also before now, comes out of the last: nobody else looks.
  pipeline(file, text, csv, () => {})
  const counted = { payments: 0, paymentFen: 0, refunds: 0, refundFen: 0 }
  let columns: Record<Column, number> | undefined
  let stated: Partial<BillTotals> | undefined
  let ended = false
  try {
    for await (const cells of csv as AsyncIterable<string[]>) {
      const first = (cells[0] ?? '').trim()
      if (first.startsWith('#')) {
        if (first.includes(lineEnd)) ended = true
        stated = readSummary(cells.join(','), stated)
      } else if (!columns) columns = findColumns(cells)
      else if (cells.length > 1) {
        if (ended) throw new BrokenBill('there are lines after its end')
        const { line, receivedFen } = readLine(cells, columns)
        count(counted, line, receivedFen)
        const wait = onLine(line)
        if (wait) await wait
      }
    }
  } catch (error) {
    if (typeof (error as { code?: unknown }).code === 'string' && (error as { code: string }).code.startsWith('CSV_'))
      throw new BrokenBill(`it is no CSV: ${(error as Error).message.slice(0, 200)}`)
    throw error
  } finally {
    file.destroy()
  }
  if (!columns) throw new BrokenBill('it has no line of column titles')
  if (!ended) throw new BrokenBill('it ends in the middle')
  return { counted, stated: wholeSummary(stated, counted) }
}

function count(totals: { -readonly [Name in keyof BillTotals]: number }, line: BillLine, receivedFen: number): void {
  if (line.kind === 'payment') {
    totals.payments++
    totals.paymentFen += receivedFen
  } else {
    totals.refunds++
    totals.refundFen += receivedFen
  }
}

function findColumns(cells: readonly string[]): Record<Column, number> {
  const present = cells.map(cell => cell.trim())
  const entries = Object.entries(titles).map(([column, names]) => {
    const index = present.findIndex(title => (names as readonly string[]).includes(title))
    if (index < 0) throw new BrokenBill(`it has no column ${names[0]}`)
    return [column, index] as const
  })
  return Object.fromEntries(entries) as Record<Column, number>
}

function readLine(cells: readonly string[], columns: Record<Column, number>): { line: BillLine; receivedFen: number } {
  const cell = (column: Column) => (cells[columns[column]] ?? '').trim()
  const kindText = cell('kind')
  if (kindText !== '交易' && kindText !== '退款') throw new BrokenBill(`a line's 业务类型 is ${kindText.slice(0, 20)}`)
  const [tradeNo, outTradeNo] = [cell('tradeNo'), cell('outTradeNo')]
  const amountFen = fenFromBill(cell('amount'))
  const receivedFen = fenFromBill(cell('received'))
  if (!tradeNo || !outTradeNo || amountFen === undefined || receivedFen === undefined) {
    throw new BrokenBill('a line has no trade number or no amount')
  }
  const kind = kindText === '交易' ? 'payment' : 'refund'
  const at = parseBeijingTime(cell('finishedAt'))
  return { line: { kind, tradeNo, outTradeNo, requestNo: cell('requestNo'), amountFen, at }, receivedFen }
}

const amountShape = /^[+-]?(\d{1,12})(?:\.(\d{1,2}))?$/

/** A bill's yuan as fen without its sign: refunds are negative in some files and positive in others. */
export function fenFromBill(yuan: string): number | undefined {
  const found = amountShape.exec(yuan)
  return found ? Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0')) : undefined
}

const paymentSummary = /#交易合计[：:]\s*(\d+)笔[，,]\s*商家实收共\s*([-+\d.]+)元/
const refundSummary = /#退款合计[：:]\s*(\d+)笔[，,]\s*商家实收退款共\s*([-+\d.]+)元/

function readSummary(line: string, before: Partial<BillTotals> | undefined): Partial<BillTotals> | undefined {
  const payment = paymentSummary.exec(line)
  if (payment) return { ...before, payments: Number(payment[1]), paymentFen: fenFromBill(payment[2] as string) ?? -1 }
  const refund = refundSummary.exec(line)
  if (refund) return { ...before, refunds: Number(refund[1]), refundFen: fenFromBill(refund[2] as string) ?? -1 }
  return before
}

/** Only a bill without lines may lack its summary. */
function wholeSummary(stated: Partial<BillTotals> | undefined, counted: BillTotals): BillTotals | undefined {
  if (stated?.payments !== undefined && stated.refunds !== undefined) return stated as BillTotals
  if (counted.payments + counted.refunds > 0) throw new BrokenBill('its summary lines are missing')
  return undefined
}
