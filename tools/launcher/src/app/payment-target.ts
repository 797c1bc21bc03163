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
 * What a buyer who pays by this method brings to Alipay. Without it, the API could not open the payment.
 *
 * @throws Error naming what is missing
 */
export function targetOf(payment: OfferedPayment): PaymentTarget {
  const { method, paymentUrl, orderString, alipayTradeNo, qrCode } = payment
  switch (method) {
    case 'alipay_page':
    case 'alipay_wap':
      return { url: paymentUrl }
    case 'alipay_app':
      if (orderString) return { orderString }
      throw new Error('the payment has no orderString')
    case 'alipay_jsapi':
      if (alipayTradeNo) return { alipayTradeNo }
      throw new Error('the payment has no alipayTradeNo')
    case 'alipay_qr':
      if (qrCode) return { qrCode }
      throw new Error('the payment has no qrCode')
  }
}

/** A buyer's open id for `alipay_jsapi`, which a mini program would receive from Alipay. */
export const sampleOpenId = '074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5'
