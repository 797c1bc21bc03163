import type { BillFault } from '../faults.ts'
import { refundsOf } from '../refund.ts'
import { paidAtOf, type Trade } from '../trade.ts'
import type { BillPeriod } from './period.ts'

/** One line of a bill: a payment or a refund. */
export interface BillRow {
  /** Other texts are in odd rows only. */
  readonly kind: '交易' | '退款' | '转账'
  readonly tradeNo: string
  readonly outTradeNo: string
  readonly subject: string
  /** Ms since 1970. */
  readonly createdAt: number
  readonly finishedAt: number
  readonly logonId: string
  /** Positive for both kinds; the file writes refunds as negative amounts. */
  readonly amountFen: number
  /** `out_request_no` of a refund. */
  readonly requestNo?: string
  /** Replaces these cells in odd rows. */
  readonly amountText?: string
  readonly finishedText?: string
}

/** Rows of a bill that are not in the ledger. */
export interface OtherRows {
  /** Payments, and a refund of every tenth, of another shop on the same account. */
  readonly foreign: number
  /** Rows without a merchant number, with an unknown 业务类型, without an amount, and with an invalid time, in turn. */
  readonly odd: number
}

/** The payments and refunds of a period, by trade in the order in which the trades were opened. */
export function* billRows(trades: Iterable<Trade>, { from, to }: BillPeriod): Generator<BillRow> {
  const within = (at: number | undefined): at is number => at !== undefined && at >= from && at < to
  for (const trade of trades) {
    const paidAt = paidAtOf(trade)
    if (paidAt === undefined) continue
    const about = {
      tradeNo: trade.tradeNo,
      outTradeNo: trade.outTradeNo,
      subject: trade.subject,
      createdAt: trade.createdAt,
      logonId: trade.buyer.logonId,
    }
    if (within(paidAt)) yield { ...about, kind: '交易', finishedAt: paidAt, amountFen: trade.totalFen }
    for (const { at, amountFen, requestNo } of refundsOf(trade)) {
      if (within(at)) yield { ...about, kind: '退款', finishedAt: at, amountFen, requestNo }
    }
  }
}

/** A bill's rows with one error, always in the first row, so that a test knows which. */
export function* spoilRows(
  rows: Iterable<BillRow>,
  fault: BillFault | undefined,
  period: BillPeriod,
): Generator<BillRow> {
  let first = true
  for (const row of rows) {
    if (!first) {
      yield row
      continue
    }
    first = false
    if (fault === 'missing_row') continue
    if (fault === 'extra_row') yield { ...extraRow(period), outTradeNo: anotherNumber(row.outTradeNo) }
    yield fault === 'changed_row' ? { ...row, amountFen: row.amountFen + 1 } : row
    if (fault === 'duplicate_row') yield row
  }
  if (first && fault === 'extra_row') yield extraRow(period)
}

/** A number of the same shape that is not this one. */
function anotherNumber(outTradeNo: string): string {
  return `${outTradeNo.slice(0, -1)}${outTradeNo.endsWith('0') ? '1' : '0'}`
}

/** Rows of a day that belong to no trade of this ledger. */
export function* otherRows({ foreign, odd }: OtherRows, period: BillPeriod): Generator<BillRow> {
  const digits = period.date.replaceAll('-', '').padEnd(8, '0')
  const about = (number: number, outTradeNo: string) => ({
    tradeNo: `${digits}22001${String(number).padStart(15, '9')}`,
    outTradeNo,
    subject: '门店收款',
    createdAt: period.from,
    finishedAt: period.from + 1_000,
    logonId: 'tes***@sandbox.com',
    amountFen: 1_000,
  })
  for (let number = 1; number <= foreign; number++) {
    const row = about(number, `POS${digits}${String(number).padStart(8, '0')}`)
    yield { ...row, kind: '交易' }
    if (number % 10 === 0) yield { ...row, kind: '退款', amountFen: 100, requestNo: `POSR${number}` }
  }
  for (let number = 1; number <= odd; number++) {
    const row = { ...about(500_000 + number, `ODD${digits}${number}`), kind: '交易' as const }
    yield [
      { ...row, outTradeNo: '' },
      { ...row, kind: '转账' as const },
      { ...row, amountText: '--', amountFen: 0 },
      { ...row, finishedText: '2026-02-30 25:61:00' },
    ][(number - 1) % 4] as BillRow
  }
}

function extraRow({ date, from }: BillPeriod): BillRow {
  const digits = date.replaceAll('-', '')
  return {
    kind: '交易',
    tradeNo: `${digits.padEnd(8, '0')}22001999999999999999`,
    outTradeNo: `extra_${digits}`,
    subject: '账单多出的一笔',
    createdAt: from,
    finishedAt: from + 1_000,
    logonId: 'tes***@sandbox.com',
    amountFen: 100,
  }
}
