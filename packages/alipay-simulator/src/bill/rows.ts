import type { BillFault } from '../faults.ts'
import { refundsOf } from '../refund.ts'
import { paidAtOf, type Trade } from '../trade.ts'
import type { BillPeriod } from './period.ts'

/** One line of a bill: a payment, or money that went back. */
export interface BillRow {
  readonly kind: '交易' | '退款'
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
}

/** All that moved in a period, trade by trade in the order they were opened. */
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

/** A bill's rows with one thing wrong about them: always the first row, so that a test knows which. */
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
    if (fault === 'extra_row') yield extraRow(period)
    yield fault === 'changed_row' ? { ...row, amountFen: row.amountFen + 1 } : row
    if (fault === 'duplicate_row') yield row
  }
  if (first && fault === 'extra_row') yield extraRow(period)
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
