import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import iconv from 'iconv-lite'
import yazl from 'yazl'

export const columnTitles =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注'

/** A line of a generated bill. `at` is `yyyy-MM-dd HH:mm:ss` in Beijing. */
export interface TestBillLine {
  kind: '交易' | '退款'
  outTradeNo: string
  tradeNo?: string
  requestNo?: string
  fen: number
  /** 服务费 as the row has it; 0.00 by default. */
  fee?: string
  at: string
}

const yuan = (fen: number) => (fen / 100).toFixed(2)

/** A bill's text in pieces. Its totals are those of the lines unless `stated` replaces them. */
export function* billText(
  lines: Iterable<TestBillLine>,
  { stated, end = true }: { stated?: { payments: number; paymentFen: number }; end?: boolean } = {},
): Generator<string> {
  const sums = { payments: 0, paymentFen: 0, refunds: 0, refundFen: 0 }
  yield '#支付宝业务明细查询\n#账号：[20880000000000000156]\n'
  yield '#起始日期：[2026年01月02日 00:00:00]   终止日期：[2026年01月03日 00:00:00]\n'
  yield `#-----------------------------------------业务明细列表----------------------------------------\n${columnTitles}\n`
  for (const { kind, outTradeNo, tradeNo = `T${outTradeNo}`, requestNo = '', fen, fee = '0.00', at } of lines) {
    const payment = kind === '交易'
    sums[payment ? 'payments' : 'refunds']++
    sums[payment ? 'paymentFen' : 'refundFen'] += fen
    const amount = yuan(payment ? fen : -fen)
    yield `${tradeNo}\t,${outTradeNo}\t,${kind}\t,订单支付: ${outTradeNo}\t,${at},${at},\t,\t,\t,\t,陈*(che***@example.com)\t,${amount},${amount},0.00,0.00,0.00,0.00,0.00,\t,0.00,0.00,${requestNo}\t,${fee},0.00,\t\n`
  }
  if (!end) return
  const { payments, paymentFen } = stated ?? sums
  yield '#-----------------------------------------业务明细列表结束------------------------------------\n'
  yield `#交易合计：${payments}笔，商家实收共${yuan(paymentFen)}元，商家优惠共0.00元\n`
  yield `#退款合计：${sums.refunds}笔，商家实收退款共${yuan(-sums.refundFen)}元，商家优惠退款共0.00元\n`
  yield '#导出时间：[2026年01月03日 09:00:00]\n'
}

/** Joins small pieces to chunks, encoded in GBK as Alipay's bills are. */
function* gbk(pieces: Iterable<string>): Generator<Buffer> {
  let text = ''
  for (const piece of pieces) {
    text += piece
    if (text.length < 64 * 1024) continue
    yield iconv.encode(text, 'gbk')
    text = ''
  }
  yield iconv.encode(text, 'gbk')
}

/** The text as Alipay's bytes, streaming. */
export const billBytes = (pieces: Iterable<string>): Readable => Readable.from(gbk(pieces), { objectMode: false })

/** Writes a bill's ZIP, details and summary, with names in GBK. */
export async function writeBillArchive(path: string, pieces: Iterable<string>): Promise<void> {
  const zip = new yazl.ZipFile()
  zip.addReadStream(billBytes(pieces), 'details')
  zip.addBuffer(iconv.encode('#支付宝业务汇总查询\n', 'gbk'), 'summary')
  const names = ['20880000000000000156_20260102_业务明细.csv', '20880000000000000156_20260102_业务明细(汇总).csv']
  // yazl writes names in UTF-8, and Alipay's are GBK.
  const entries = (zip as unknown as { entries: { utf8FileName: Buffer }[] }).entries
  for (const [index, entry] of entries.entries()) entry.utf8FileName = iconv.encode(names[index] as string, 'gbk')
  zip.end()
  await pipeline(zip.outputStream as Readable, createWriteStream(path))
}
