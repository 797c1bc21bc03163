import type { OpenedPayment, OpenPayment, OrderStatusAnswer } from '@alipay-checkout/contracts'
import { Problem } from '@alipay-checkout/service-kit'
import { returnUrl } from '../auth/return-link.ts'
import type { Dependencies } from '../dependencies.ts'

/** Our own link to an order's payment: it goes to Alipay as soon as Alipay's can be made. */
export function ownPaymentLink(publicUrl: string, orderId: string): string {
  return `${publicUrl}/pay/${orderId}`
}

/**
 * Nobody is sent to Alipay before the stock is held, or after the order is over. `path` is the order's status at
 * order-service. Throws `order-not-found`, `order-not-payable` with the `orderStatus`, or `service-unavailable`.
 */
export async function requirePayable(
  { orders }: Pick<Dependencies, 'orders'>,
  path: string,
  traceparent: string,
): Promise<void> {
  const { text } = await orders.call({ method: 'GET', path, traceparent })
  const { orderStatus } = JSON.parse(text) as OrderStatusAnswer
  if (orderStatus === 'PENDING_PAYMENT') return
  const why =
    orderStatus === 'RESERVING'
      ? 'The stock of this order is not confirmed yet. Try again in a moment.'
      : `This order is ${orderStatus}: it can not be paid.`
  throw new Problem('order-not-payable', why, { orderStatus })
}

/**
 * Asks payment-service for Alipay's signed page, with a return link of its own.
 * Throws `order-not-found`, `order-not-payable`, `alipay-failed`, `alipay-timeout` or `service-unavailable`.
 */
export async function openPayment(
  { config, payments }: Pick<Dependencies, 'config' | 'payments'>,
  open: {
    orderId: string
    as: OpenPayment['as']
    /** Alipay ties a trade to the first account that opens it: somebody else needs another. */
    anotherPayer?: boolean
    traceparent: string
    timeoutMs: number
  },
): Promise<OpenedPayment> {
  const body: OpenPayment = {
    orderId: open.orderId,
    as: open.as,
    ...(open.anotherPayer && { anotherPayer: true }),
    returnUrl: returnUrl(config.PUBLIC_URL, config.RETURN_URL_SECRET, open.orderId, Date.now()),
  }
  const { traceparent, timeoutMs } = open
  const answer = await payments.post({ path: '/payments/open', body, traceparent, timeoutMs })
  return answer.body as OpenedPayment
}
