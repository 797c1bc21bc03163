/** The ways to pay, by the API's names. */
export const paymentMethods = ['alipay_page', 'alipay_wap', 'alipay_app', 'alipay_jsapi', 'alipay_qr'] as const
export type PaymentMethodName = (typeof paymentMethods)[number]

/** What the API answers about how to pay an order, as far as a buyer needs it. */
export interface OfferedPayment {
  method: PaymentMethodName
  paymentUrl: string
  orderString?: string
  alipayTradeNo?: string
  qrCode?: string
}

/** What a buyer brings to the Alipay simulator: a link, the SDK's order string, a mini program's trade, or a code. */
export type PaymentTarget = { url: string } | { orderString: string } | { alipayTradeNo: string } | { qrCode: string }

/**
 * What a buyer who pays by this method brings to Alipay. Undefined where the payment is not opened: Alipay or
 * payment-service answered too late, and the answer has only the shop's own link.
 */
export function targetIfOpened(payment: OfferedPayment): PaymentTarget | undefined {
  const { method, paymentUrl, orderString, alipayTradeNo, qrCode } = payment
  switch (method) {
    case 'alipay_page':
    case 'alipay_wap':
      return new URL(paymentUrl).pathname.startsWith('/pay/') ? undefined : { url: paymentUrl }
    case 'alipay_app':
      return orderString ? { orderString } : undefined
    case 'alipay_jsapi':
      return alipayTradeNo ? { alipayTradeNo } : undefined
    case 'alipay_qr':
      return qrCode ? { qrCode } : undefined
  }
}

/** The same. @throws Error where the payment is not opened */
export function targetOf(payment: OfferedPayment): PaymentTarget {
  const target = targetIfOpened(payment)
  if (!target) throw new Error(`the payment by ${payment.method} has only the shop's own link: ${payment.paymentUrl}`)
  return target
}

/** A buyer's open id, which a mini program would receive from Alipay. */
const sampleOpenId = '074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5'

/** The buyer's field of a request for a payment; only `alipay_jsapi` has one. */
export function buyerOf(method: PaymentMethodName): { buyerOpenId?: string } {
  return method === 'alipay_jsapi' ? { buyerOpenId: sampleOpenId } : {}
}
