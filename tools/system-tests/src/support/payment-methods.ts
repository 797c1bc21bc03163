import type { PaymentMethod } from '@alipay-checkout/contracts'
import { buyerOf, type PaymentTarget, targetIfOpened, targetOf } from '@alipay-checkout/launcher'
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

/** The fields of an order that is paid by this method. */
const wishOf = (method: PaymentMethod): PaymentWish => ({ paymentMethod: method, ...buyerOf(method) })

/** Places an order that is to be paid by this method. `base`: through another gateway. */
export async function placeBy(
  method: PaymentMethod,
  customer: Customer,
  basket: Basket,
  options: { base?: string } = {},
): Promise<Payable> {
  const { order, payment } = await place(customer, basket, { ...options, fields: wishOf(method) })
  const { orderId, totalFen } = order
  const target = targetIfOpened(payment)
  const opened = target ? { tradeNo: payment.tradeNo, target } : await openBy(method, customer, orderId)
  return { orderId, totalFen, ...opened }
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
