import { formatFen } from '../format/format.ts'
import { defineTexts } from '../i18n/texts.ts'
import { wordFor } from '../i18n/words.ts'
import { chineseOf, type Sentence } from './sentences.ts'

/** What is known of Alipay's answers, which payment-service describes. */
const sentences: readonly Sentence[] = [
  [/^no answer within (\d+) ms$/, ms => `支付宝在 ${Math.round(Number(ms) / 1000)} 秒内没有响应`],
  [/^not called: the budget for calls to Alipay is used up$/, '未调用：支付宝接口调用额度已用完'],
  [/^a reply without a code$/, '支付宝的响应没有返回码'],
  [/^it answers for another (?:trade|refund)$/, '支付宝的响应属于另一笔交易'],
  [/^it does not name the refund$/, '支付宝的响应没有退款单号'],
  [/^its refund_amount is (\S+)$/, amount => `支付宝返回的退款金额为${amount === 'missing' ? '空' : ` ${amount}`}`],
  [/^its refund_status is (\S+)$/, status => `支付宝返回的退款状态为 ${status}`],
  [/^fund_change is (\S+)$/, change => `支付宝未确认资金变动（fund_change：${change}）`],
  [/^Alipay has not received it; it is sent again$/, '支付宝未收到该退款，将重新发送'],
  [/^no clear answer: (.+)$/s, why => `没有明确的答复：${why}`],
  [/^the bill is empty, but the ledger of that day is not$/, '账单为空，但我方当日有账'],
  [/^the download answered (\d+)$/, status => `下载账单返回 ${status}`],
  [/^the download ended early$/, '账单下载中断'],
  [
    /^a bill may not be fetched from (\S+): BILL_HOSTS does not name it$/,
    host => `不允许从 ${host} 下载账单：BILL_HOSTS 未包含该地址`,
  ],
  [/^its summary lines are missing$/, '账单缺少汇总行'],
  [/^there are lines after its end$/, '账单结尾之后还有内容'],
  [/^it has no line of column titles$/, '账单没有列标题'],
  [/^it ends in the middle$/, '账单不完整'],
  // A code of Alipay with its own message, which is Chinese.
  [/^(\d{5}(?: (?:[a-zA-Z]+\.)[\w.-]+)?(?: .*)?)$/s, reply => `支付宝返回：${reply}`],
  [/^([A-Z][A-Z_]*(?:\.[A-Z_]+)+)$/, code => `支付宝返回：${code}`],
]

/** Why Alipay did not do something, in Chinese. */
export const alipayAnswer = chineseOf(sentences)

/** The same, or the English text inside a longer sentence. */
export const alipayAnswerOr = (text: string): string => alipayAnswer(text) ?? text

/** What a report of Alipay did, or why it did nothing: the results of notifies and queries. */
export const decisionWords = defineTexts({
  en: {
    expected: 'Payment expected',
    paid: 'Paid',
    paid_again: 'Paid a second time',
    paid_late: 'Paid late',
    closed: 'Closed',
    closing: 'Closing',
    attempt_closed: 'Attempt closed',
    outside_refund: 'Refunded outside',
    retried_later: 'Tried again later',
    already_expected: 'Expected before',
    already_closing: 'Closing already',
    already_paid: 'Recorded before',
    already_closed: 'Closed before',
    not_closing: 'Not closing',
    nothing_to_close: 'Nothing to close',
    refunded_before_recorded: 'Refunded before it was recorded',
    waiting_for_buyer: 'No payment yet',
    trade_closed: 'Trade closed',
    refund_notice: 'About a refund',
    amount_differs: 'Amount differs',
    another_app: 'Of another app',
    another_seller: 'Of another seller',
    unknown_order: 'Unknown order',
    attempt_has_another_trade: 'The number has another trade',
  },
  zh: {
    expected: '等待付款',
    paid: '已付款',
    paid_again: '重复付款',
    paid_late: '逾期付款',
    closed: '已关闭',
    closing: '关闭中',
    attempt_closed: '付款尝试已关闭',
    outside_refund: '系统外退款',
    retried_later: '稍后重试',
    already_expected: '此前已在等待付款',
    already_closing: '已在关闭中',
    already_paid: '此前已入账',
    already_closed: '此前已关闭',
    not_closing: '未在关闭',
    nothing_to_close: '没有可关闭的付款',
    refunded_before_recorded: '入账前已退款',
    waiting_for_buyer: '尚未付款',
    trade_closed: '交易关闭',
    refund_notice: '退款通知',
    amount_differs: '金额与订单不符',
    another_app: '属于其他应用',
    another_seller: '属于其他卖家',
    unknown_order: '没有该订单',
    attempt_has_another_trade: '该商户订单号已有另一笔交易',
  },
})
export const decisionWord = (decision: string): string => wordFor(decisionWords.zh, decision)

/** What querying or closing a payment led to, for each attempt. */
export const paymentResult = chineseOf([
  [/^No buyer has used it, and it is closed here\.$/, '没有买家使用，已在本系统关闭。'],
  [
    /^No buyer has used it yet, so Alipay has nothing to close\. Its link can be paid until (\S+?); cancel the order to end it\.$/,
    until => `尚无买家使用，支付宝没有可关闭的交易。该链接在 ${until} 前仍可付款；如需终止，请取消订单。`,
  ],
  [/^The shopper was not sent to Alipay with it\.$/, '顾客未用它前往支付宝。'],
  [/^Its payment is recorded\.$/, '该笔付款已入账。'],
  [/^It is closed and takes no money\.$/, '已关闭，不再收款。'],
  [/^Alipay reports it as paid\. The payment has been recorded\.$/, '支付宝显示已付款，现已入账。'],
  [/^Alipay reports it as paid\. The payment was recorded before\.$/, '支付宝显示已付款，此前已入账。'],
  [
    /^Alipay reports a payment of (\d+) fen, which is rejected \((\w+)\): see its case\.$/,
    (fen, why) =>
      `支付宝显示付款 ${formatFen(Number(fen))}，未予入账（${decisionWord(why ?? '')}）：请查看对应的差错。`,
  ],
  [/^Alipay has closed it: it takes no money any more\.$/, '支付宝已关闭该交易，不再收款。'],
  [/^A buyer has opened it at Alipay and has not paid yet\.$/, '买家已在支付宝打开，尚未付款。'],
  [/^Alipay has no trade of it: no buyer has used it\.$/, '支付宝没有该交易：尚无买家使用。'],
  [
    /^Alipay did not close it \((.*?)\)\.( Closing is tried again automatically\.)?$/s,
    (why, again) => `支付宝未关闭该交易（${alipayAnswerOr(why ?? '')}）。${again ? '将自动重试关闭。' : ''}`,
  ],
  [
    /^It was not queried, because there are too many calls to Alipay\. Try again in a moment\.( Closing is tried again automatically\.)?$/,
    again => `对支付宝的调用过多，未查询，请稍后重试。${again ? '将自动重试关闭。' : ''}`,
  ],
  [
    /^Alipay gave no clear answer \((.*?)\)\.( Closing is tried again automatically\.)?$/s,
    (why, again) => `支付宝没有给出明确的答复（${alipayAnswerOr(why ?? '')}）。${again ? '将自动重试关闭。' : ''}`,
  ],
])

/** Why a refund is not finished or failed, in Chinese. That of a rejected one is what a person wrote, and stays as it is. */
export function refundWhy({ why, status }: { why?: string; status: string }): string | undefined {
  return why === undefined || status === 'REJECTED' ? why : alipayAnswer(why)
}

/** The states of a trade at Alipay. */
const trades: Readonly<Record<string, string>> = {
  WAIT_BUYER_PAY: '等待买家付款',
  TRADE_SUCCESS: '交易成功',
  TRADE_FINISHED: '交易完结',
  TRADE_CLOSED: '交易关闭',
}

/** The state of a trade in Chinese, with Alipay's name of it. */
export const tradeInChinese = (status: string): string =>
  trades[status] === undefined ? status : `${trades[status]}（${status}）`
