import { eventWords } from '../../api-words/event-words.ts'
import { defineTexts } from '../../i18n/texts.ts'
import { statusWords, wordFor } from '../../i18n/words.ts'

/** What services record in an order's timeline beside events and statuses, in words. */
const entryWords = defineTexts({
  en: {
    expected: 'Payment expected',
    closing: 'Payment closing',
    opened: 'Payment opened',
    queried: 'Alipay queried',
    query: 'Alipay queried',
    close: 'Closed at Alipay',
    paid: 'Paid',
    'attempt closed': 'Attempt closed',
    notify: 'Notify received',
    replay: 'Notify replayed',
    'refund requested': 'Refund requested',
    refund: 'Refund',
    case: 'Case',
    reconciliation: 'Bill compared',
    note: 'Note of the staff',
    'recipient read': 'Recipient seen',
    'unverified reply': 'Reply without a valid signature',
    'personal data erased': 'Personal data erased',
    reserved: 'Stock reserved',
    rejected: 'Stock refused',
    committed: 'Stock sold',
    released: 'Stock released',
    returned: 'Stock back on sale',
  },
  zh: {
    expected: '等待付款',
    closing: '支付关闭中',
    opened: '打开付款',
    queried: '查询支付宝',
    query: '查询支付宝',
    close: '在支付宝关闭',
    paid: '已付款',
    'attempt closed': '付款尝试已关闭',
    notify: '收到通知',
    replay: '重放通知',
    'refund requested': '申请退款',
    refund: '退款',
    case: '差错',
    reconciliation: '账单核对',
    note: '内部备注',
    'recipient read': '查看收件人',
    'unverified reply': '响应无法验签',
    'personal data erased': '个人数据已清除',
    reserved: '库存已预留',
    rejected: '库存不足',
    committed: '库存已售出',
    released: '库存已释放',
    returned: '库存已退回',
  },
})

/** What an entry says: one or several events (`OrderPaid + OrderShipped`), or a status that the order reached. */
export function wordsOfEntry(what: string, language: 'en' | 'zh'): string {
  const words: Readonly<Record<string, string>> = {
    ...statusWords.order[language],
    ...eventWords[language],
    ...entryWords[language],
  }
  return what
    .split(' + ')
    .map(one => wordFor(words, one))
    .join(' + ')
}
