import { assertNever } from '@alipay-checkout/service-kit'
import { onRefunded, onRefundFailed, paidEvents } from './decide-refunds.ts'
import { isRefundRequested } from './order-refunds.ts'
import { change, type Decision, type Input, ignore, type Order, reject } from './order-state.ts'
import {
  closedAs,
  endAs,
  pay,
  refundSecondPayment,
  reinstate,
  rejectReinstatement,
  startClosing,
} from './transitions.ts'

/** Decides what an input changes in an order at the time `now`. */
export function decide(order: Order, input: Input, now: Date): Decision {
  switch (input.type) {
    case 'stockReserved':
      return onStockReserved(order, input.tradeNo, now)
    case 'stockRejected':
      return onStockRejected(order, input, now)
    case 'paymentSucceeded':
      return onPaymentSucceeded(order, input, now)
    case 'paymentClosed':
      return onPaymentClosed(order)
    case 'paymentRefunded':
      return onRefunded(order, input, now)
    case 'refundFailed':
      return onRefundFailed(order, input.refund, now)
    case 'outsideRefundDetected':
      // An operator decides the case; until then, the detection only appears in the order's timeline.
      return change(order, order, [])
    case 'due':
      return onDue(order, now)
    case 'cancel':
      return onCancel(order)
    default:
      return assertNever(input)
  }
}

function onStockReserved(order: Order, tradeNo: string | undefined, now: Date): Decision {
  switch (order.status) {
    case 'RESERVING':
      return change(order, { status: 'PENDING_PAYMENT' }, [])
    case 'REINSTATING': {
      const { payment, refundedFen, from } = order
      // The stock result of the order's creation may come late. It does not answer this reinstatement.
      if (tradeNo !== payment.tradeNo) return ignore('other_stock_result')
      const isLate = from.status !== 'RESERVING' && from.status !== 'CLOSING'
      const late = isLate ? { acceptedLateAt: now.toISOString() } : {}
      const events = paidEvents(order, payment, refundedFen)
      return change(order, { status: 'PAID', payment, refundedFen, ...late }, events)
    }
    case 'PENDING_PAYMENT':
    case 'PAID':
    case 'REFUNDED':
      return ignore('already_reserved')
    // The stock stays reserved until the order is closed; OrderExpired or OrderCancelled releases it.
    case 'CLOSING':
      return ignore('already_closing')
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
      return ignore('already_over')
    default:
      return assertNever(order)
  }
}

function onStockRejected(
  order: Order,
  { shortages, tradeNo }: Extract<Input, { type: 'stockRejected' }>,
  now: Date,
): Decision {
  switch (order.status) {
    case 'RESERVING':
      return endAs(order, { status: 'REJECTED', shortages })
    case 'REINSTATING': {
      if (tradeNo !== order.payment.tradeNo) return ignore('other_stock_result')
      return rejectReinstatement(order, shortages, now)
    }
    case 'CLOSING':
      return ignore('already_closing')
    case 'REJECTED':
      return ignore('already_rejected')
    case 'PENDING_PAYMENT':
    case 'PAID':
    case 'REFUNDED':
      return ignore('already_reserved')
    case 'EXPIRED':
    case 'CANCELLED':
      return ignore('already_over')
    default:
      return assertNever(order)
  }
}

function onPaymentSucceeded(
  order: Order,
  { payment, anyAmount }: Extract<Input, { type: 'paymentSucceeded' }>,
  now: Date,
): Decision {
  if (payment.amountFen !== order.totalFen && !anyAmount) return reject('amount_differs')
  if (isRefundRequested(order.refunds, payment.tradeNo)) return ignore('refund_requested')
  switch (order.status) {
    case 'PENDING_PAYMENT':
      return pay(order, payment)
    // The payment came before the order was closed, so the order is paid.
    case 'CLOSING':
      return order.reserved ? pay(order, payment) : reinstate(order, payment)
    // No payment link exists before the stock is reserved. If a payment comes all the same, inventory-service decides.
    case 'RESERVING':
    // The stock was released when the order ended: it is reserved again, or the payment is refunded.
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
      return reinstate(order, payment)
    case 'PAID':
    case 'REFUNDED':
    case 'REINSTATING':
      if (payment.tradeNo !== order.payment.tradeNo) {
        return refundSecondPayment(order, payment, now)
      }
      return ignore(order.status === 'REINSTATING' ? 'already_reinstating' : 'already_paid')
    default:
      return assertNever(order)
  }
}

function onPaymentClosed(order: Order): Decision {
  switch (order.status) {
    case 'CLOSING':
      return endAs(order, closedAs(order))
    case 'PAID':
    case 'REINSTATING':
    case 'REFUNDED':
      return ignore('paid_first')
    case 'RESERVING':
    case 'PENDING_PAYMENT':
      return ignore('not_closing')
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
      return ignore('already_over')
    default:
      return assertNever(order)
  }
}

function onDue(order: Order, now: Date): Decision {
  switch (order.status) {
    case 'RESERVING':
    case 'PENDING_PAYMENT':
      return now < order.expiresAt ? ignore('not_due') : startClosing(order, 'expired')
    case 'CLOSING':
      return ignore('already_closing')
    case 'PAID':
    case 'REINSTATING':
      return ignore('already_paid')
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
    case 'REFUNDED':
      return ignore('already_over')
    default:
      return assertNever(order)
  }
}

function onCancel(order: Order): Decision {
  switch (order.status) {
    case 'RESERVING':
    case 'PENDING_PAYMENT':
      return startClosing(order, 'cancelled')
    case 'CLOSING':
      return ignore('already_closing')
    case 'CANCELLED':
      return ignore('already_cancelled')
    case 'PAID':
    case 'REINSTATING':
      return reject('paid')
    case 'EXPIRED':
    case 'REJECTED':
    case 'REFUNDED':
      return reject('over')
    default:
      return assertNever(order)
  }
}
