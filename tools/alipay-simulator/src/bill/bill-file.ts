import iconv from 'iconv-lite'
import { toBeijing } from '../beijing-time.ts'
import { yuanFromFen } from '../money.ts'
import type { BillPeriod } from './period.ts'
import type { BillRow } from './rows.ts'
import { type ZipEntry, zipArchive } from './zip.ts'

export interface Bill {
  readonly sellerId: string
  readonly period: BillPeriod
  readonly rows: Iterable<BillRow>
  /** Ms since 1970. */
  readonly exportedAt: number
  /** Makes the sums at the end disagree with the rows. */
  readonly wrongTotals?: boolean
}

interface Totals {
  payments: number
  paidFen: number
  refunds: number
  refundedFen: number
}

/** Lines are encoded in blocks of this size, because one call for each line would use more CPU time. */
const CHUNK_CHARACTERS = 32_768

const DETAIL_COLUMNS =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注'
const SUMMARY_COLUMNS =
  '门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）'

/** A trade bill as Alipay has it: a ZIP of two GBK CSV files. It is generated while it is read, never whole in memory. */
export function billArchive(bill: Bill): AsyncGenerator<Buffer> {
  const totals: Totals = { payments: 0, paidFen: 0, refunds: 0, refundedFen: 0 }
  const name = billName(bill.sellerId, bill.period)
  // The second file's sums are known once the first has been written.
  const entries: ZipEntry[] = [
    { name: `${name}_业务明细.csv`, content: encoded(detailLines(bill, totals)) },
    { name: `${name}_业务明细(汇总).csv`, content: encoded(summaryLines(bill, totals)) },
  ]
  return zipArchive(entries, bill.exportedAt)
}

/** The first lines of Alipay's bill files: the account and the date in digits. */
export function billName(sellerId: string, { date }: BillPeriod): string {
  return `${accountOf(sellerId)}_${date.replaceAll('-', '')}`
}

function* detailLines(bill: Bill, totals: Totals): Generator<string> {
  yield* head('支付宝业务明细查询', bill)
  yield ruler('业务明细列表')
  yield DETAIL_COLUMNS
  for (const row of bill.rows) {
    count(row, totals)
    yield detailLine(row)
  }
  yield ruler('业务明细列表结束')
  const extraFen = bill.wrongTotals ? 1 : 0
  yield `#交易合计：${totals.payments}笔，商家实收共${signedYuan(totals.paidFen + extraFen)}元，商家优惠共0.00元`
  yield `#退款合计：${totals.refunds}笔，商家实收退款共${signedYuan(-totals.refundedFen)}元，商家优惠退款共0.00元`
  yield exported(bill)
}

function* summaryLines(bill: Bill, totals: Totals): Generator<string> {
  yield* head('支付宝业务汇总查询', bill)
  yield ruler('业务汇总列表')
  yield SUMMARY_COLUMNS
  const net = signedYuan(totals.paidFen - totals.refundedFen)
  yield ['合计\t', '\t', totals.payments, totals.refunds, net, net, '0.00', '0.00', '0.00', '0.00', '0.00', net].join(
    ',',
  )
  yield ruler('业务汇总列表结束')
  yield exported(bill)
}

function* head(title: string, { sellerId, period }: Bill): Generator<string> {
  yield `#${title}`
  yield `#账号：[${accountOf(sellerId)}]`
  yield `#起始日期：[${inWords(period.from)}]   终止日期：[${inWords(period.to)}]`
}

function detailLine(row: BillRow): string {
  const amount = row.amountText ?? signedYuan(row.kind === '退款' ? -row.amountFen : row.amountFen)
  const texts = [
    row.tradeNo,
    row.outTradeNo,
    row.kind,
    row.subject,
    toBeijing(row.createdAt),
    row.finishedText ?? toBeijing(row.finishedAt),
  ]
  const zero = '0.00'
  return [
    ...texts.map(text),
    ...[text(''), text(''), text(''), text(''), text(row.logonId)],
    ...[amount, amount, zero, zero, zero, zero, zero, text(''), zero, zero],
    ...[text(row.requestNo ?? ''), zero, zero, text('')],
  ].join(',')
}

/** A text cell ends in a tab, which keeps spreadsheets from reading long numbers as numbers. */
function text(value: string): string {
  const line = `${value.replaceAll(/[\r\n]+/g, ' ')}\t`
  return /[",]/.test(line) ? `"${line.replaceAll('"', '""')}"` : line
}

function count(row: BillRow, totals: Totals): void {
  if (row.kind === '交易') {
    totals.payments += 1
    totals.paidFen += row.amountFen
  } else if (row.kind === '退款') {
    totals.refunds += 1
    totals.refundedFen += row.amountFen
  }
}

function* encoded(lines: Iterable<string>): Generator<Buffer> {
  let waiting = ''
  for (const line of lines) {
    waiting += `${line}\r\n`
    if (waiting.length < CHUNK_CHARACTERS) continue
    yield iconv.encode(waiting, 'gbk')
    waiting = ''
  }
  yield iconv.encode(waiting, 'gbk')
}

function accountOf(sellerId: string): string {
  return `${sellerId}0156`
}

function ruler(title: string): string {
  return `#-----------------------------------------${title}----------------------------------------`
}

function exported({ exportedAt }: Bill): string {
  return `#导出时间：[${inWords(exportedAt)}]`
}

function inWords(ms: number): string {
  return toBeijing(ms).replace(/^(\d+)-(\d+)-(\d+)/, '$1年$2月$3日')
}

function signedYuan(fen: number): string {
  return fen < 0 ? `-${yuanFromFen(-fen)}` : yuanFromFen(fen)
}
