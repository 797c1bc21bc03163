import type { OpenedPayment, OrderPayment, PaymentForm, PaymentMethod } from '@alipay-checkout/contracts'
import { assertNever } from '@alipay-checkout/service-kit'
import { renderSVG } from 'uqr'
import type { ChosenMethod } from './choose-method.ts'
import { ownPaymentLink } from './payment-link.ts'

/** How to pay an order whose payment is not opened yet: with our own link, which opens page or wap. */
export function unopenedPayment(publicUrl: string, orderId: string, method: PaymentMethod): OrderPayment {
  // The first attempt has the order's id as its number.
  return { orderId, tradeNo: orderId, method, paymentUrl: ownPaymentLink(publicUrl, orderId) }
}

/** The same with a QR code of our link. */
export function ownCode(publicUrl: string, orderId: string, method: PaymentMethod): OrderPayment {
  const own = unopenedPayment(publicUrl, orderId, method)
  return { ...own, qrSvg: renderSVG(own.paymentUrl) }
}

/** Whether a method is paid on a page of Alipay in the browser, which has a link and a form. */
export function isInBrowser(method: PaymentMethod): method is 'alipay_page' | 'alipay_wap' {
  return method === 'alipay_page' || method === 'alipay_wap'
}

/** How to pay an opened payment, shown as a link, a form or a QR code. */
export function orderPayment(
  publicUrl: string,
  { method, onlyOwnLink }: Pick<ChosenMethod, 'method' | 'onlyOwnLink'>,
  { orderId, outTradeNo, content }: OpenedPayment,
  as: PaymentForm = 'url',
): OrderPayment {
  const show = as === 'qr' && method !== 'alipay_qr' ? ownCode : unopenedPayment
  const own = { ...show(publicUrl, orderId, method), tradeNo: outTradeNo }
  switch (method) {
    case 'alipay_page':
    case 'alipay_wap':
      if (as === 'form') return { ...own, form: content }
      return as === 'qr' || onlyOwnLink ? own : { ...own, paymentUrl: content }
    case 'alipay_qr':
      return { ...own, qrCode: content, qrSvg: renderSVG(content) }
    case 'alipay_app':
      return { ...own, orderString: content }
    case 'alipay_jsapi':
      return { ...own, alipayTradeNo: content }
    default:
      return assertNever(method)
  }
}
