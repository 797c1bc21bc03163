import { defineTexts } from '../../i18n/texts.ts'
import { statusWords, wordFor } from '../../i18n/words.ts'

/** What services record in an order's timeline, in words. */
const entryWords = defineTexts({
  en: {
    OrderCreated: 'Order placed',
    OrderClosing: 'Order closing',
    OrderPaid: 'Order paid',
    OrderShipped: 'Parcel shipped',
    OrderDelivered: 'Order delivered',
    OrderCompleted: 'Order completed',
    OrderCancelled: 'Order cancelled',
    OrderExpired: 'Order expired',
    OrderRejected: 'Order rejected',
    OrderReinstating: 'Order being reinstated',
    OrderRefunded: 'Order refunded',
    RefundRequested: 'Refund requested',
    PaymentClosed: 'Payment closed',
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
    'personal data erased': 'Personal data erased',
    reserved: 'Stock reserved',
    rejected: 'Stock refused',
    committed: 'Stock sold',
    released: 'Stock released',
    returned: 'Stock back on sale',
  },
  zh: {
    OrderCreated: '下单',
    OrderClosing: '订单关闭中',
    OrderPaid: '订单已付款',
    OrderShipped: '包裹已发出',
    OrderDelivered: '订单已送达',
    OrderCompleted: '订单已完成',
    OrderCancelled: '订单已取消',
    OrderExpired: '订单已过期',
    OrderRejected: '订单被拒绝',
    OrderReinstating: '订单恢复中',
    OrderRefunded: '订单有退款',
    RefundRequested: '申请退款',
    PaymentClosed: '支付已关闭',
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
  const words: Readonly<Record<string, string>> = { ...statusWords.order[language], ...entryWords[language] }
  return what
    .split(' + ')
    .map(one => wordFor(words, one))
    .join(' + ')
}
