import { OrderId } from '@alipay-checkout/contracts'
import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { countNotifies } from '../payments/notify-store.ts'
import { type Attempt, attemptDetailsOf, findAttempt, type Payment } from '../payments/payment.ts'
import { findPayments } from '../payments/payment-store.ts'

/** Reads an order's payment and its attempts, for support and for the storefront. */
export function addReadPayment(app: HttpApp, { db }: { db: Db }): void {
  app.get('/payments/:orderId', { schema: { params: Type.Object({ orderId: OrderId }) } }, async request => {
    const { orderId } = request.params
    const { payments } = await findPayments(db, [orderId])
    const payment = payments.get(orderId)
    if (!payment) throw new Problem('order-not-found', `There is no order ${orderId} to pay.`)
    const notifies = await countNotifies(
      db,
      payment.attempts.map(({ outTradeNo }) => outTradeNo),
    )
    return { ...paymentBody(payment), notifies }
  })
}

function paymentBody(payment: Payment): object {
  const { orderId, customerId, status, amountFen, expiresAt, attempts } = payment
  return {
    orderId,
    customerId,
    status,
    amountFen,
    expiresAt: expiresAt.toISOString(),
    ...(payment.status === 'CLOSING' ? { closingReason: payment.reason } : {}),
    ...(payment.status === 'PAID'
      ? {
          tradeNo: payment.trade.tradeNo,
          method: findAttempt(payment, payment.trade.outTradeNo)?.method,
          paidAt: payment.trade.paidAt.toISOString(),
        }
      : {}),
    attempts: attempts.map(attemptBody),
  }
}

function attemptBody(attempt: Attempt): object {
  const { status } = attempt
  const details = { ...attemptDetailsOf(attempt), status }
  switch (attempt.status) {
    case 'OPENED':
      return {
        ...details,
        timeExpire: attempt.timeExpire.toISOString(),
        nextCloseAt: attempt.nextCloseAt?.toISOString() ?? null,
        closeTries: attempt.closeTries,
      }
    case 'PAID':
      return { ...details, tradeNo: attempt.trade.tradeNo, paidAt: attempt.trade.paidAt.toISOString() }
    default:
      return details
  }
}
