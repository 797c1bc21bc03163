import { defineTexts } from '../i18n/texts.ts'

/** What the system does about a case. */
export const caseActionWords = defineTexts({
  en: {
    none: 'Only note that it was dealt with',
    query_trade: 'Query Alipay and record the payment',
    accept_payment: 'Accept the payment, whatever its amount',
    refund_trade: 'Refund the trade',
    retry_refund: 'Retry the refund',
    book_outside_refund: 'Book the refund made outside',
  },
  zh: {
    none: '仅登记已处理',
    query_trade: '查询支付宝并入账',
    accept_payment: '接受付款（不论金额）',
    refund_trade: '退还该笔交易',
    retry_refund: '重试退款',
    book_outside_refund: '补登系统外退款',
  },
})
