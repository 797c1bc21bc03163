import { defineTexts } from '../../i18n/texts.ts'
import { wordFor } from '../../i18n/words.ts'

export const texts = defineTexts({
  en: {
    actor: 'Who',
    action: 'Action',
    object: 'Object or order',
    from: 'From (Beijing)',
    to: 'To (Beijing)',
    at: 'When',
    changed: 'What',
    change: 'Before → after',
    reason: 'Reason',
    request: 'Request and trace',
    requestId: 'Request',
    traceId: 'Trace',
    role: (role: string) => `as ${role}`,
    order: 'Order',
    empty: 'Nobody changed anything that matches these filters.',
  },
  zh: {
    actor: '操作人',
    action: '操作',
    object: '对象或订单',
    from: '开始日期（北京）',
    to: '结束日期（北京）',
    at: '时间',
    changed: '内容',
    change: '变更前 → 变更后',
    reason: '原因',
    request: '请求与链路',
    requestId: '请求',
    traceId: '链路',
    role: (role: string) => `角色 ${role}`,
    order: '订单',
    empty: '没有符合筛选条件的操作记录。',
  },
})

/** Actions of the audit log in words. */
export const actionWords = defineTexts({
  en: {
    'order.cancel': 'Cancelled an order',
    'order.note': 'Noted something about an order',
    'recipient.read': 'Saw a recipient',
    'shipment.create': 'Shipped a parcel',
    'shipment.deliver': 'Marked a parcel as delivered',
    'customer.erase': 'Erased a customer',
    'payment.query': 'Queried a payment at Alipay',
    'payment.close': 'Closed a payment at Alipay',
    'notify.replay': 'Replayed a notify',
    'refund.request': 'Requested a refund',
    'refund.approve': 'Approved a refund',
    'refund.reject': 'Rejected a refund',
    'refund.retry': 'Sent a refund again',
    'case.claim': 'Claimed a case',
    'case.release': 'Released a case',
    'case.approve': 'Approved an action on a case',
    'case.resolve': 'Resolved a case',
    'reconciliation.request': 'Compared a bill',
    'reconciliation.sign-off': 'Signed off a day',
    'dead-letter.redrive': 'Redrove a dead letter',
    'dead-letter.discard': 'Discarded a dead letter',
    'product.set': 'Created or edited a product',
    'stock.adjust': 'Adjusted stock',
  },
  zh: {
    'order.cancel': '取消订单',
    'order.note': '添加订单备注',
    'recipient.read': '查看收件人',
    'shipment.create': '发货',
    'shipment.deliver': '标记送达',
    'customer.erase': '清除顾客数据',
    'payment.query': '向支付宝查询支付',
    'payment.close': '在支付宝关闭支付',
    'notify.replay': '重放通知',
    'refund.request': '申请退款',
    'refund.approve': '复核通过退款',
    'refund.reject': '驳回退款',
    'refund.retry': '重试退款',
    'case.claim': '认领差错',
    'case.release': '取消认领差错',
    'case.approve': '初审通过差错',
    'case.resolve': '处理差错',
    'reconciliation.request': '发起对账',
    'reconciliation.sign-off': '签核对账',
    'dead-letter.redrive': '重投死信',
    'dead-letter.discard': '丢弃死信',
    'product.set': '新建或编辑商品',
    'stock.adjust': '调整库存',
  },
})

const productWords = defineTexts({
  en: { created: 'Created a product', edited: 'Edited a product' },
  zh: { created: '新建商品', edited: '编辑商品' },
})

/** What an entry says was done, in words. A product without a state before it is a new one. */
export function wordOfAction({ action, before }: { action: string; before?: unknown }, language: 'en' | 'zh'): string {
  if (action !== 'product.set') return wordFor(actionWords[language], action)
  return (before ?? undefined) === undefined ? productWords[language].created : productWords[language].edited
}
