import type { OpenedPayment, OpenPayment, OrderStatusAnswer } from '@alipay-checkout/contracts'
import { Problem } from '@alipay-checkout/service-kit'
import { returnUrl } from '../auth/return-link.ts'
import type { Dependencies } from '../dependencies.ts'

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
 * Requests Alipay's signed payment page from payment-service, with a new return link.
 * Throws `order-not-found`, `order-not-payable`, `alipay-failed`, `alipay-timeout` or `service-unavailable`.
 */
export async function openPayment(
  { config, payments }: Pick<Dependencies, 'config' | 'payments'>,
  open: {
    orderId: string
    as: OpenPayment['as']
    /** Opens another trade, since Alipay ties a trade to the first account that opens it. */
    anotherPayer?: boolean
    traceparent: string
    timeoutMs: number
  },
): Promise<OpenedPayment> {
  const body: OpenPayment = {
    orderId: open.orderId,
    method: 'alipay_page',
    as: open.as,
    ...(open.anotherPayer && { anotherPayer: true }),
    returnUrl: returnUrl(config.PUBLIC_URL, config.RETURN_URL_SECRET, open.orderId, Date.now()),
  }
  const { traceparent, timeoutMs } = open
  const answer = await payments.post({ path: '/payments/open', body, traceparent, timeoutMs })
  return answer.body as OpenedPayment
}
