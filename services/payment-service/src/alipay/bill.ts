import { pipeline, type Readable } from 'node:stream'
import iconv from 'iconv-lite'
import { parseBeijingTime } from './beijing-time.ts'
import { BrokenBill, readRecords } from './bill-records.ts'

export { BrokenBill }

/** One line of a trade bill. Amounts are fen and never negative; `kind` is the direction. */
export interface BillLine {
  readonly kind: 'payment' | 'refund'
  readonly tradeNo: string
  readonly outTradeNo: string
  /** A refund's `out_request_no`. */
  readonly requestNo: string
  readonly amountFen: number
  /** 服务费: of a payment what Alipay charged for it, of a refund what it gave back; undefined without the column. */
  readonly feeFen: number | undefined
  /** When the buyer's money moved; undefined where the bill has no time. */
  readonly at: Date | undefined
}

/** A row that cannot be read as a payment or a refund. */
export interface OddRow {
  readonly kind: 'odd'
  /** What is wrong with it, for people. */
  readonly reason: string
  /** How the row begins. */
  readonly content: string
}

/** How many lines there are, and their sums: what the shop received and what it refunded, fen. */
export interface BillTotals {
  readonly payments: number
  readonly paymentFen: number
  readonly refunds: number
  readonly refundFen: number
}

export interface ParsedBill {
  /** What the lines add up to. */
  readonly counted: BillTotals
  /** The totals of the bill's own summary lines; undefined for an empty day's bill without any. */
  readonly stated: BillTotals | undefined
  /** Rows that could not be read, or only in part. */
  readonly oddRows: number
}

/** Titles of the columns that are read. Others may be added, removed and moved. */
const titles = {
  tradeNo: ['支付宝交易号'],
  outTradeNo: ['商户订单号'],
  kind: ['业务类型'],
  finishedAt: ['完成时间'],
  amount: ['订单金额（元）', '订单金额(元)'],
  received: ['商家实收（元）', '商家实收(元)'],
  requestNo: ['退款批次号/请求号', '退款批次号', '退款请求号'],
} as const
/** Titles of a column that a bill may lack. */
const feeTitles = ['服务费（元）', '服务费(元)']
type Column = keyof typeof titles
/** The place of each column in a row; -1 where the bill has no fees. */
type Columns = Record<Column | 'fee', number>

const lineEnd = '业务明细列表结束'

/**
 * Reads a trade bill (GBK, CSV with comment lines) as it streams by, line by line, in bounded memory. `onLine` gets
 * each line in turn; while its promise is pending, reading pauses. A row that cannot be read is an odd row, and the others
 * count all the same. Throws BrokenBill when this is not a complete bill.
 */
export async function parseBill(
  file: Readable,
  onLine: (line: BillLine | OddRow) => Promise<void> | void,
): Promise<ParsedBill> {
  const text = iconv.decodeStream('gbk')
  // pipeline passes an error of either stream, also an earlier one, to the last.
  pipeline(file, text, () => {})
  const counted = { payments: 0, paymentFen: 0, refunds: 0, refundFen: 0 }
  let columns: Columns | undefined
  let columnCount: number | undefined
  let stated: Partial<BillTotals> | undefined
  let ended = false
  let oddRows = 0
  try {
    for await (const cells of readRecords(text as unknown as AsyncIterable<string>, () => columnCount)) {
      const first = (cells[0] ?? '').trim()
      if (first.startsWith('#')) {
        if (first.includes(lineEnd)) ended = true
        stated = readSummary(cells.join(','), stated)
      } else if (!columns) {
        columns = findColumns(cells)
        columnCount = cells.length
      } else if (cells.length > 1) {
        if (ended) throw new BrokenBill('there are lines after its end')
        const { kind, line, odd, receivedFen } = readLine(cells, columns)
        // Alipay's totals include odd rows. Where an amount cannot be read, the totals differ, which is a difference.
        if (kind) count(counted, kind, receivedFen ?? 0)
        if (odd) oddRows++
        for (const row of [line, odd]) {
          const wait = row && onLine(row)
          if (wait) await wait
        }
      }
    }
  } finally {
    file.destroy()
  }
  if (!columns) throw new BrokenBill('it has no line of column titles')
  if (!ended) throw new BrokenBill('it ends in the middle')
  return { counted, stated: wholeSummary(stated, counted), oddRows }
}

function count(
  totals: { -readonly [Name in keyof BillTotals]: number },
  kind: BillLine['kind'],
  receivedFen: number,
): void {
  if (kind === 'payment') {
    totals.payments++
    totals.paymentFen += receivedFen
  } else {
    totals.refunds++
    totals.refundFen += receivedFen
  }
}

function findColumns(cells: readonly string[]): Columns {
  const present = cells.map(cell => cell.trim())
  const entries = Object.entries(titles).map(([column, names]) => {
    const index = present.findIndex(title => (names as readonly string[]).includes(title))
    if (index < 0) throw new BrokenBill(`it has no column ${names[0]}`)
    return [column, index] as const
  })
  const fee = present.findIndex(title => feeTitles.includes(title))
  return { ...(Object.fromEntries(entries) as Record<Column, number>), fee }
}

/** A row as read: its kind and amount where they are readable, and the line, an odd row, or both. */
interface ReadRow {
  readonly kind: BillLine['kind'] | undefined
  readonly receivedFen: number | undefined
  readonly line?: BillLine
  readonly odd?: OddRow
}

const kinds: Readonly<Record<string, BillLine['kind']>> = { 交易: 'payment', 退款: 'refund' }
/** Alipay: its numbers and ours have at most 64 characters. */
const numberLengthMax = 64
const contentLengthMax = 500

function readLine(cells: readonly string[], columns: Columns): ReadRow {
  const cell = (column: keyof Columns) => (cells[columns[column]] ?? '').trim()
  const odd = (reason: string): OddRow => ({
    kind: 'odd',
    reason,
    content: cells.join(',').slice(0, contentLengthMax).toWellFormed(),
  })
  const kind = Object.hasOwn(kinds, cell('kind')) ? kinds[cell('kind')] : undefined
  const receivedFen = fenFromBill(cell('received'))
  const [tradeNo, outTradeNo, requestNo] = [cell('tradeNo'), cell('outTradeNo'), cell('requestNo')]
  const amountFen = fenFromBill(cell('amount'))
  if (!kind) return { kind, receivedFen, odd: odd(`its 业务类型 is ${cell('kind').slice(0, 20) || 'missing'}`) }
  if (!outTradeNo) return { kind, receivedFen, odd: odd('it has no merchant number (商户订单号)') }
  if (!tradeNo) return { kind, receivedFen, odd: odd('it has no trade number (支付宝交易号)') }
  if ([tradeNo, outTradeNo, requestNo].some(({ length }) => length > numberLengthMax)) {
    return { kind, receivedFen, odd: odd(`one of its numbers has more than ${numberLengthMax} characters`) }
  }
  if (amountFen === undefined || receivedFen === undefined) {
    const amount = amountFen === undefined ? cell('amount') : cell('received')
    return { kind, receivedFen, odd: odd(`its amount is ${amount.slice(0, 20) || 'missing'}`) }
  }
  const at = parseBeijingTime(cell('finishedAt'))
  const feeFen = columns.fee < 0 ? undefined : cell('fee') === '' ? 0 : fenFromBill(cell('fee'))
  const line = { kind, tradeNo, outTradeNo, requestNo, amountFen, feeFen, at }
  // Neither the time nor the fee is compared, so a row without them is compared as well.
  if (!at && cell('finishedAt') !== '') {
    return {
      kind,
      receivedFen,
      line,
      odd: odd(`it is compared, but its 完成时间 is ${cell('finishedAt').slice(0, 20)}`),
    }
  }
  if (columns.fee >= 0 && feeFen === undefined) {
    return { kind, receivedFen, line, odd: odd(`it is compared, but its 服务费 is ${cell('fee').slice(0, 20)}`) }
  }
  return { kind, receivedFen, line }
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
