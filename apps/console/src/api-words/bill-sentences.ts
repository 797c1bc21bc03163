import { formatFen } from '../format/format.ts'
import { statusWords, wordFor } from '../i18n/words.ts'
import { decisionWord } from './alipay-sentences.ts'
import { chineseOf } from './sentences.ts'

const states: Readonly<Record<string, string>> = {
  waiting: '等待买家付款',
  closed: '交易已关闭',
  no_trade: '没有该交易',
  unknown: '没有明确的答复',
}
/** The state of a payment or of a refund. */
const stateWord = (state: string) => wordFor({ ...statusWords.refund.zh, ...statusWords.payment.zh }, state)
const totals = (payments: string, paymentFen: string, refunds: string, refundFen: string) =>
  `收款 ${payments} 笔 ${formatFen(Number(paymentFen))}、退款 ${refunds} 笔 ${formatFen(Number(refundFen))}`

const what = chineseOf([
  [/^the ledger does not have this payment$/, '我方账没有该笔收款'],
  [/^the ledger does not have this refund$/, '我方账没有该笔退款'],
  [/^the ledger has this payment as ([A-Z_]+)$/, state => `我方账中该笔收款为“${stateWord(state ?? '')}”`],
  [/^the ledger has this refund as ([A-Z_]+)$/, state => `我方账中该笔退款为“${stateWord(state ?? '')}”`],
  [/^the ledger has this payment as trade (\S+)$/, trade => `我方账中该笔收款的支付宝交易号为 ${trade}`],
  [/^the ledger has this refund for (\S+)$/, trade => `我方账中该笔退款属于交易 ${trade}`],
  [/^both have this payment, with different amounts$/, '双方均有该笔收款，但金额不同'],
  [/^both have this refund, with different amounts$/, '双方均有该笔退款，但金额不同'],
  [/^the bill does not have this payment$/, '账单没有该笔收款'],
  [/^the bill does not have this refund$/, '账单没有该笔退款'],
  [/^the neighbouring day decides$/, '待相邻日期的账单确认'],
  [/^Alipay confirmed it$/, '已由支付宝确认'],
  [/^queried again, Alipay reports (\w+)$/, state => `再次查询，支付宝显示${states[state ?? ''] ?? state}`],
  [/^the result of a query was rejected: (\w+)$/, why => `查询结果未被接受：${decisionWord(why ?? '')}`],
  [
    /^its summary has (\d+) payments of (\d+) fen and (\d+) refunds of (\d+) fen, its lines have (\d+) payments of (\d+) fen and (\d+) refunds of (\d+) fen$/,
    (...n) => {
      const [a = '', b = '', c = '', d = '', e = '', f = '', g = '', h = ''] = n
      return `账单汇总为${totals(a, b, c, d)}，明细为${totals(e, f, g, h)}`
    },
  ],
])

/** What a difference between the bill and the ledger is, in Chinese: `the bill does not have this payment; …`. */
export function billDifference(detail: string): string | undefined {
  const said = detail.split('; ').map(what)
  return said.includes(undefined) ? undefined : said.join('；')
}

/** Kinds of differences. */
export const differenceKinds: Readonly<Record<string, string>> = {
  payment_missing_here: '我方缺收款',
  payment_missing_there: '账单缺收款',
  refund_missing_here: '我方缺退款',
  refund_missing_there: '账单缺退款',
  amount_differs: '金额不一致',
  status_differs: '状态不一致',
  trade_differs: '交易号不一致',
  duplicate: '账单重复',
  totals_differ: '汇总不一致',
}
