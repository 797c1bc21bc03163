import { alipayAnswerOr, tradeInChinese } from '../../api-words/alipay-sentences.ts'
import { eventInChinese } from '../../api-words/event-words.ts'
import { chineseOf } from '../../api-words/sentences.ts'
import { statusWords } from '../../i18n/words.ts'
import { texts as caseTexts } from '../cases/texts.ts'
import { texts as refundTexts } from '../refunds/texts.ts'

const sources: Readonly<Record<string, string>> = {
  notify: '支付宝通知',
  query: '查询支付宝',
  close: '在支付宝关闭',
  reconciliation: '对账',
  case: '差错处理',
}
const closings: Readonly<Record<string, string>> = { expired: '超过付款期限', cancelled: '已取消', ended: '订单已结束' }
/** What became of a try of a refund. */
const refundSteps: Readonly<Record<string, string>> = {
  succeeded: '退款成功',
  failed: '退款失败',
  queried_later: '结果不明，稍后查询',
  sent_later: '稍后重新发送',
  retried: '重试',
}
const caseKinds: Readonly<Record<string, string>> = statusWords.caseKind.zh
const system = (who: string | undefined) => (who === 'system' ? '系统' : who)

/** Causes of timeline entries, from the patterns in which the services write them. */
const sentences = chineseOf([
  [/^clock$/, '到期'],
  [/^request of (.+)$/s, who => `${who} 的请求`],
  [/^requested by (.+)$/s, who => `${who} 的请求`],
  [/^retried by (.+)$/s, who => `${who} 重试`],
  [/^approved by (.+)$/s, who => `${who} 复核通过`],
  [/^rejected by (.+)$/s, who => `${who} 驳回`],
  [
    /^(requested|late_payment|second_payment), by (.+)$/s,
    (why, who) => {
      return `${refundTexts.zh.reasons[why ?? ''] ?? why}，申请人 ${system(who)}`
    },
  ],
  [/^(case_[0-9a-f]+), approved by (.+)$/s, (id, who) => `差错 …${id?.slice(-12)}，${who} 复核通过`],
  [/^OrderClosing: (\w+)$/, why => `订单关闭中：${closings[why ?? ''] ?? why}`],
  [/^no money can come any more$/, '不会再有付款'],
  [/^the shopper went to Alipay$/, '顾客前往支付宝'],
  [/^the shopper may have gone to Alipay$/, '顾客可能已前往支付宝'],
  [/^the shopper waits for the result$/, '顾客正在等待结果'],
  [/^no notify had come$/, '没有收到通知'],
  [/^the last query to Alipay$/, '最近一次查询支付宝'],
  [/^restore$/, '恢复备份后查询'],
  [/^by the buyer, as Alipay reports$/, '买家已付款（据支付宝）'],
  [/^Alipay takes no money for it$/, '支付宝不再收款'],
  [/^the order takes no more money$/, '订单不再收款'],
  [/^another payer or method was requested$/, '改用其他付款人或付款方式'],
  [/^Alipay has another trade of this number$/, '该商户订单号在支付宝已有另一笔交易'],
  [/^made elsewhere, booked$/, '系统外退款，已登记'],
  [/^the bill of (\S+) has it as paid$/, date => `${date} 的账单显示已付款`],
  [/^Alipay’s reply could not be verified$/, '支付宝的响应无法验签'],
  [/^Alipay: ([A-Z_]+)$/, status => `支付宝：${tradeInChinese(status ?? '')}`],
  [
    /^(\w+) by (.+)$/s,
    (what, who) => {
      const word = caseTexts.zh.whats[what ?? '']
      return word === undefined ? '' : `${system(who)} ${word}`
    },
  ],
  [
    /^([A-Z][A-Za-z]+)(?: ([0-9a-f-]{36}))?(?: \((.+)\))?$/s,
    (type, id, why) =>
      `${eventInChinese(type ?? '')}${why ? `，${sources[why] ?? alipayAnswerOr(why)}` : ''}${id ? ` ${id}` : ''}`,
  ],
  [/^([a-z]+(?:_[a-z]+)*)$/, word => refundSteps[word ?? ''] ?? caseKinds[word ?? ''] ?? ''],
])

/** The cause of a timeline entry in Chinese. Undefined for one that is unknown. */
export const causeInChinese = (cause: string): string | undefined => sentences(cause) || undefined
