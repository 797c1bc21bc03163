import { defineTexts } from '../i18n/texts.ts'

/** What events say, by the names of their types. */
export const eventWords = defineTexts({
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
    OrderLinesReturned: 'Units back on sale',
    RefundRequested: 'Refund requested',
    PaymentSucceeded: 'Payment succeeded',
    PaymentClosed: 'Payment closed',
    PaymentRefunded: 'Payment refunded',
    RefundFailed: 'Refund failed',
    OutsideRefundDetected: 'Refund outside found',
    StockReserved: 'Stock reserved',
    StockRejected: 'Stock refused',
    ProductChanged: 'Product changed',
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
    OrderLinesReturned: '商品退回库存',
    RefundRequested: '申请退款',
    PaymentSucceeded: '付款成功',
    PaymentClosed: '支付已关闭',
    PaymentRefunded: '已退款',
    RefundFailed: '退款失败',
    OutsideRefundDetected: '发现系统外退款',
    StockReserved: '库存已预留',
    StockRejected: '库存不足',
    ProductChanged: '商品已更改',
  },
})

/** An event in Chinese with the name of its type, which people search for; an unknown one by its name only. */
export function eventInChinese(type: string): string {
  const words: Readonly<Record<string, string>> = eventWords.zh
  return words[type] === undefined ? type : `${words[type]}（${type}）`
}
