import type { PaymentMethod } from '@alipay-checkout/contracts'
import { type PaymentTarget, sampleOpenId, targetOf } from '@alipay-checkout/launcher'
import type { PaymentWish } from '@alipay-checkout/test-support'
import { type Basket, type Customer, ok, place, shop } from './shop.ts'

/** An order, and what its buyer brings to Alipay. */
export interface Payable {
  orderId: string
  totalFen: number
  /** Our `out_trade_no`. */
  tradeNo: string
  target: PaymentTarget
}

const buyerOf = (method: PaymentMethod) => (method === 'alipay_jsapi' ? { buyerOpenId: sampleOpenId } : {})

/** The fields of an order that is paid by this method. */
const wishOf = (method: PaymentMethod): PaymentWish => ({ paymentMethod: method, ...buyerOf(method) })

/** Places an order that is to be paid by this method. `base`: through another gateway. */
export async function placeBy(
  method: PaymentMethod,
  customer: Customer,
  basket: Basket,
  options: { base?: string } = {},
): Promise<Payable> {
  const { order, payment } = await place(customer, basket, { ...options, payment: wishOf(method) })
  const { orderId, totalFen } = order
  // Where Alipay or payment-service answered too late, the answer has only our own link.
  const isOwnLink = new URL(payment.paymentUrl).pathname.startsWith('/pay/')
  const isOpened = isOwnLink ? (payment.orderString ?? payment.alipayTradeNo ?? payment.qrCode) : payment.paymentUrl
  if (isOpened) return { orderId, totalFen, tradeNo: payment.tradeNo, target: targetOf(payment) }
  return { orderId, totalFen, ...(await openBy(method, customer, orderId)) }
}

/** Opens an order's payment by this method. */
export async function openBy(
  method: PaymentMethod,
  customer: Customer,
  orderId: string,
): Promise<Pick<Payable, 'tradeNo' | 'target'>> {
  const payment = await ok(shop.openPayment(customer.token, orderId, { method, ...buyerOf(method) }))
  return { tradeNo: payment.tradeNo, target: targetOf(payment) }
}
