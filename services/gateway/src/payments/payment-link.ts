import type { OpenedPayment, OpenPayment, OrderStatusAnswer, PaymentMethod } from '@alipay-checkout/contracts'
import { Problem } from '@alipay-checkout/service-kit'
import { returnUrl } from '../auth/return-link.ts'
import type { Dependencies } from '../dependencies.ts'
import type { ChosenMethod } from './choose-method.ts'

/** For these methods payment-service calls Alipay; for the other methods it only signs. */
const madeByAlipay: ReadonlySet<PaymentMethod> = new Set(['alipay_jsapi', 'alipay_qr'])

/**
 * How long payment-service may take, ms: `first` for the first payment of a new order, `opening` for any other, where a
 * payment of the order may have to be queried or closed at Alipay before.
 */
export function timeoutsMs(method: PaymentMethod): { first: number; opening: number } {
  return madeByAlipay.has(method) ? { first: 6_000, opening: 13_000 } : { first: 1_500, opening: 10_000 }
}

/** The gateway's own payment link, which redirects to Alipay once Alipay's link can be made. */
export function ownPaymentLink(publicUrl: string, orderId: string): string {
  return `${publicUrl}/pay/${orderId}`
}

/**
 * Checks that an order's stock is reserved and that the order is open, before its shopper is sent to Alipay. `path` is
 * the order's status in order-service. Throws `order-not-found`, `order-not-payable` with the `orderStatus`, or
 * `service-unavailable`.
 */
export async function requirePayable(
  { orders }: Pick<Dependencies, 'orders'>,
  path: string,
  traceparent: string,
): Promise<void> {
  const { text } = await orders.call({ method: 'GET', path, traceparent })
  const { orderStatus } = JSON.parse(text) as OrderStatusAnswer
  if (orderStatus === 'PENDING_PAYMENT') return
  const detail =
    orderStatus === 'RESERVING'
      ? 'The stock of this order is not confirmed yet. Try again in a few seconds.'
      : `This order is ${orderStatus} and can not be paid.`
  throw new Problem('order-not-payable', detail, { orderStatus })
}

/**
 * Opens a payment at payment-service, with a new return link. Throws `order-not-found`, `order-not-payable`,
 * `payment-method-unavailable`, `invalid-request`, `alipay-failed`, `alipay-timeout` or `service-unavailable`.
 */
export async function openPayment(
  { config, payments }: Pick<Dependencies, 'config' | 'payments'>,
  open: {
    orderId: string
    chosen: Pick<ChosenMethod, 'method' | 'options'>
    as: OpenPayment['as']
    /** Opens another trade, since Alipay ties a trade to the first account that opens it. */
    anotherPayer?: boolean
    traceparent: string
    timeoutMs: number
  },
): Promise<OpenedPayment> {
  const { orderId, traceparent, timeoutMs } = open
  const { method, options } = open.chosen
  const body: OpenPayment = {
    orderId,
    method,
    as: open.as,
    ...(open.anotherPayer && { anotherPayer: true }),
    ...options,
    returnUrl: returnUrl(config.PUBLIC_URL, config.RETURN_URL_SECRET, orderId, Date.now()),
    ...(method === 'alipay_wap' && { quitUrl: `${config.PUBLIC_URL}/orders/${orderId}` }),
  }
  const answer = await payments.post({ path: '/payments/open', body, traceparent, timeoutMs })
  return answer.body as OpenedPayment
}
